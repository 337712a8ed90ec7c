"""What a template names at its top is seen by the frame that it extends: none takes a name of the frame's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from jinja2.meta import find_undeclared_variables

from tests.unit.test_house_rules import PACKAGES, PROJECT

FRAME = PROJECT / "ledger_service" / "web" / "templates"
PAGES = sorted(page for name in PACKAGES for page in (PROJECT / name).rglob("templates/*.html"))


def parsed(text: str) -> nodes.Template:
    return Environment(autoescape=True).parse(text)


def names_of_frame() -> set[str]:
    frame = ("base.html", "languages.html")
    return set().union(
        *(find_undeclared_variables(parsed((FRAME / name).read_text("utf-8"))) for name in frame)
    )


def named_at_top(template: nodes.Template) -> Iterator[str]:
    """Yield what a template imports, sets or defines outside of its blocks."""
    for node in template.body:
        if isinstance(node, nodes.FromImport):
            yield from (name if isinstance(name, str) else name[1] for name in node.names)
        elif isinstance(node, nodes.Import):
            yield node.target
        elif isinstance(node, nodes.Macro):
            yield node.name
        elif isinstance(node, nodes.Assign):
            yield from (one.name for one in node.target.find_all(nodes.Name))
            yield from [node.target.name] if isinstance(node.target, nodes.Name) else []


def test_what_is_named_at_the_top_is_found() -> None:
    text = (
        '{% from "a.html" import who, b as say %}{% set themes = 1 %}{% macro m() %}{% endmacro %}'
    )
    assert {*named_at_top(parsed(text))} == {"who", "say", "themes", "m"}
    assert {"who", "say", "static", "themes"} <= names_of_frame()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_template_takes_a_name_of_the_frame(page: Path) -> None:
    if page.parent != FRAME or page.name != "base.html":
        assert not names_of_frame() & {*named_at_top(parsed(page.read_text("utf-8")))}
