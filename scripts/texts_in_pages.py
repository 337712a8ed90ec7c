"""The ids of texts that pages and commands name, and the values that they give, as the compiler sees them.

An id begins with `page.` or `cli.`. A template or a module names it in quotes; `say("page.…", count=…)` gives
values. An id that is put together, such as `"page.axis." ~ axis`, names all that begin so.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jinja2 import Environment, nodes

PROJECT = Path(__file__).resolve().parents[1]
SOURCES = ("ledger_service", "reading_room", "verifier")
ID = re.compile(r"(?:page|cli)(?:\.[a-z0-9]+(?:[-_][a-z0-9]+)*){2,}")
PREFIX = re.compile(r"(?:page|cli)\.[a-z0-9._-]*[.-]")
_IN_JAVASCRIPT = re.compile(r'["`]((?:page|cli)\.[a-z0-9._-]+)(["`]|\$\{)')
SPEAKERS = ("say", "said", "tell")
STYLES = {"err", "fg"}  # of `tell`, which are no values


@dataclass
class Named:
    """ids and beginnings of ids that are named; values: of an id, one set for each call that gives some."""

    ids: set[str] = field(default_factory=set)
    prefixes: set[str] = field(default_factory=set)
    values: dict[str, list[frozenset[str]]] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Return whether an id is named, by itself or by how it begins."""
        return name in self.ids or any(name.startswith(start) for start in self.prefixes)

    def take(self, text: str) -> None:
        """Take a text in quotes, if it is an id or the beginning of some."""
        if ID.fullmatch(text):
            self.ids.add(text)
        elif PREFIX.fullmatch(text):
            self.prefixes.add(text)


@cache
def texts_named() -> Named:
    """Return what all pages, scripts of pages and commands name."""
    found = Named()
    for top in SOURCES:
        for path in sorted((PROJECT / top).rglob("*.py")):
            _python(ast.parse(path.read_text("utf-8")), found)
        for path in sorted((PROJECT / top).rglob("templates/**/*.html")):
            _template(path.read_text("utf-8"), found)
        for path in _scripts(PROJECT / top):
            for text, _ in _IN_JAVASCRIPT.findall(path.read_text("utf-8")):
                found.take(text)
    return found


def _scripts(folder: Path) -> Iterator[Path]:
    for path in sorted([*folder.rglob("static/**/*.js"), *folder.rglob("static/**/*.mjs")]):
        if path.parent.name != "messages":
            yield path


def _template(source: str, found: Named) -> None:
    tree = Environment(autoescape=True).parse(source)
    for text in tree.find_all(nodes.Const):
        if isinstance(text.value, str):
            found.take(text.value)
    for call in tree.find_all(nodes.Call):
        first = call.args[0] if call.args else None
        if getattr(call.node, "name", "") in SPEAKERS and isinstance(first, nodes.Const):
            _give(found, str(first.value), [word.key for word in call.kwargs])


def _python(tree: ast.Module, found: Named) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.take(node.value)
        if isinstance(node, ast.Call):
            named = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
            first = node.args[0] if node.args else None
            if named in SPEAKERS and isinstance(first, ast.Constant):
                _give(found, str(first.value), [word.arg for word in node.keywords])


def _give(found: Named, name: str, values: list[str | None]) -> None:
    if ID.fullmatch(name) and None not in values:
        found.values.setdefault(name, []).append(frozenset(str(value) for value in values) - STYLES)
