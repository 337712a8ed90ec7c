"""The groups of benchmarks, a module each, in folders by what they measure."""

from __future__ import annotations

from pathlib import Path

GROUPS = Path(__file__).parent


def module_of(group: str) -> str:
    """Return the full name of the module or package of this group, in whatever folder it is."""
    [found] = [*GROUPS.rglob(f"{group}.py"), *GROUPS.rglob(f"{group}/__init__.py")]
    place = found.parent if found.stem == "__init__" else found.with_suffix("")
    return ".".join([__name__, *place.relative_to(GROUPS).parts])
