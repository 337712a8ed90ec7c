"""A work as BibTeX and biblatex read it: UTF-8, names and titles in braces that keep them as they are."""

from __future__ import annotations

import re

from ledger_service.domain.exports.cited_dates import Day
from ledger_service.domain.exports.cited_work import EDITORS, TRANSLATORS, Person, Work

MEDIA_TYPE = "application/x-bibtex"
KINDS = {"article": "article", "book": "book"}
_ESCAPED = {
    "\\": r"\textbackslash{}",
    # An escaped brace counts as one where braces are counted, so that a title with one would be no field.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{mark: "\\" + mark for mark in "$&%#_"},
}
_TABLE = str.maketrans(_ESCAPED)
_SPACE = re.compile(r"\s+")


def format_bibtex(work: Work) -> str:
    """Return one entry, with a new line at its end."""
    host = work.host
    span = work.span
    fields = {
        "author": _names(work.authors),
        "editor": _names(work.of_role(EDITORS)),
        "translator": _names(work.of_role(TRANSLATORS)),
        "title": _kept(work.title),
        ("journal" if work.kind == "article" else "series"): _plain(host.title) if host else "",
        "volume": _plain(host.volume) if host else "",
        "number": _plain(host.issue) if host else "",
        "year": "" if work.year is None else str(work.year),
        "date": _plain(work.issued) if span is not None else "",
        "publisher": _kept(work.publisher),
        "address": _plain(work.place),
        "edition": _plain(work.edition),
        "month": _month(span.first if span is not None and span.last is None else None),
        "isbn": _plain(work.identifier("isbn")),
        "issn": _plain(work.identifier("issn")),
        "doi": _verbatim(work.identifier("doi")),
        "url": _verbatim(work.address),
        "language": _plain(work.language),
        "keywords": ", ".join(_plain(subject.text) for subject in work.subjects),
        "abstract": _plain(work.description),
        "note": _plain(f"SHA-256: {work.digest}"),
    }
    if work.withdrawn:
        fields["note"] = _plain(f"Withdrawn. SHA-256: {work.digest}")
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    kind = KINDS.get(work.kind, "misc")
    return f"@{kind}{{muhr{work.digest[:16]},\n" + "\n".join(lines) + "\n}\n"


def _names(people: list[Person]) -> str:
    return " and ".join(_name(person) for person in people)


def _name(person: Person) -> str:
    """Return a name: in parts if the record has them, otherwise as one, which no program takes apart."""
    parts = person.parts
    if parts is None or any("," in part or re.search(r"\band\b", part) for part in parts):
        return _kept(person.name)
    return f"{_plain(parts[0])}, {_plain(parts[1])}"


def _kept(text: str) -> str:
    """Return a text in braces of its own: its capitals stay, and no name is found in it."""
    plain = _plain(text)
    return f"{{{plain}}}" if plain else ""


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip().translate(_TABLE)


def _verbatim(text: str) -> str:
    """Return what is read as it stands: an address has no braces."""
    return text.strip().replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def _month(day: Day | None) -> str:
    return "" if day is None or day.month is None else str(day.month)
