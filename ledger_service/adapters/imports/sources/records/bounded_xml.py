"""XML that others wrote, read within bounds: no document type, no endless depth, no endless element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from ledger_service.domain.errors import InvalidManifest

LARGEST_DEPTH = 64  # levels of elements
MOST_ELEMENTS = 500_000  # of one document, or of one record of a long one
MOST_LETTERS = 8 * 1024 * 1024  # of text within one record of a long document


class Bounds:
    """Counts what a parser meets; raises InvalidManifest beyond a bound."""

    def __init__(self) -> None:
        self._depth = self._elements = self._letters = 0

    def start(self) -> None:
        """Count an element that begins."""
        self._depth += 1
        self._elements += 1
        if self._depth > LARGEST_DEPTH or self._elements > MOST_ELEMENTS:
            raise InvalidManifest("xml-too-large", depth=LARGEST_DEPTH, elements=MOST_ELEMENTS)

    def end(self) -> None:
        """Count an element that ends."""
        self._depth -= 1

    def text(self, text: str) -> None:
        """Count text."""
        self._letters += len(text)
        if self._letters > MOST_LETTERS:
            raise InvalidManifest("xml-too-large", depth=LARGEST_DEPTH, elements=MOST_ELEMENTS)

    def begin_record(self) -> None:
        """Count anew what one record holds."""
        self._elements = self._letters = 0


def parse_xml(data: bytes, malformed: Callable[[str], InvalidManifest]) -> Element:
    """Return the root of a document that can be held; raise what `malformed` makes of its fault."""
    return parse_marked(data, malformed, "")[0]


def parse_marked(
    data: bytes, malformed: Callable[[str], InvalidManifest], tag: str
) -> tuple[Element, list[slice]]:
    """Return the root, as `parse_xml`, and where in the data each outermost element of this name stands."""
    tree = _Tree(tag)
    parser = DefusedXMLParser(target=tree, forbid_dtd=True)
    tree.place = lambda: int(parser.parser.CurrentByteIndex)
    try:
        parser.feed(data)
        root: Element = parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as exc:
        raise malformed(str(exc)) from exc
    return root, [slice(start, data.index(b">", end) + 1) for start, end in tree.spans]


class _Tree(TreeBuilder):
    """place: where in the data the parser is; spans: where outermost elements of this tag begin and end."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self._bounds = Bounds()
        self._tag = tag
        self._within = 0
        self.place: Callable[[], int] = int
        self.spans: list[tuple[int, int]] = []

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self._bounds.start()
        if tag == self._tag:
            if not self._within:
                self._begun = self.place()
            self._within += 1
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Element:
        self._bounds.end()
        if tag == self._tag:
            self._within -= 1
            if not self._within:
                self.spans.append((self._begun, self.place()))
        return super().end(tag)
