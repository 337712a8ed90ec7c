"""The groups of benchmarks, a module each, in folders by what they measure."""

from __future__ import annotations

import pkgutil


def module_of(group: str) -> str:
    """Return the full name of the module of this group, in whatever folder it is."""
    found = (module.name for module in pkgutil.walk_packages(__path__, f"{__name__}."))
    return next(name for name in found if name.rpartition(".")[2] == group)
