"""A paper's text as it is read: CommonMark with tables, footnotes, formulas and citations, and no HTML.

Links lead to the web or to mail; pictures of other places are links, so that no page, book or print of a
paper asks another host for anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from ledger_service.domain.errors import PaperTooLarge
from reading_room.together.output.citation import CITATION, Citation, cite_in
from reading_room.together.output.formula import FormulaNotRead, read_formula

LONGEST_TEXT = 1_000_000  # characters
DEEPEST = 20
MOST_FORMULAS = 5_000
FORMULAS = ("math_inline", "math_block")
SCHEMES = ("http://", "https://", "mailto:")


@dataclass(frozen=True)
class Cited:
    """What a paper cites. digest: 64 hex; text: as a bibliography has it; address: of its page."""

    digest: str
    text: str
    address: str


@dataclass(frozen=True)
class Paper:
    """A paper that becomes a file.

    id: a name for good, such as a UUID's URN; language: a tag; authors: names, in order, may be empty; at:
    when the text stood so, in seconds since 1970 UTC; works: what is cited and known, by digest.
    """

    id: str
    title: str
    language: str
    text: str
    at: int
    authors: tuple[str, ...] = ()
    works: Mapping[str, Cited] = field(default_factory=dict)


@dataclass(frozen=True)
class Faults:
    """What of a text is not shown as it was meant: formulas, unknown digests, pictures."""

    formulas: tuple[str, ...]
    citations: tuple[str, ...]
    pictures: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.formulas or self.citations or self.pictures)


def parse_paper(text: str) -> SyntaxTreeNode:
    """Return the tree of a text; raise PaperTooLarge."""
    if len(text) > LONGEST_TEXT:
        raise PaperTooLarge("paper", most=LONGEST_TEXT)
    root = SyntaxTreeNode(_parser().parse(text))
    if sum(node.type in FORMULAS for node in walk(root)) > MOST_FORMULAS:
        raise PaperTooLarge("formulas", most=MOST_FORMULAS)
    return root


def walk(root: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    """Yield a node and all below it, in the order of the text."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def cited_of(node: SyntaxTreeNode) -> list[Citation]:
    """Return what a citation's node cites."""
    return list(node.meta["cited"])


def number_cited(root: SyntaxTreeNode) -> dict[str, int]:
    """Return the numbers, from 1, of what is cited, by digest, in the order of the text."""
    found = (one.digest for node in walk(root) if node.type == CITATION for one in cited_of(node))
    return {digest: number for number, digest in enumerate(dict.fromkeys(found), 1)}


def find_faults(root: SyntaxTreeNode, works: Mapping[str, Cited]) -> Faults:
    """Return what of a text cannot be shown as it was meant, each once."""
    formulas, pictures = [], []
    for node in walk(root):
        if node.type in FORMULAS and not _is_read(node.content):
            formulas.append(node.content.strip())
        elif node.type == "image":
            pictures.append(str(node.attrs.get("src", "")))
    unknown = [digest for digest in number_cited(root) if digest not in works]
    return Faults(tuple(dict.fromkeys(formulas)), tuple(unknown), tuple(dict.fromkeys(pictures)))


def _is_read(latex: str) -> bool:
    try:
        read_formula(latex)
    except FormulaNotRead:
        return False
    return True


def may_lead_to(address: str) -> bool:
    """Return whether a link of a paper may lead there."""
    return address.lower().startswith(SCHEMES) and address.isprintable()


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the parser's own name
        """Return whether a link, or a picture, may lead there."""
        return may_lead_to(url)


@cache
def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "maxNesting": DEEPEST})
    parser.enable(["table", "strikethrough"])
    dollarmath_plugin(
        parser, allow_labels=False, allow_space=False, allow_digits=False, allow_blank_lines=False
    )
    footnote_plugin(parser)
    cite_in(parser)
    return parser
