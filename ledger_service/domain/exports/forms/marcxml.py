"""A work as a MARC 21 record in MARCXML, for catalogs of libraries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from ledger_service.domain.exports.cited_work import AUTHORS, Person, Work
from ledger_service.domain.exports.forms.datacite_words import ACCESS
from ledger_service.domain.exports.forms.xml_text import xml_attribute, xml_text

MEDIA_TYPE = "application/marcxml+xml"
NAMESPACE = "http://www.loc.gov/MARC21/slim"
KINDS = {
    "article": "ab",
    "book": "am",
    "sound": "im",
    "film": "gm",
    "picture": "km",
    "map": "em",
    "data": "mm",
    "file": "am",
}
"""Type of record and bibliographic level, bytes 6 and 7 of the leader."""
LANGUAGES = {
    "ar": "ara", "de": "ger", "en": "eng", "es": "spa", "fa": "per", "fr": "fre", "he": "heb", "hi": "hin",
    "it": "ita", "ja": "jpn", "kaa": "kaa", "kk": "kaz", "ko": "kor", "ky": "kir", "la": "lat", "pt": "por",
    "ru": "rus", "tg": "tgk", "tk": "tuk", "tr": "tur", "ug": "uig", "uk": "ukr", "ur": "urd", "uz": "uzb",
    "zh": "chi",
}  # fmt: skip
"""ISO 639-2/B of the languages that are met most; of others MARC is told that it is in field 041."""
RELATORS = frozenset({
    "aut", "cmp", "cnd", "com", "cov", "cre", "ctb", "dgs", "drt", "dtc", "edt", "fmo", "his", "ill", "ivr",
    "lyr", "nrt", "own", "pbl", "pht", "prf", "pro", "res", "rev", "ths", "trl",
})  # fmt: skip
_UNKNOWN = "|"
_ACCESS = {
    "open": ("0 ", (("f", "Unrestricted online access"), ("2", "star"))),
    "restricted": ("1 ", (("f", "Online access with authorization"), ("2", "star"))),
    "metadata": ("1 ", (("f", "No online access"), ("2", "star"))),
}
"""Indicators of field 506 and its standard words, by `Work.access`."""


class _Field(NamedTuple):
    tag: str
    indicators: str
    subfields: tuple[tuple[str, str], ...]


def format_marcxml(work: Work) -> str:
    """Return one record as a document of XML."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<record xmlns="{NAMESPACE}">',
        f"  <leader>00000n{KINDS[work.kind]} a2200000 u 4500</leader>",
    ]
    lines += [
        f'  <controlfield tag="{tag}">{xml_text(text)}</controlfield>'
        for tag, text in _controls(work)
    ]
    for tag, indicators, subfields in _fields(work):
        told = [(code, value) for code, value in subfields if value]
        if not told or told[0][0] in "028":  # a source or an address alone says nothing
            continue
        first, second = (xml_attribute(mark) for mark in indicators)
        lines.append(f'  <datafield tag="{tag}" ind1={first} ind2={second}>')
        lines += [
            f'    <subfield code="{code}">{xml_text(value)}</subfield>' for code, value in told
        ]
        lines.append("  </datafield>")
    return "\n".join([*lines, "</record>", ""])


def _controls(work: Work) -> Iterator[tuple[str, str]]:
    accepted = datetime.fromtimestamp(work.accepted_at, UTC)
    changed = datetime.fromtimestamp(work.changed_at, UTC)
    yield "001", work.digest
    yield "003", "Muhr"
    yield "005", f"{changed:%Y%m%d%H%M%S}.0"
    yield "007", "cr |||||||||||"
    year = work.year
    dated = f"s{year:04}    " if year is not None and 0 < year <= 9999 else "nuuuuuuuu"
    language = LANGUAGES.get(work.language.partition("-")[0].lower(), "und")
    told = f"{accepted:%y%m%d}{dated}xx " + _UNKNOWN * 5 + "o" + _UNKNOWN * 11
    yield "008", f"{told}{language} d"


def _fields(work: Work) -> Iterator[_Field]:
    yield from _identifiers(work)
    yield _Field("041", " 7", (("a", work.language), ("2", "rfc5646" if work.language else "")))
    authors = work.authors
    for person in authors[:1]:
        yield _person("100", person)
    yield _Field(
        "245",
        "10" if authors else "00",
        (("a", work.title), ("c", authors[0].name if authors else "")),
    )
    for title, _ in work.titles:
        yield _Field("246", "31", (("a", title),))
    yield _Field("250", "  ", (("a", work.edition),))
    published = work.issued or ("" if work.year is None else str(work.year))
    yield _Field("264", " 1", (("a", work.place), ("b", work.publisher), ("c", published)))
    yield _Field("300", "  ", (("a", work.extent),))
    yield _Field("347", "  ", (("b", work.media_type), ("c", f"{work.size_bytes} bytes")))
    if work.withdrawn:
        yield _Field(
            "500", "  ", (("a", "Withdrawn by the library; not to be cited or relied on."),)
        )
    yield _Field("520", "  ", (("a", work.description),))
    yield _Field(
        "506", _ACCESS[work.access][0], (("a", ACCESS[work.access][0]), *_ACCESS[work.access][1])
    )
    name, uri = work.license
    yield _Field("540", "  ", (("a", name), ("u", uri)))
    at = datetime.fromtimestamp(work.accepted_at, UTC)
    yield _Field(
        "583",
        "1 ",
        (("a", "registered"), ("c", f"{at:%Y%m%d}"), ("k", work.steward), ("u", work.address)),
    )
    for subject in work.subjects:
        source = subject.scheme.lower()
        yield _Field(
            "650",
            " 7" if source else " 4",
            (("a", subject.text), ("0", subject.uri), ("2", source)),
        )
    others = [person for person in work.people if person.role.lower() not in AUTHORS]
    for person in [*authors[1:], *others]:
        yield _person("700", person)
    for host in work.hosts:
        part = ", ".join(text for text in (host.volume, host.issue) if text)
        yield _Field("773", "0 ", (("t", host.title), ("g", part)))
    yield _Field("856", "42", (("u", work.address), ("3", "Page of the resource")))
    yield _Field("856", "40", (("u", work.content), ("q", work.media_type if work.content else "")))


def _identifiers(work: Work) -> Iterator[_Field]:
    for scheme, value in work.names:
        name = scheme.lower()
        if name in ("isbn", "issn"):
            yield _Field({"isbn": "020", "issn": "022"}[name], "  ", (("a", value),))
        elif name == "call-number":
            yield _Field("099", "  ", (("a", value),))
        else:
            source = {"handle": "hdl", "hash": "uri"}.get(name, name)
            yield _Field("024", "7 ", (("a", value), ("2", source)))


def _person(tag: str, person: Person) -> _Field:
    role = person.role.lower()
    code = (("4", role),) if role in RELATORS else (("e", person.role),)
    parts = person.parts
    told = (("a", person.name), *code, ("1", person.address))
    if person.ror:
        return _Field(tag[0] + "10", "2 ", told)
    return _Field(tag, "1 " if parts else "0 ", told)
