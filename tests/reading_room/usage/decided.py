"""Openings and denials as the ledger has them, and how somebody else would count them, one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from ledger_service.domain.identifiers import Digest
from ledger_service.services.ledger.append_entry import append_private_entries
from ledger_service.services.library import Library

COUNTED_AS = {
    "": "requests",
    "no-license": "no_license",
    "no-grant": "no_license",
    "expired": "no_license",
    "elsewhere": "no_license",
    "seats-taken": "limit_exceeded",
    "seats-kept": "limit_exceeded",
    "no-seat": "limit_exceeded",
}


class Decided(NamedTuple):
    """reader: any name; why: the denial's reason, empty for an opening."""

    at: int
    digest: Digest
    reader: str
    why: str = ""

    def part(self, library: Library) -> dict[str, object]:
        """Return the private part."""
        return {
            "v": 2,
            "kind": "denied" if self.why else "opened",
            "at": self.at,
            "digest": self.digest.hex(),
            "steward": library.steward.hex(),
            "block": 1,
            "block_hash": "0" * 64,
            "block_time": self.at,
            "grant": "",
            "grant_salt": "",
            "grant_state": "",
            "reader": Digest.of(self.reader.encode()).hex(),
            "reason": self.why,
        }


def decide(library: Library, decided: Iterable[Decided]) -> None:
    """Let the ledger have these entries and their private parts."""
    parts = [
        ("denied" if one.why else "opened", one.at, one.part(library))
        for one in sorted(decided, key=lambda one: one.at)
    ]
    with library.store.write() as transaction:
        append_private_entries(transaction, parts)


def recount(decided: Iterable[Decided], begin: int, end: int) -> dict[Digest, dict[str, int]]:
    """Return the counts by digest, found by comparing each with all others."""
    known = [one for one in decided if one.why in COUNTED_AS]
    found: dict[Digest, dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(("requests", "unique_requests", "no_license", "limit_exceeded"), 0)
    )
    sessions = set()
    for place, one in enumerate(known):
        what = COUNTED_AS[one.why]
        comes_again = any(
            (other.digest, other.reader, COUNTED_AS[other.why]) == (one.digest, one.reader, what)
            and (one.at < other.at <= one.at + 30 or (other.at == one.at and later > place))
            for later, other in enumerate(known)
        )
        if comes_again or not begin <= one.at < end:
            continue
        found[one.digest][what] += 1
        if what == "requests":
            session = one.reader, one.at // 3600, one.digest
            found[one.digest]["unique_requests"] += session not in sessions
            sessions.add(session)
    return dict(found)
