"""What a catalog says of a work beyond its title: typed fields that may be repeated, all of them optional.

A record that has none of them has the bytes that it had before there were any. Normative text:
docs/formats.md §9; the reasons are in docs/adr/0096.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidMetadata
from ledger_service.domain.resources.record_parts import (
    Contributor,
    DateOf,
    Identifier,
    Note,
    Part,
    PartOf,
    RelatedWork,
    Subject,
    Title,
)
from ledger_service.domain.resources.record_text import language_tag, line

LARGEST_RECORD_BYTES = 16_384
"""Of the canonical form of a record that has any of these fields."""

PARTS: Mapping[str, tuple[type[Part], int]] = MappingProxyType(
    {
        "titles": (Title, 20),
        "contributors": (Contributor, 100),
        "subjects": (Subject, 100),
        "description": (Note, 20),
        "dates": (DateOf, 20),
        "identifiers": (Identifier, 50),
        "relations": (RelatedWork, 50),
        "part_of": (PartOf, 10),
    }
)
"""The lists of parts: what they hold, and at most how many."""
TEXTS = ("publisher", "extent", "rights_holder", "audience", "place", "edition")
LISTS: Mapping[str, tuple[Callable[[str, str], str], int]] = MappingProxyType(
    {"languages": (language_tag, 20), "courses": (line, 50)}
)
"""The lists of texts: how each is read, and at most how many there are."""
FIELDS = (*PARTS, *LISTS, *TEXTS)
NAMED = ", ".join(("title", "creator", "language", *FIELDS))
"""What may be told of a work, for whoever told something else."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """The optional fields of a record, each empty by default; see record_parts for what lists hold.

    languages: BCP 47; courses: codes of courses that read the work; the others are texts.
    """

    titles: tuple[Title, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    subjects: tuple[Subject, ...] = ()
    description: tuple[Note, ...] = ()
    dates: tuple[DateOf, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    relations: tuple[RelatedWork, ...] = ()
    part_of: tuple[PartOf, ...] = ()
    languages: tuple[str, ...] = ()
    courses: tuple[str, ...] = ()
    publisher: str = ""
    extent: str = ""
    rights_holder: str = ""
    audience: str = ""
    place: str = ""
    edition: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether it has any of these fields."""
        # One by one, since a list of a thousand records asks this two thousand times.
        return bool(
            self.titles
            or self.contributors
            or self.subjects
            or self.description
            or self.dates
            or self.identifiers
            or self.relations
            or self.part_of
            or self.languages
            or self.courses
            or self.publisher
            or self.extent
            or self.rights_holder
            or self.audience
            or self.place
            or self.edition
        )

    def wider(self) -> dict[str, Any]:
        """Return these fields as JSON, without those that are empty."""
        found: dict[str, Any] = {name: text for name in TEXTS if (text := getattr(self, name))}
        found |= {name: list(texts) for name in LISTS if (texts := getattr(self, name))}
        for name in PARTS:
            if parts := getattr(self, name):
                found[name] = [part.to_json() for part in parts]
        return found

    @property
    def wider_text(self) -> str:
        """These fields as canonical JSON, as databases keep them; empty if there are none."""
        return canonical_json.canonicalize(self.wider()).decode() if self.is_wide else ""

    def check_fields(self) -> None:
        """Put the texts into the form that is kept; raise InvalidMetadata if one cannot be so."""
        for name in TEXTS:
            if text := getattr(self, name):
                object.__setattr__(self, name, line(name, text))
        for name, (rule, most) in LISTS.items():
            if texts := getattr(self, name):
                kept = tuple(dict.fromkeys(rule(name, text) for text in texts))
                object.__setattr__(self, name, _counted(name, kept, most))
        for name, (_, most) in PARTS.items():
            if parts := getattr(self, name):
                object.__setattr__(self, name, _counted(name, tuple(dict.fromkeys(parts)), most))


def read_fields(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the optional fields of JSON as a Record takes them; null and what is empty is left out.

    A list may be given as its only item, and an item as the one text that it needs.

    Raises:
        InvalidMetadata: a name, a form or a text that a record cannot have.
    """
    found: dict[str, Any] = {}
    for name, given in value.items():
        if given is None or given in ("", []):
            continue
        if name in TEXTS:
            found[name] = _text(name, given)
        elif name in LISTS:
            items = given if isinstance(given, list | tuple) else [given]
            found[name] = tuple(_text(name, item) for item in _counted(name, items, LISTS[name][1]))
        elif name in PARTS:
            kind, most = PARTS[name]
            items = given if isinstance(given, list | tuple) else [given]
            found[name] = tuple(kind.read(item) for item in _counted(name, items, most))
        else:
            raise InvalidMetadata("key", name=str(name)[:40], known=NAMED)
    return found


def read_wider(text: str) -> dict[str, Any]:
    """Return the fields that a `wider_text` tells, as a Record takes them.

    Raises:
        InvalidJson: it is no canonical JSON. InvalidMetadata: no record tells so.
    """
    return read_fields(canonical_json.parse(text.encode())) if text else {}


def _text(name: str, given: Any) -> str:
    if not isinstance(given, str):
        raise InvalidMetadata("form", name=name)
    return given


def _counted(name: str, items: Any, most: int) -> Any:
    if len(items) > most:
        raise InvalidMetadata("many", name=name, most=most)
    return items
