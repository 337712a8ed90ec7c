"""Citations in a paper's text: `[@DIGEST]`, `[@DIGEST, p. 12]`, several parted by semicolons.

A citation names what is cited by its digest, 64 hex, so that it means the same bytes for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

MOST_IN_ONE = 20
LONGEST_PLACE = 100  # characters
CITATION = "citation"
_ONE = rf"@[0-9a-f]{{64}}(?:,[^\[\]@;\n]{{1,{LONGEST_PLACE}}})?"
_GROUP = re.compile(rf"\[({_ONE}(?:;[ ]?{_ONE}){{0,{MOST_IN_ONE - 1}}})\]")


class Citation(NamedTuple):
    """What is cited. digest: 64 hex; place: where in it, as it was written, such as "p. 12"; may be empty."""

    digest: str
    place: str


def read_citations(group: str) -> list[Citation]:
    """Return what stands between the brackets, part by part."""
    found = []
    for one in group.split(";"):
        name, _, place = one.strip().partition(",")
        found.append(Citation(name.removeprefix("@"), place.strip()))
    return found


def find_cited(text: str) -> list[str]:
    """Return the digests that a text cites, each once, in the order of their first place."""
    return list(dict.fromkeys(_digests(text)))


def cite_in(parser: MarkdownIt) -> None:
    """Let a parser know citations: inline tokens of the type `citation`, with `meta["cited"]`."""
    parser.inline.ruler.before("link", CITATION, _rule)


def _digests(text: str) -> Iterator[str]:
    for group in _GROUP.finditer(text):
        yield from (one.digest for one in read_citations(group[1]))


def _rule(state: StateInline, silent: bool) -> bool:
    found = _GROUP.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push(CITATION, "", 0)
        token.meta = {"cited": read_citations(found[1])}
        token.content = found[0]
    state.pos = found.end()
    return True
