"""A work as RIS, which programs that keep references import: a tag a line, lines that end as on Windows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ledger_service.domain.exports.cited_work import EDITORS, TRANSLATORS, Person, Work

MEDIA_TYPE = "application/x-research-info-systems"
KINDS = {
    "article": "JOUR",
    "book": "BOOK",
    "sound": "SOUND",
    "film": "VIDEO",
    "picture": "FIGURE",
    "map": "MAP",
    "data": "DATA",
    "file": "GEN",
}
END = "\r\n"
_SPACE = re.compile(r"\s+")


def format_ris(work: Work) -> str:
    """Return one reference, from TY to ER."""
    lines = [f"{tag}  - {text}" for tag, text in _tagged(work) if text]
    return END.join([f"TY  - {KINDS[work.kind]}", *lines, "ER  - "]) + END


def _tagged(work: Work) -> Iterator[tuple[str, str]]:
    yield from (("AU", _name(person)) for person in work.authors)
    yield from (("ED", _name(person)) for person in work.of_role(EDITORS))
    yield from (("A4", _name(person)) for person in work.of_role(TRANSLATORS))
    yield "TI", _line(work.title)
    yield from (("TT", _line(title)) for title, _ in work.titles)
    for host in work.hosts[:1]:
        yield "T2", _line(host.title)
        yield "VL", _line(host.volume)
        yield "IS", _line(host.issue)
    yield "PY", "" if work.year is None else str(work.year)
    yield "DA", _date(work)
    yield "PB", _line(work.publisher)
    yield "CY", _line(work.place)
    yield "ET", _line(work.edition)
    yield "SN", _line(work.identifier("isbn") or work.identifier("issn"))
    yield "DO", _line(work.identifier("doi"))
    yield "LA", _line(work.language)
    yield from (("KW", _line(subject.text)) for subject in work.subjects)
    yield "AB", _line(work.description)
    yield "UR", work.address
    yield "L1", work.content
    yield "N1", f"{'Withdrawn. ' if work.withdrawn else ''}SHA-256: {work.digest}"


def _name(person: Person) -> str:
    """Return a name, its family name before a comma if the record has it so."""
    parts = person.parts
    return _line(person.name) if parts is None else _line(", ".join(parts))


def _date(work: Work) -> str:
    """Return a day as YYYY/MM/DD/, what is not known of it left out."""
    day = None if work.span is None else work.span.first
    if day is None or not 0 < day.year <= 9999:
        return ""
    month, of_month = ("" if part is None else f"{part:02}" for part in (day.month, day.day))
    return f"{day.year:04}/{month}/{of_month}/"


def _line(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
