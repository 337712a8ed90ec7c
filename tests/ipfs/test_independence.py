"""The package stands alone: it imports the standard library and itself, and nothing else."""

import ast
import sys
from pathlib import Path

import ipfs


def imported_names(path: Path) -> set[str]:
    names: set[str] = set()
    for statement in ast.walk(ast.parse(path.read_text())):
        if isinstance(statement, ast.Import):
            names.update(alias.name.split(".")[0] for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            names.add((statement.module or "").split(".")[0])
    return names


def test_the_package_imports_the_standard_library_only() -> None:
    modules = list(Path(next(iter(ipfs.__path__))).glob("*.py"))
    assert len(modules) >= 9
    for module in modules:
        assert imported_names(module) - sys.stdlib_module_names <= {"ipfs"}, module
