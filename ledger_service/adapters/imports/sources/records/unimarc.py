"""What fields of UNIMARC and RUSMARC say of a work, as fields of a record.

Source: UNIMARC Manual, Bibliographic Format, 3rd edition, with its updates.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger_service.adapters.imports.sources.records.marc_21 import (
    SCHEMES,
    Reader,
    nothing_more,
    put,
    standard_number,
)
from ledger_service.adapters.imports.sources.records.marc_field import MarcField
from ledger_service.domain.imports.gathered_record import GatheredRecord
from ledger_service.domain.imports.told_roles import role_of
from ledger_service.domain.resources import edtf
from ledger_service.domain.resources.language_codes import short_code
from ledger_service.domain.resources.work_identifier import orcid, recognized

NOTES = "300 302 304 305 307 311 314 320 327 328 330".split()  # noqa: SIM905
RELATED = {
    "421": "has-part",
    "422": "supplement-to",
    "423": "related",
    "430": "continues",
    "434": "replaces",
    "440": "continued-by",
    "447": "related",
    "452": "has-format",
    "453": "has-translation",
    "454": "translation-of",
    "455": "is-format-of",
    "488": "related",
}
CODED_DATES = {
    "a": "c",
    "b": "c",
    "c": "c",
    "d": "s",
    "e": "r",
    "f": "q",
    "g": "m",
    "h": "t",
    "j": "e",
}


def _person(field: MarcField, found: GatheredRecord) -> None:
    name = field.one("a")
    if field.tag[1] == "0":
        given = field.one("g")
        name = ", ".join(filter(None, [name, given or field.one("b"), field.joined("c")]))
        field.all("b")  # initials of what $g has in full
    else:
        name = ". ".join(filter(None, [name, *field.all("b")]))
    roles = list(dict.fromkeys(filter(None, map(role_of, field.all("4")))))
    number = next(filter(None, map(orcid, field.all("o3"))), "")
    for role in roles or ["ctb" if field.tag[2] == "2" else "cre"]:
        found.add(field.tag, "contributors", name=name, role=role, orcid=number)


def _other_title(field: MarcField, found: GatheredRecord) -> None:
    tag = short_code(field.one("z").lower())
    found.add(field.tag, "titles", text=field.joined("aehi", ". "), language=tag)


def _subject(field: MarcField, found: GatheredRecord) -> None:
    between = ", " if field.tag == "600" else " "
    name = field.joined("abcdfgt", between)
    scheme = field.one("2").lower()
    addresses = [value for value in field.all("3") if "://" in value]
    for text in field.all("a") if field.tag == "610" else [name]:
        if text:
            whole = "--".join([text, *field.all("jxyz")])
            known = SCHEMES.get(scheme, scheme if scheme.isascii() and scheme.isalnum() else "")
            found.add(
                field.tag, "subjects", text=whole, scheme=known[:20], uri=next(iter(addresses), "")
            )


def _class(scheme: str) -> Reader:
    def read(field: MarcField, found: GatheredRecord) -> None:
        named = field.one("2").lower()
        known = scheme or SCHEMES.get(named, named if named.isascii() and named.isalnum() else "")
        for number in field.all("a"):
            found.add(field.tag, "subjects", text=number, scheme=known[:20])

    return read


def _publication(field: MarcField, found: GatheredRecord) -> None:
    for name, code in (("place", "a"), ("publisher", "c")):
        for text in field.all(code):
            found.put(f"{field.tag} ${code}", name, text)
    for text in field.all("d"):
        kind = "copyrighted" if text[:1] in "c©" and text[1:2].strip().isdigit() else "issued"
        written = text.rstrip(".")
        found.add(f"{field.tag} $d", "dates", kind=kind, edtf=edtf.guessed(written), text=written)


def _other_number(field: MarcField, found: GatheredRecord) -> None:
    for text in field.all("a"):
        scheme, value = recognized(text) or ("local", text)
        found.add("017 $a", "identifiers", scheme=scheme, value=value)
    field.all("2")


def _languages(field: MarcField, found: GatheredRecord) -> None:
    for code in field.all("a"):
        found.add("101 $a", "languages", short_code(code.lower()))


def _note(field: MarcField, found: GatheredRecord) -> None:
    if text := field.joined("abcdet", ". ") if field.tag in ("327", "328") else field.joined("a"):
        found.add(field.tag, "description", text=text)


def _extent(field: MarcField, found: GatheredRecord) -> None:
    parts = [field.joined("a", ", "), field.joined("c"), field.joined("de", " + ")]
    if text := " ; ".join(filter(None, parts)):
        found.put("215", "extent", text)


def _part_of(field: MarcField, found: GatheredRecord) -> None:
    title = field.one("t" if field.tag[0] == "4" else "a")
    if not title:
        return
    volume = field.one("v") or field.joined("hi", ", ")
    number = field.one("xy") or field.one("0")
    found.add(field.tag, "part_of", title=title, volume=volume, identifier=number)


def _related(field: MarcField, found: GatheredRecord) -> None:
    if target := ". ".join(field.all("at")) or field.one("xyu0"):
        found.add(field.tag, "relations", kind=RELATED[field.tag], target=target)


def as_field_008(general: str) -> str:
    """Return the date of field 100 $a as MARC 21 has it in field 008: at its places 6 to 14."""
    kind = CODED_DATES.get(general[8:9], "")
    return f"{'':6}{kind}{general[9:17]}" if kind else ""


READERS: Mapping[str, Reader] = {
    **dict.fromkeys("700 701 702 710 711 712 720 721 722".split(), _person),  # noqa: SIM905
    **dict.fromkeys("500 510 512 513 514 515 516 517 518 532 540 541".split(), _other_title),  # noqa: SIM905
    **dict.fromkeys("600 601 602 605 606 607 608 610 615".split(), _subject),  # noqa: SIM905
    "675": _class("udc"),
    "676": _class("ddc"),
    "680": _class("lcc"),
    "686": _class(""),
    **dict.fromkeys(("210", "214"), _publication),
    "010": standard_number("isbn"),
    "011": standard_number("issn"),
    "017": _other_number,
    "020": standard_number("local"),
    "035": standard_number("local"),
    "101": _languages,
    **dict.fromkeys(NOTES, _note),
    "205": put("edition", "abdfg", ", "),
    "215": _extent,
    "333": put("audience", "a"),
    **dict.fromkeys(("225", "410", "461", "462", "463"), _part_of),
    **dict.fromkeys(RELATED, _related),
    "100": nothing_more("a"),  # its date is read when no other is known
    "200": nothing_more("adehi"),
    "856": nothing_more("uq"),
}
