"""The parts of a catalog's record that are more than a text: each is checked, and kept in one form.

Whoever makes one gives texts as people write them; what it holds afterwards is in NFC and in the form of its
standard. Normative text: docs/formats.md §9.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

from ledger_service.domain.errors import InvalidMetadata
from ledger_service.domain.resources import edtf, record_text, relators, work_identifier
from ledger_service.domain.resources.record_text import language_tag, line, note

Rule = Callable[[str, str], str]
_DATES = (
    "accepted available captured copyrighted created defended issued modified submitted valid other"
)
_RELATIONS = """
conforms-to continued-by continues has-format has-part has-translation has-version is-format-of
is-part-of is-referenced-by is-replaced-by is-required-by is-version-of references related replaces
requires review-of source supplement-to translation-of
"""
DATES, RELATIONS = _DATES.split(), _RELATIONS.split()
_CODE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
LONGEST_CODE = 20


def _one_of(known: list[str]) -> Rule:
    def check(name: str, text: str) -> str:
        if text not in known:
            raise InvalidMetadata("word", name=name, word=text[:40], known=", ".join(known))
        return text

    return check


def _role(_: str, text: str) -> str:
    code = relators.REPLACED.get(text, text)
    if code not in relators.ROLES:
        raise InvalidMetadata("role", role=text[:40])
    return code


def _orcid(_: str, text: str) -> str:
    found = work_identifier.orcid(text)
    if not found:
        raise InvalidMetadata("identifier", scheme="orcid", value=text[:80])
    return found


def _ror(_: str, text: str) -> str:
    found = work_identifier.ror(text)
    if not found:
        raise InvalidMetadata("identifier", scheme="ror", value=text[:80])
    return found


def _edtf(_: str, text: str) -> str:
    if not edtf.is_edtf(text):
        raise InvalidMetadata("edtf", date=text[:80])
    return text


def _code(name: str, text: str) -> str:
    if not (len(text) <= LONGEST_CODE and _CODE.issuperset(text) and text[0] != "-"):
        raise InvalidMetadata("code", name=name, code=text[:40], longest=LONGEST_CODE)
    return text


class Part:
    """What all parts share. KEY: of the record's list that holds such; RULES: of each text, by its name."""

    KEY: ClassVar[str]
    RULES: ClassVar[Mapping[str, Rule]]
    NEEDED: ClassVar[tuple[str, ...]] = ("text",)

    def __post_init__(self) -> None:
        for name, rule in self.RULES.items():
            text = getattr(self, name)
            if text or name in self.NEEDED:
                object.__setattr__(self, name, rule(f"{self.KEY}.{name}", text))

    def to_json(self) -> dict[str, str]:
        """Return what it says, without what is empty."""
        return {name: text for name in self.RULES if (text := getattr(self, name))}

    @classmethod
    def read(cls, value: Any) -> Self:
        """Return a part of the JSON of others, or of the one text that it needs; raise InvalidMetadata."""
        if isinstance(value, str) and len(cls.NEEDED) == 1:
            value = {cls.NEEDED[0]: value}
        if not isinstance(value, Mapping):
            raise InvalidMetadata("form", name=cls.KEY)
        names = [item.name for item in fields(cls)]  # type: ignore[arg-type]
        for name, text in value.items():
            if name not in names:
                raise InvalidMetadata(
                    "key", name=f"{cls.KEY}.{str(name)[:40]}", known=", ".join(names)
                )
            if not isinstance(text, str | None):
                raise InvalidMetadata("form", name=f"{cls.KEY}.{name}")
        return cls(**{name: value.get(name) or "" for name in names})


@dataclass(frozen=True)
class Title(Part):
    """A title beside the main one, such as one in another language or script. language: BCP 47 or empty."""

    text: str
    language: str = ""
    KEY = "titles"
    RULES = {"text": line, "language": language_tag}  # noqa: RUF012 - as in all parts


@dataclass(frozen=True)
class Contributor(Part):
    """Who did what for the work. role: a relator code of MARC; orcid: of a person, 0000-0000-0000-000X or
    empty; ror: of an institution, such as 02mhbdp94 or empty.
    """

    name: str
    role: str = "ctb"
    orcid: str = ""
    ror: str = ""
    KEY = "contributors"
    NEEDED = ("name", "role")
    RULES = {"name": line, "role": _role, "orcid": _orcid, "ror": _ror}  # noqa: RUF012

    @classmethod
    def read(cls, value: Any) -> Self:
        """Return a contributor; one that is a text, or says no role, contributed in some way."""
        given = {"name": value} if isinstance(value, str) else value
        return super().read({"role": "ctb", **given} if isinstance(given, Mapping) else given)


@dataclass(frozen=True)
class Subject(Part):
    """What the work is about. text: in words, or a number of a classification.

    uri: of the term; scheme: where it is from, such as udc, bbk, lcsh or wikidata.
    """

    text: str
    uri: str = ""
    scheme: str = ""
    KEY = "subjects"
    RULES = {"text": line, "uri": record_text.uri, "scheme": _code}  # noqa: RUF012


@dataclass(frozen=True)
class Note(Part):
    """A description in words, of one or several lines. language: BCP 47 or empty."""

    text: str
    language: str = ""
    KEY = "description"
    RULES = {"text": note, "language": language_tag}  # noqa: RUF012


@dataclass(frozen=True)
class DateOf(Part):
    """When something became of the work. kind: one of DATES; edtf: or empty; text: as written."""

    kind: str
    edtf: str = ""
    text: str = ""
    KEY = "dates"
    NEEDED = ("kind", "text")
    RULES = {"kind": _one_of(DATES), "edtf": _edtf, "text": line}  # noqa: RUF012

    def __post_init__(self) -> None:
        if not self.text:
            object.__setattr__(self, "text", self.edtf)
        super().__post_init__()

    @property
    def years(self) -> tuple[int | None, int | None]:
        """The first and the last year that it means, None where nobody knows."""
        return edtf.years(self.edtf) or (None, None)


@dataclass(frozen=True)
class Identifier(Part):
    """What names the work elsewhere. scheme: one of work_identifier.SCHEMES; value: in its one form."""

    scheme: str
    value: str
    KEY = "identifiers"
    NEEDED = ("scheme", "value")
    RULES = {"scheme": _code, "value": line}  # noqa: RUF012

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", work_identifier.normalized(self.scheme, self.value))


@dataclass(frozen=True)
class RelatedWork(Part):
    """How the work is related to another. kind: one of RELATIONS; target: a URI, an identifier, or words."""

    kind: str
    target: str
    KEY = "relations"
    NEEDED = ("kind", "target")
    RULES = {"kind": _one_of(RELATIONS), "target": line}  # noqa: RUF012


@dataclass(frozen=True)
class PartOf(Part):
    """The series, journal or collection that holds the work. identifier: its ISSN, ISBN or another."""

    title: str
    volume: str = ""
    issue: str = ""
    identifier: str = ""
    KEY = "part_of"
    NEEDED = ("title",)
    RULES = {"title": line, "volume": line, "issue": line, "identifier": line}  # noqa: RUF012
