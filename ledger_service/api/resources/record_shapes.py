"""JSON of the optional fields of a record; docs/formats.md §9 says what each may hold."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from ledger_service.api.shapes import Shape
from ledger_service.domain.resources.record import FIELDS, LISTS, PARTS
from ledger_service.domain.resources.record_text import LONGEST_NOTE, LONGEST_TAG, LONGEST_TEXT

Line = Annotated[str, Field(max_length=LONGEST_TEXT)]
Tag = Annotated[str, Field(max_length=LONGEST_TAG)]


def _is_absent(value: object) -> bool:
    return value is None


def _optional(name: str | None = None) -> Any:
    """Return a field that is left out of an answer which has nothing to say in it."""
    if name is None:
        return Field(default=None, exclude_if=_is_absent)
    most = PARTS[name][1] if name in PARTS else LISTS[name][1]
    return Field(default=None, exclude_if=_is_absent, max_length=most)


class TitleShape(Shape):
    """A title beside the main one. language: BCP 47."""

    text: Line
    language: Tag | None = _optional()


class ContributorShape(Shape):
    """role: a relator code of MARC, such as aut, edt or trl; orcid: of a person; ror: of an institution."""

    name: Line
    role: Annotated[str, Field(max_length=3)]
    orcid: Annotated[str, Field(max_length=80)] | None = _optional()
    ror: Annotated[str, Field(max_length=80)] | None = _optional()


class SubjectShape(Shape):
    """scheme: udc, bbk, lcsh, wikidata or another code."""

    text: Line
    uri: Line | None = _optional()
    scheme: Annotated[str, Field(max_length=20)] | None = _optional()


class NoteShape(Shape):
    """What the work is, in words. language: BCP 47."""

    text: Annotated[str, Field(max_length=LONGEST_NOTE)]
    language: Tag | None = _optional()


class DateShape(Shape):
    """edtf: of level 0 or 1; text: as the source writes it, which is the same if it is left out."""

    kind: Annotated[str, Field(max_length=20)]
    edtf: Annotated[str, Field(max_length=80)] | None = _optional()
    text: Line | None = _optional()


class IdentifierShape(Shape):
    """scheme: doi, isbn, issn, ark, handle, urn, call-number, uri or local."""

    scheme: Annotated[str, Field(max_length=20)]
    value: Line


class RelationShape(Shape):
    """kind: such as references or translation-of; target: a URI, an identifier, or words."""

    kind: Annotated[str, Field(max_length=20)]
    target: Line


class PartOfShape(Shape):
    """A series, journal or collection. identifier: its ISSN, ISBN or another."""

    title: Line
    volume: Line | None = _optional()
    issue: Line | None = _optional()
    identifier: Line | None = _optional()


class RecordFields(Shape):
    """The fields that a record may have beside title, creator, language, media type and size."""

    titles: list[TitleShape] | None = _optional("titles")
    contributors: list[ContributorShape] | None = _optional("contributors")
    subjects: list[SubjectShape] | None = _optional("subjects")
    description: list[NoteShape] | None = _optional("description")
    dates: list[DateShape] | None = _optional("dates")
    identifiers: list[IdentifierShape] | None = _optional("identifiers")
    relations: list[RelationShape] | None = _optional("relations")
    part_of: list[PartOfShape] | None = _optional("part_of")
    languages: list[Tag] | None = _optional("languages")
    courses: list[Line] | None = _optional("courses")
    publisher: Line | None = _optional()
    extent: Line | None = _optional()
    rights_holder: Line | None = _optional()
    audience: Line | None = _optional()
    place: Line | None = _optional()
    edition: Line | None = _optional()

    def further(self) -> dict[str, Any]:
        """Return those of them that were given."""
        if self.model_fields_set.isdisjoint(FIELDS):
            return {}
        return self.model_dump(include=set(FIELDS), exclude_none=True)
