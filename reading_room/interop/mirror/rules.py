"""What a ledger says of a digest, by the entries that name it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.registration import Link


class Standing(StrEnum):
    """How far a claim on a digest has come in a ledger."""

    ACCEPTED = "accepted"
    REGISTERED = "registered"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


@dataclass(frozen=True)
class TrailEntry:
    """An entry that names a digest. body: its bytes; proof: hashes of 32 bytes, to the checkpoint's root."""

    index: int
    entry: Entry
    body: bytes
    proof: list[bytes]


def standing_of(trail: Iterable[Entry]) -> Standing | None:
    """Return how a digest stands after these entries, oldest first; None if none of them claims it."""
    standing: Standing | None = None
    for entry in trail:
        match entry.kind:
            case "accepted" | "awaiting":
                standing = standing or Standing.ACCEPTED
            case "registered":
                standing = Standing.REGISTERED
            case "withdrawn":
                standing = Standing.WITHDRAWN
            case "rejected":
                standing = Standing.REJECTED if standing is Standing.ACCEPTED else standing
            case "superseded" if _takes_place(entry) and standing is not Standing.WITHDRAWN:
                standing = Standing.SUPERSEDED
            case "taken-back" if _takes_place(entry) and standing is Standing.SUPERSEDED:
                standing = Standing.REGISTERED
    return standing


def successor_of(trail: Iterable[Entry]) -> str | None:
    """Return the digest, in hex, of what has taken the place of this one; None if nothing has."""
    found: str | None = None
    for entry in trail:
        if entry.kind == "superseded" and _takes_place(entry):
            found = entry.text("successor")
        elif entry.kind == "taken-back" and _takes_place(entry) and entry.text("other") == found:
            found = None
    return found


def _takes_place(entry: Entry) -> bool:
    """Return whether it tells that one resource takes another's place; a relation unknown here does not."""
    try:
        return Link(entry.number("relation")).takes_place
    except ValueError:
        return False
