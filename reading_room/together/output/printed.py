"""A paper as the tree that `paper.typ` prints: lists of a name and of parts, all texts as they are.

Nothing of a paper becomes code of Typst, so that no text can be read as such: the template asks each part
for its name, and puts texts where they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from reading_room.together.output.citation import CITATION
from reading_room.together.output.html import ALIGNED, text_of
from reading_room.together.output.paper_text import (
    Cited,
    Paper,
    cited_of,
    may_lead_to,
    number_cited,
    parse_paper,
)
from reading_room.together.output.printed_formula import print_formula

Tree = list[Any]
MOST_QUOTES = 6
"""So many quotes in one another are told as such; those below are only set in."""
NAMES = {
    "root": "row", "inline": "row", "em": "em", "strong": "strong", "s": "strike",
    "paragraph": "par", "bullet_list": "bullets", "list_item": "row",
}  # fmt: skip


def print_paper(paper: Paper) -> dict[str, Any]:
    """Return what the template is handed of a paper, ready for JSON; raise PaperTooLarge."""
    root = parse_paper(paper.text)
    printer = _Printer(root)
    return {
        "title": paper.title,
        "language": paper.language.partition("-")[0],
        "authors": list(paper.authors),
        "body": printer.of(root),
        "cited": [_told(digest, paper.works) for digest in number_cited(root)],
    }


def _told(digest: str, works: Mapping[str, Cited]) -> Tree:
    work = works.get(digest)
    if work is None:
        return [digest, ""]
    return [work.text, work.address if may_lead_to(work.address) else ""]


class _Printer:
    def __init__(self, root: SyntaxTreeNode) -> None:
        self._numbers = number_cited(root)
        self._notes = {
            int(note.meta["id"]): note
            for block in root.children
            if block.type == "footnote_block"
            for note in block.children
        }
        self._told: set[int] = set()
        self._quotes = 0
        self._marks: dict[str, Callable[[SyntaxTreeNode], Tree]] = {
            "text": lambda node: ["text", node.content],
            "softbreak": lambda _: ["text", " "],
            "hardbreak": lambda _: ["break"],
            "hr": lambda _: ["rule"],
            "blockquote": self._quote,
            "code_inline": lambda node: ["code", node.content],
            "fence": lambda node: ["listing", node.content],
            "code_block": lambda node: ["listing", node.content],
            "heading": lambda node: ["heading", int(node.tag[1]), self._inner(node)],
            "ordered_list": lambda node: [
                "numbers",
                int(node.attrs.get("start", 1)),
                *self._all(node),
            ],
            "table": self._table,
            "link": lambda node: _leading(str(node.attrs.get("href", "")), self._inner(node)),
            "image": self._image,
            "math_inline": lambda node: _formula(node.content, is_block=False),
            "math_block": lambda node: _formula(node.content, is_block=True),
            CITATION: self._citation,
            "footnote_ref": self._note,
            "footnote_block": lambda _: ["row"],
            "footnote_anchor": lambda _: ["row"],
        }

    def of(self, node: SyntaxTreeNode) -> Tree:
        """Return a node with all below it; of what is not known, its text."""
        name = NAMES.get(node.type)
        if name is not None:
            return [name, *self._all(node)]
        mark = self._marks.get(node.type)
        return ["text", node.content] if mark is None else mark(node)

    def _all(self, node: SyntaxTreeNode) -> list[Tree]:
        return [self.of(child) for child in node.children]

    def _inner(self, node: SyntaxTreeNode) -> Tree:
        return ["row", *self._all(node)]

    def _quote(self, node: SyntaxTreeNode) -> Tree:
        self._quotes += 1
        # Typst counts how deep its own rules stand in one another, and stops.
        name = "quote" if self._quotes <= MOST_QUOTES else "indented"
        made = [name, *self._all(node)]
        self._quotes -= 1
        return made

    def _table(self, node: SyntaxTreeNode) -> Tree:
        rows = [row for part in node.children for row in part.children]
        aligned = [
            ALIGNED.get(str(cell.attrs.get("style", "")), "left") for cell in rows[0].children
        ]
        return ["table", aligned, *([self._inner(cell) for cell in row.children] for row in rows)]

    def _image(self, node: SyntaxTreeNode) -> Tree:
        address = str(node.attrs.get("src", ""))
        return _leading(address, ["text", text_of(node) or address])

    def _citation(self, node: SyntaxTreeNode) -> Tree:
        shown = [
            f"{self._numbers[one.digest]}{f', {one.place}' if one.place else ''}"
            for one in cited_of(node)
        ]
        return ["text", f"[{'; '.join(shown)}]"]

    def _note(self, node: SyntaxTreeNode) -> Tree:
        number = int(node.meta["id"])
        note = self._notes.get(number)
        if note is None or number in self._told:  # a note that leads to itself has no end
            return ["raised", str(number + 1)]
        self._told.add(number)
        first, *rest = note.children
        begin = self._inner(first) if first.type == "paragraph" else self.of(first)
        return ["note", ["row", begin, *map(self.of, rest)]]


def _leading(address: str, inner: Tree) -> Tree:
    return ["link", address, inner] if may_lead_to(address) else inner


def _formula(latex: str, *, is_block: bool) -> Tree:
    tree = print_formula(latex)
    if tree is None:
        return ["listing" if is_block else "code", latex.strip()]
    return ["formula", is_block, " ".join(latex.split()), tree]
