"""A field of a MARC record, which notes what was read of it, so that the rest can be told."""

from __future__ import annotations

from collections.abc import Iterable

Subfields = list[tuple[str, str]]
INDICATORS = "ind"
"""The code under which a field's two indicators stand, behind its subfields."""
PUNCTUATION = " /:;,="
OF_THE_SYSTEM = frozenset(
    (INDICATORS, "5", "6", "8")
)  # indicators, the institution, links between fields


def tidy(text: str) -> str:
    """Return a text in one line, without the punctuation that MARC puts at its end."""
    return " ".join(text.split()).rstrip(PUNCTUATION)


class MarcField:
    """Subfields in order. tag: also of what a field 880 stands for in another script."""

    def __init__(self, tag: str, subfields: Subfields) -> None:
        self.tag = tag
        self._parts = [(code, text) for code, value in subfields if (text := tidy(value))]
        self._read = set(OF_THE_SYSTEM)
        marks = next((value for code, value in subfields if code == INDICATORS), "")
        self.first_mark, self.second_mark = marks[:1], marks[1:2]

    def all(self, codes: str) -> list[str]:
        """Return the subfields of these codes, in their order in the field."""
        self._read |= set(codes)
        return [text for code, text in self._parts if code in codes]

    def one(self, codes: str) -> str:
        """Return the first of them, empty if there is none; a further one is not read by that."""
        found = next(((code, text) for code, text in self._parts if code in codes), ("", ""))
        if found[0] and sum(code == found[0] for code, _ in self._parts) == 1:
            self._read.add(found[0])
        return found[1]

    def joined(self, codes: str, between: str = " ") -> str:
        """Return all of them as one text."""
        return between.join(self.all(codes))

    def left(self) -> Iterable[str]:
        """Return tag and code of each subfield that nobody read."""
        return [f"{self.tag} ${code}" for code, _ in self._parts if code not in self._read]
