"""What happened to a resource, one line for each entry of the ledger that tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum

from ledger_service.domain.resources.registration import Metadata


class HappeningKind(StrEnum):
    """What happened. taken-in: by the ledger; registered: by the chain, which anchored the ledger before."""

    TAKEN_IN = "taken-in"
    ANCHORED = "anchored"
    REGISTERED = "registered"
    DESCRIBED = "described"
    STORED = "stored"
    KEPT = "kept"
    KEY_DESTROYED = "key-destroyed"
    RENDITION = "rendition"
    SUPERSEDED = "superseded"
    TAKEN_BACK = "taken-back"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Correction:
    """What of a record was corrected: the field's name, and its text before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Happening:
    """One line of a history.

    at: seconds since 1970 UTC; entry: index of the one that tells of it; of an anchor, the size of the
    ledger that it holds. facts: what the entry says beside that; other, other_title: the resource that it
    names, 64 hex.
    """

    kind: HappeningKind
    at: int
    entry: int
    steward: str
    facts: Mapping[str, str | int] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    other: str = ""
    other_title: str = ""


def corrections_between(before: Metadata, after: Metadata) -> tuple[Correction, ...]:
    """Return what differs between two records, by the names of their fields."""
    names = [item.name for item in fields(after)]
    changes = ((name, getattr(before, name), getattr(after, name)) for name in names)
    return tuple(
        Correction(name, _told(old), _told(new)) for name, old, new in changes if old != new
    )


def _told(value: object) -> str:
    """Return a value of a record in a line; of a list, its items' own words."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(_told(item) for item in value)
    if hasattr(value, "__dataclass_fields__"):
        return ", ".join(str(part) for part in vars(value).values() if part)
    return str(value)
