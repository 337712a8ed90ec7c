"""Plain text and HTML: their words."""

from __future__ import annotations

import codecs
from html.parser import HTMLParser

from reading_room.media.reading.asked_file import PIECE_BYTES, AskedFile
from reading_room.media.reading.findings import LARGEST_TEXT_BYTES, LONGEST_TITLE, Found
from reading_room.media.reading.identifiers import identifiers_in

SILENT = {"script", "style", "template", "head"}
BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "pre"}
HEAD_CHARACTERS = 20_000  # where a text names itself


def read_plain(file: AskedFile, found: Found) -> None:
    """Add the words of a text in UTF-8."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    while piece := file.read(PIECE_BYTES):
        words = decoder.decode(piece)
        if not found.text:
            found.facts.identifiers += identifiers_in(words[:HEAD_CHARACTERS])
        if not found.add_text(words):
            return


def read_html(file: AskedFile, found: Found) -> None:
    """Add the words of a page, of a bounded part of it."""
    file.seek(0)
    data = file.read(4 * LARGEST_TEXT_BYTES)
    words = words_of_html(data)
    found.facts.is_cut = len(data) < file.size
    found.facts.identifiers += identifiers_in(words[:HEAD_CHARACTERS])
    found.facts.title = _title(data)
    found.add_text(words)


def words_of_html(data: bytes) -> str:
    """Return what a person reads of a page, a line for each of its blocks."""
    parser = _Words()
    parser.feed(data.decode("utf-8-sig", "replace"))
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.said).split("\n"))
    return "\n".join(line for line in lines if line) + "\n"


def _title(data: bytes) -> str | None:
    head = data[:HEAD_CHARACTERS].decode("utf-8-sig", "replace")
    _, opened, rest = head.partition("<title>")
    title = rest.partition("</title>")[0].strip() if opened else ""
    return title[:LONGEST_TITLE] or None


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._silent: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in SILENT and self._silent is None:
            self._silent = tag
        elif tag in BLOCKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in (self._silent, "head"):
            self._silent = None
        elif tag in BLOCKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if self._silent is None:
            self.said.append(data)
