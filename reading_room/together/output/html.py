"""A paper's tree as HTML that is well-formed XML too, so that pages and books share it.

Every tag is written here, every text and attribute is escaped, and nothing has a style or a script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from markdown_it.tree import SyntaxTreeNode

from reading_room.together.output.citation import CITATION
from reading_room.together.output.mathml import format_formula
from reading_room.together.output.paper_text import (
    Cited,
    cited_of,
    may_lead_to,
    number_cited,
    parse_paper,
)

PLAIN = {
    "paragraph": "p", "em": "em", "strong": "strong", "s": "s", "blockquote": "blockquote",
    "bullet_list": "ul", "list_item": "li", "thead": "thead", "tbody": "tbody", "tr": "tr",
}  # fmt: skip
THROUGH = frozenset({"root", "inline"})
ALIGNED = {"text-align:right": "right", "text-align:center": "center"}
LOWEST_HEADING = 6


class Section:
    """A heading. id: of its element; level: from 1, as written; title: its text without marks."""

    def __init__(self, id: str, level: int, title: str) -> None:
        self.id, self.level, self.title = id, level, title


@dataclass(frozen=True)
class Written:
    """A text as HTML. body: without a frame; sections: its headings, in order."""

    body: str
    sections: tuple[Section, ...]


def write_html(text: str, works: Mapping[str, Cited], *, under: int = 1) -> Written:
    """Return a text as HTML, its bibliography at the end; raise PaperTooLarge.

    works: what is cited and known, by digest; under: the level of the heading that stands above the text.
    """
    root = parse_paper(text)
    writer = _Writer(root, works, under)
    body = writer.write(root) + writer.bibliography()
    return Written(body, tuple(writer.sections))


def text_of(node: SyntaxTreeNode) -> str:
    """Return the letters of a node without its marks."""
    if node.type in ("text", "code_inline", "math_inline"):
        return node.content
    if node.type in ("softbreak", "hardbreak"):
        return " "
    return "".join(map(text_of, node.children))


class _Writer:
    def __init__(self, root: SyntaxTreeNode, works: Mapping[str, Cited], under: int) -> None:
        self.sections: list[Section] = []
        self._works, self._under = works, under
        self._numbers = number_cited(root)
        self._marks: dict[str, Callable[[SyntaxTreeNode], str]] = {
            "text": lambda node: escape(node.content, quote=False),
            "softbreak": lambda _: "\n",
            "hardbreak": lambda _: "<br/>\n",
            "hr": lambda _: "<hr/>\n",
            "code_inline": lambda node: f"<code>{escape(node.content)}</code>",
            "fence": self._code,
            "code_block": self._code,
            "heading": self._heading,
            "ordered_list": self._ordered,
            "table": lambda node: (
                f'<div class="table-wrap"><table>{self._inner(node)}</table></div>\n'
            ),
            "th": self._cell,
            "td": self._cell,
            "link": self._link,
            "image": self._image,
            "math_inline": lambda node: format_formula(node.content, is_block=False),
            "math_block": lambda node: f"<p>{format_formula(node.content, is_block=True)}</p>\n",
            CITATION: self._citation,
            "footnote_ref": self._reference,
            "footnote_block": self._notes,
            "footnote_anchor": lambda _: "",
        }

    def write(self, node: SyntaxTreeNode) -> str:
        """Return a node with all below it; of what is not known, its text."""
        if node.type in THROUGH:
            return self._inner(node)
        tag = PLAIN.get(node.type)
        if tag is not None:
            if node.type == "paragraph" and node.hidden:  # of a tight list
                return self._inner(node)
            end = "\n" if node.block else ""
            return f"<{tag}>{self._inner(node)}</{tag}>{end}"
        mark = self._marks.get(node.type)
        return escape(node.content) if mark is None else mark(node)

    def _inner(self, node: SyntaxTreeNode) -> str:
        return "".join(map(self.write, node.children))

    def bibliography(self) -> str:
        """Return the list of what is cited, empty if nothing is."""
        if not self._numbers:
            return ""
        rows = []
        for digest, number in self._numbers.items():
            work = self._works.get(digest)
            told = f"<code>{digest}</code>" if work is None else _told(work)
            rows.append(f'<li id="cited-{number}">{told}</li>\n')
        return f'<hr/>\n<ol class="cited">\n{"".join(rows)}</ol>\n'

    def _heading(self, node: SyntaxTreeNode) -> str:
        level = int(node.tag[1])
        section = Section(f"section-{len(self.sections) + 1}", level, text_of(node).strip())
        self.sections.append(section)
        tag = f"h{min(level + self._under, LOWEST_HEADING)}"
        return f'<{tag} id="{section.id}">{self._inner(node)}</{tag}>\n'

    def _ordered(self, node: SyntaxTreeNode) -> str:
        start = int(node.attrs.get("start", 1))
        begin = "" if start == 1 else f' start="{start}"'
        return f"<ol{begin}>{self._inner(node)}</ol>\n"

    def _cell(self, node: SyntaxTreeNode) -> str:
        aligned = ALIGNED.get(str(node.attrs.get("style", "")))
        named = f' class="{aligned}"' if aligned else ""
        scope = ' scope="col"' if node.type == "th" else ""
        return f"<{node.type}{scope}{named}>{self._inner(node)}</{node.type}>"

    def _code(self, node: SyntaxTreeNode) -> str:
        return f'<pre tabindex="0"><code>{escape(node.content)}</code></pre>\n'

    def _link(self, node: SyntaxTreeNode) -> str:
        return _leading(str(node.attrs.get("href", "")), self._inner(node))

    def _image(self, node: SyntaxTreeNode) -> str:
        address = str(node.attrs.get("src", ""))
        return _leading(address, escape(text_of(node) or address))

    def _citation(self, node: SyntaxTreeNode) -> str:
        shown = []
        for one in cited_of(node):
            number = self._numbers[one.digest]
            place = f", {escape(one.place)}" if one.place else ""
            shown.append(f'<a href="#cited-{number}">{number}</a>{place}')
        return f'<span class="cite">[{"; ".join(shown)}]</span>'

    def _reference(self, node: SyntaxTreeNode) -> str:
        number = int(node.meta["id"]) + 1
        back = f"note-{number}-{int(node.meta.get('subId', 0))}"
        return f'<sup id="{back}"><a href="#note-{number}">{number}</a></sup>'

    def _notes(self, node: SyntaxTreeNode) -> str:
        rows = []
        for note in node.children:
            number = int(note.meta["id"]) + 1
            back = f'<a href="#note-{number}-0">↩</a>'
            rows.append(f'<li id="note-{number}">{self._inner(note)}{back}</li>\n')
        return f'<hr/>\n<ol class="notes">\n{"".join(rows)}</ol>\n'


def _leading(address: str, inner: str) -> str:
    """Return a link that tells nothing of the paper where it leads; the words alone, if none may be."""
    if not may_lead_to(address):
        return inner
    return f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{inner}</a>'


def _told(work: Cited) -> str:
    """Return a work as it is cited; its address, which stands at the end of many forms, leads there."""
    before, found, after = work.text.partition(work.address)
    if not found:
        return f"{escape(work.text)} {_leading(work.address, escape(work.address))}"
    return escape(before) + _leading(work.address, escape(work.address)) + escape(after)
