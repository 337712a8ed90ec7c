"""Searching: a catalog by a seed, libraries that hold it, their SQL alone, and a peer."""

from scripts.bench.groups.search.measure import run

__all__ = ["run"]
