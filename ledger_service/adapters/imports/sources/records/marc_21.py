"""What fields of MARC 21 say of a work. Source: MARC 21 Format for Bibliographic Data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ledger_service.adapters.imports.sources.records.marc_field import MarcField
from ledger_service.domain.imports.gathered_record import GatheredRecord
from ledger_service.domain.imports.told_roles import role_of
from ledger_service.domain.resources import edtf
from ledger_service.domain.resources.language_codes import short_code
from ledger_service.domain.resources.work_identifier import orcid, recognized

Reader = Callable[[MarcField, GatheredRecord], None]
THESAURI = {"0": "lcsh", "1": "lcshac", "2": "mesh", "3": "nal", "5": "csh", "6": "rvm"}
SCHEMES = {"rubbk": "bbk", "fast": "fast", "udc": "udc"}
OTHER_NUMBERS = {"doi": "doi", "hdl": "handle", "ark": "ark", "urn": "urn", "uri": "uri"}
PUBLICATION = {"0": "created", "1": "issued", "4": "copyrighted"}
RELATED = {
    "765": "translation-of",
    "767": "has-translation",
    "770": "related",
    "772": "supplement-to",
    "774": "has-part",
    "775": "has-version",
    "776": "has-format",
    "777": "related",
    "780": "continues",
    "785": "continued-by",
    "786": "source",
    "787": "related",
}
NOTES = "500 501 502 504 505 511 518 520 545 546 586".split()  # noqa: SIM905
_YEARS = re.compile(r"[\du]{4}", re.ASCII)


def _person(field: MarcField, found: GatheredRecord) -> None:
    """Of 1xx and 7xx; one that names a work of the person is a related work."""
    name = field.joined("abcq" if field.tag[1:] == "00" else "abcn")
    if field.tag[0] == "7" and (title := field.joined("tknp")):
        found.add(field.tag, "relations", kind="related", target=f"{name.rstrip('.')}. {title}")
        return
    codes = [code for text in (*field.all("4"), *field.all("e")) if (code := role_of(text))]
    roles = list(dict.fromkeys(codes)) or ["cre" if field.tag[0] == "1" else "ctb"]
    number = next(filter(None, map(_orcid, field.all("01"))), "")
    for role in roles:
        found.add(field.tag, "contributors", name=name, role=role, orcid=number)


def _orcid(text: str) -> str:
    return orcid(re.sub(r"\A\(orcid\)\s*", "", text, flags=re.IGNORECASE))


def _other_title(field: MarcField, found: GatheredRecord) -> None:
    title = field.joined("a" if field.tag == "240" else "abnp")
    found.add(field.tag, "titles", text=title)


def _subject(field: MarcField, found: GatheredRecord) -> None:
    name = field.joined("abcdfgnpqt")
    if not name:
        return
    text = "--".join([name, *field.all("vxyz")])
    named = field.one("2").lower()
    scheme = THESAURI.get(field.second_mark, "") if field.tag != "653" else ""
    if field.second_mark == "7":
        scheme = SCHEMES.get(named, named)
    addresses = [value for value in field.all("01") if "://" in value]
    if field.tag == "653" or not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,19}", scheme):
        scheme = ""
    found.add(field.tag, "subjects", text=text, scheme=scheme, uri=next(iter(addresses), ""))


def _class(scheme: str) -> Reader:
    def read(field: MarcField, found: GatheredRecord) -> None:
        named = field.one("2").lower()
        used = scheme or SCHEMES.get(
            named, named if re.fullmatch(r"[a-z][a-z0-9-]{0,19}", named) else ""
        )
        for number in field.all("a"):
            found.add(field.tag, "subjects", text=number, scheme=used)

    return read


def _call_number(field: MarcField, found: GatheredRecord) -> None:
    if number := field.joined("hi" if field.tag == "852" else "ab"):
        found.add(field.tag, "identifiers", scheme="call-number", value=number)


def _publication(field: MarcField, found: GatheredRecord) -> None:
    """Of 260 and 264: where, by whom and when; a copyright date has its own field or sign."""
    places, publishers = field.all("a"), field.all("b")
    if places:
        found.put(f"{field.tag} $a", "place", "; ".join(places))
    for number, name in enumerate(publishers):
        if number == 0 and field.second_mark not in "23":
            found.put(f"{field.tag} $b", "publisher", name)
        else:
            role = {"2": "dst", "3": "mfr"}.get(field.second_mark, "pbl")
            found.add(f"{field.tag} $b", "contributors", name=name, role=role)
    for text in field.all("c"):
        kind = PUBLICATION.get(field.second_mark, "issued")
        if text[:1] in "c©℗" and text[1:2].strip().isdigit():
            kind = "copyrighted"
        written = text.rstrip(".")
        found.add(f"{field.tag} $c", "dates", kind=kind, edtf=edtf.guessed(written), text=written)


def standard_number(scheme: str) -> Reader:
    """Return a reader of numbers of this scheme; behind an ISBN or ISSN there may be words."""

    def read(field: MarcField, found: GatheredRecord) -> None:
        for text in field.all("a"):
            number = text.split()[0] if scheme in ("isbn", "issn") else text
            found.add(f"{field.tag} $a", "identifiers", scheme=scheme, value=number)

    return read


def _other_number(field: MarcField, found: GatheredRecord) -> None:
    kind = OTHER_NUMBERS.get(field.one("2").lower(), "") if field.first_mark == "7" else ""
    for text in field.all("a"):
        scheme, value = (kind, text) if kind else recognized(text) or ("local", text)
        found.add("024 $a", "identifiers", scheme=scheme, value=value)


def _languages(field: MarcField, found: GatheredRecord) -> None:
    for text in field.all("a"):
        codes = (
            [text[at : at + 3] for at in range(0, len(text), 3)] if len(text) % 3 == 0 else [text]
        )
        for code in codes:
            found.add("041 $a", "languages", short_code(code.lower()))


def _note(field: MarcField, found: GatheredRecord) -> None:
    text = (
        field.joined("atgrbcdo", " ") if field.tag in ("502", "505", "520") else field.joined("a")
    )
    if text:
        found.add(field.tag, "description", text=text)


def _part_of(field: MarcField, found: GatheredRecord) -> None:
    """Of series (490, 800 to 830) and of the host of an article (773)."""
    title = field.joined("t" if field.tag in ("773", "800", "810", "811") else "anp") or field.one(
        "a"
    )
    volume = field.one("g" if field.tag == "773" else "v")
    number = field.one("xz") if field.tag == "773" else field.one("x")
    if title:
        found.add(field.tag, "part_of", title=title, volume=volume, identifier=number)


def _related(field: MarcField, found: GatheredRecord) -> None:
    target = ". ".join([*field.all("a"), *field.all("st")]) or field.one("xzou")
    if target:
        found.add(field.tag, "relations", kind=RELATED[field.tag], target=target)


def put(name: str, codes: str, between: str = " ") -> Reader:
    """Return a reader of what a field of one text has; codes: of the subfields that are this text."""

    def read(field: MarcField, found: GatheredRecord) -> None:
        if text := field.joined(codes, between):
            found.put(field.tag, name, text)

    return read


def _extent(field: MarcField, found: GatheredRecord) -> None:
    parts = [field.joined("af", ", "), field.joined("b"), field.joined("ce", " + ")]
    if text := " ; ".join(filter(None, parts)):
        found.put("300", "extent", text)


def nothing_more(codes: str) -> Reader:
    """Return a reader of what is read elsewhere, for title, language and files."""

    def read(field: MarcField, _: GatheredRecord) -> None:
        field.all(codes)

    return read


def gather_control(fields: Mapping[str, str], found: GatheredRecord) -> None:
    """Add what control fields say: the record's number, and when the work was issued."""
    if number := fields.get("001", "").strip():
        source = fields.get("003", "").strip()
        found.add(
            "001", "identifiers", scheme="local", value=f"({source}){number}" if source else number
        )
    if not found.has("dates"):
        read = coded_date(fields.get("008", "")[6:15])
        if read:
            found.add("008", "dates", kind="issued", edtf=read)


def coded_date(code: str) -> str:
    """Return the EDTF of the type of a date and its two years, as field 008 has them, or nothing."""
    kind, years = code[:1], [code[1:5], code[5:9]]
    first, last = (year.replace("u", "X") if _YEARS.fullmatch(year) else "" for year in years)
    if kind == "q":
        first, last = (f"{year}?" if year else "" for year in (first, last))
    has_both = kind in "qmcduik" and first and last
    text = f"{first}/{'..' if last == '9999' else last}" if has_both else first
    return text if edtf.is_edtf(text) else ""


READERS: Mapping[str, Reader] = {
    **dict.fromkeys(("100", "110", "111", "700", "710", "711"), _person),
    **dict.fromkeys(("130", "240", "246", "247", "730", "740"), _other_title),
    **dict.fromkeys("600 610 611 630 647 648 650 651 653 654 655".split(), _subject),  # noqa: SIM905
    "080": _class("udc"),
    "082": _class("ddc"),
    "084": _class(""),
    "050": _class("lcc"),
    **dict.fromkeys(("090", "099", "852"), _call_number),
    **dict.fromkeys(("260", "264"), _publication),
    "010": standard_number("local"),
    "020": standard_number("isbn"),
    "022": standard_number("issn"),
    "035": standard_number("local"),
    "024": _other_number,
    "041": _languages,
    **dict.fromkeys(NOTES, _note),
    "521": put("audience", "a"),
    "542": put("rights_holder", "d"),
    "250": put("edition", "ab"),
    "300": _extent,
    **dict.fromkeys(("440", "490", "773", "800", "810", "811", "830"), _part_of),
    **dict.fromkeys(RELATED, _related),
    "245": nothing_more("abnp"),
    "856": nothing_more("uq"),
}
