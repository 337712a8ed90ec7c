"""What a note says, as HTML: a small part of Markdown, in which nothing acts and nothing is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from reading_room.annotations.rules.annotation import MARKDOWN, Annotation, Body

RULES = ("backticks", "blockquote", "emphasis", "escape", "link", "list", "newline")
DEEPEST = 12
TAGGING = "tagging"


def said_in(annotation: Annotation) -> Markup:
    """Return what a note says, but for its tags."""
    return Markup("").join(_shown(one) for one in annotation.bodies if one.purpose != TAGGING)


def tags_of(annotation: Annotation) -> list[str]:
    """Return the tags of a note, as they were written."""
    return [one.value for one in annotation.bodies if one.purpose == TAGGING]


def _shown(body: Body) -> Markup:
    if body.format != MARKDOWN:
        return Markup('<p class="as-typed">{}</p>').format(escape(body.value))
    return Markup(_reader().render(body.value))  # noqa: S704 - it writes no tag but its own


@cache
def _reader() -> MarkdownIt:
    made = MarkdownIt("zero", {"html": False, "breaks": True, "maxNesting": DEEPEST})
    made.enable(list(RULES))
    made.validateLink = _is_plain_link  # type: ignore[method-assign,assignment]
    made.add_render_rule("link_open", _open_link)
    return made


def _is_plain_link(address: str) -> bool:
    return address.startswith(("https://", "http://"))


def _open_link(
    renderer: Any, tokens: Sequence[Token], place: int, options: Any, environment: Any
) -> str:
    del environment
    tokens[place].attrSet("rel", "nofollow noopener noreferrer ugc")
    return str(renderer.renderToken(tokens, place, options, {}))
