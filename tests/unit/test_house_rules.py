"""Rules of the house that a program can hold: sizes, names, errors, and where settings are read."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger_service import messages
from ledger_service.api.problems import STATUS_OF_FAMILY, status_of
from ledger_service.domain import chain_errors
from ledger_service.domain.errors import LedgerError

PROJECT = Path(__file__).parents[2]
PACKAGES = ("ledger_service", "reading_room", "ipfs")
LONGEST_FILE = LONGEST_TEST_FILE = 400  # lines
LONGEST_FUNCTION = 50  # lines
MOST_MODULES = 15  # of a folder: more are grouped by story
FOLDERS_COUNTED = ("ledger_service", "reading_room", "ipfs", "tests", "scripts")
FOLDERS_EXEMPT = {"migrations", "versions", "vectors", "abi", "__pycache__"}
NOT_A_NOUN = {"utils", "helpers", "common", "misc", "base", "manager", "core"}
FOREIGN_ERRORS = (
    "AccessControl",
    "CheckpointUnordered",
    "FailedCall",
    "SafeCast",
    "Timelock",
)  # OpenZeppelin's


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((PROJECT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def shown(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def all_errors() -> list[type[LedgerError]]:
    """Return the root's descendants, families first."""
    found: list[type[LedgerError]] = []
    waiting = [LedgerError]
    while waiting:
        below = waiting.pop().__subclasses__()
        found += below
        waiting += below
    return [error for error in found if error.__module__.startswith("ledger_service.domain.")]


def contract_errors() -> list[str]:
    names = set()
    for path in (PROJECT / "ledger_service" / "adapters" / "evm" / "abi").glob("*.json"):
        for item in json.loads(path.read_text())["abi"]:
            if item["type"] == "error" and not item["name"].startswith(FOREIGN_ERRORS):
                names.add(item["name"])
    return sorted(names)


@pytest.mark.parametrize(
    "path", [*sources(), *sorted((PROJECT / "scripts").rglob("*.py"))], ids=shown
)
def test_a_file_is_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", sorted((PROJECT / "tests").rglob("*.py")), ids=shown)
def test_a_test_file_is_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_TEST_FILE


@pytest.mark.parametrize("path", list(sources()), ids=shown)
def test_a_function_fits_a_page(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            lines = node.end_lineno - node.lineno + 1
            assert lines <= LONGEST_FUNCTION, f"{node.name} has {lines} lines"


def test_a_folder_holds_no_more_than_a_reader_can_keep_in_mind() -> None:
    counted: Counter[str] = Counter()
    for top in FOLDERS_COUNTED:
        for path in (PROJECT / top).rglob("*"):
            folders = set(path.relative_to(PROJECT).parts[:-1])
            is_module = path.suffix in (".py", ".js", ".mjs") and path.stem != "__init__"
            if is_module and not folders & FOLDERS_EXEMPT:
                counted[shown(path.parent)] += 1
    assert counted
    assert {folder: n for folder, n in counted.items() if n > MOST_MODULES} == {}


def test_a_module_is_named_by_a_noun_or_a_verb() -> None:
    assert [shown(path) for path in sources() if path.stem in NOT_A_NOUN] == []
    folders = {part for path in sources() for part in path.relative_to(PROJECT).parts[:-1]}
    assert folders & NOT_A_NOUN == set()


def test_every_method_of_a_port_says_what_holds_when_it_returns() -> None:
    silent = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            bases = [ast.unparse(base) for base in getattr(node, "bases", ())]
            if isinstance(node, ast.ClassDef) and any(b.startswith("Protocol") for b in bases):
                methods = [item for item in node.body if isinstance(item, ast.FunctionDef)]
                silent += [
                    f"{shown(path)}: {node.name}.{item.name}"
                    for item in methods
                    if not ast.get_docstring(item)
                ]
    assert silent == []


def test_routes_and_pages_ask_a_verb_and_read_no_table() -> None:
    outer = [*(PROJECT / "ledger_service").glob("app.py")]
    for folder in ("ledger_service/api", "ledger_service/web"):
        outer += (PROJECT / folder).rglob("*.py")
    for part in ("api", "pages", "paths", "cli"):
        outer += (PROJECT / "reading_room").glob(f"**/{part}.py")
        outer += (PROJECT / "reading_room").glob(f"**/{part}/**/*.py")
    table = re.compile(r"\bstore\.(read|write)\(|\btransaction\.\w+")
    found = []
    for path in outer:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute | ast.Call) and table.search(ast.unparse(node)):
                found.append(f"{shown(path)}:{node.lineno}")
    assert found == []


def test_only_config_reads_the_environment() -> None:
    read = re.compile(r"\bos\.environ|\bgetenv\b|\bfrom os import [^\n]*environ")
    readers = [path.name for path in sources() if read.search(path.read_text())]
    assert readers == ["config.py"]


def test_scripts_stand_without_the_tests() -> None:
    imports = re.compile(r"^\s*(from|import) tests\b", re.MULTILINE)
    scripts = sorted((PROJECT / "scripts").rglob("*.py"))
    assert [shown(path) for path in scripts if imports.search(path.read_text())] == []


def test_every_error_of_our_contracts_has_a_twin_of_the_same_name() -> None:
    assert len(contract_errors()) > 30
    twins = {error.__name__ for error in all_errors()}
    assert [name for name in contract_errors() if name not in twins] == []


def test_every_error_that_only_contracts_raise_is_in_some_contract() -> None:
    ours = {
        name
        for name, item in vars(chain_errors).items()
        if isinstance(item, type) and item.__module__ == chain_errors.__name__
    }
    assert ours - set(contract_errors()) == set()


@pytest.mark.parametrize("error", all_errors(), ids=lambda error: error.__name__)
def test_every_error_has_a_status_a_slug_and_a_title_of_its_own(error: type[LedgerError]) -> None:
    family = next(base for base in error.__mro__ if LedgerError in base.__bases__)
    assert family in STATUS_OF_FAMILY
    assert 400 <= status_of(error("detail")) <= 507
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", error.slug())
    titles = [messages.title(other) for other in all_errors() if other is not error]
    assert messages.title(error) not in [*titles, messages.title(LedgerError), error.slug()]


def test_slugs_are_unique() -> None:
    slugs = [error.slug() for error in all_errors()]
    assert len(slugs) == len(set(slugs))


def test_an_error_of_no_family_would_be_our_own_fault() -> None:
    assert status_of(LedgerError("detail")) == 500
    assert str(LedgerError("detail", size=7)) == "ledger-error.detail size=7"


def test_every_error_has_its_page() -> None:
    page = (PROJECT / "docs" / "problems.md").read_text()
    headings = set(re.findall(r"^### `?([a-z-]+)`?\s*$", page, re.MULTILINE))
    families = {error.slug() for error in all_errors() if LedgerError in error.__bases__}
    slugs = {error.slug() for error in all_errors()}
    assert sorted(slugs - families - headings) == []
    assert sorted(headings - slugs - {LedgerError.slug()}) == []


def test_the_domain_imports_only_the_standard_library_and_itself() -> None:
    for path in (PROJECT / "ledger_service" / "domain").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [item.name for item in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names.append(node.module)
            for name in names:
                is_own = name.startswith("ledger_service.domain")
                assert is_own or name.split(".")[0] in sys.stdlib_module_names, (path.name, name)
