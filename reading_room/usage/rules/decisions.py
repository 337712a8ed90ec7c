"""How openings and denials are counted, by their private parts: what COUNTER calls a request, and a turnaway.

Only readers open and are refused, so staff, robots and services are in none of these numbers. The same by
the same reader within 30 seconds counts once, at the later time. A session is a reader in an hour. Source:
COUNTER Code of Practice 5.1, §7; docs/usage.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from ledger_service.domain.errors import InvalidDigest
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.denial import Denial
from reading_room.usage.rules.hours import HOUR_SECONDS, SAME_USE_SECONDS
from reading_room.usage.rules.months import Counts

REQUEST, NO_LICENSE, LIMIT_EXCEEDED = b"r", b"n", b"l"
DIGEST_CHARACTERS = 64
OF_KEY = 1 + DIGEST_CHARACTERS
CLICKS_AT_ONCE = 20_000
FOREVER = 2**53
OF_REASON: Mapping[Denial, bytes] = {
    Denial.SEATS_TAKEN: LIMIT_EXCEEDED,
    Denial.SEATS_KEPT: LIMIT_EXCEEDED,
    Denial.NO_SEAT: LIMIT_EXCEEDED,
    Denial.NO_LICENSE: NO_LICENSE,
    Denial.NO_GRANT: NO_LICENSE,
    Denial.SCOPE: NO_LICENSE,
    Denial.EXPIRED: NO_LICENSE,
    Denial.RETURNED: NO_LICENSE,
    Denial.REVOKED: NO_LICENSE,
    Denial.ENDED_ON_CHAIN: NO_LICENSE,
    Denial.ELSEWHERE: NO_LICENSE,
}
"""What a denial counts as; one for another reason is none of the two: more licenses would not have helped."""
_BY_WORD = {why.value.encode(): metric for why, metric in OF_REASON.items()}
_DIGEST, _OPENED, _DENIED = b'"digest":"', b'"kind":"opened"', b'"kind":"denied"'
_REASON = b'"reason":"'

Click = tuple[int, bytes]
"""When somebody was let in or refused, and by what two clicks are the same: metric, digest as hex, reader."""


def clicks_of(parts: Iterable[tuple[int, bytes, bytes]]) -> Iterator[Click]:
    """Yield what is counted of private parts. parts: of each its time, the pseudonym in it, and its body.

    Members are found in the bytes without parsing the rest, which matters for a million of them: canonical
    JSON of an opening or a denial has no free text in which they could stand as well.
    """
    for at, reader, body in parts:
        place = body.find(_DIGEST) + len(_DIGEST)
        digest = body[place : place + DIGEST_CHARACTERS]
        if _OPENED in body:
            yield at, REQUEST + digest + reader
        elif _DENIED in body:
            begin = body.find(_REASON) + len(_REASON)
            metric = _BY_WORD.get(body[begin : body.find(b'"', begin)])
            if metric is not None:
                yield at, metric + digest + reader


def count(clicks: Iterable[Click], begin: int, end: int) -> dict[Digest, Counts]:
    """Return what is counted from `begin` on, before `end`; what is damaged names no resource.

    clicks: in the order of time, from `begin` to 30 seconds after `end`, so that a click at the end counts
    where the same comes again.
    """
    counted, newest, since = _Counted(begin, end), dict[bytes, int](), 0
    for at, key in clicks:
        before = newest.get(key)
        if before is not None and before + SAME_USE_SECONDS < at:
            counted.add(before, key)
        newest[key] = at
        since += 1
        if since == CLICKS_AT_ONCE:
            newest, since = counted.settled(newest, at), 0
    counted.settled(newest, FOREVER)
    return counted.by_digest()


@dataclass
class _Counted:
    """Counts by metric and digest. uses: each key that was counted, with the hour of its last time."""

    begin: int
    end: int
    uses: dict[bytes, int] = field(default_factory=dict)
    totals: Counter[bytes] = field(default_factory=Counter)
    firsts: Counter[bytes] = field(default_factory=Counter)

    def add(self, at: int, key: bytes) -> None:
        """Count a click after which the same does not come; those of one key in the order of time."""
        if self.begin <= at < self.end:
            what, hour = key[:OF_KEY], at // HOUR_SECONDS
            self.totals[what] += 1
            if self.uses.get(key) != hour:
                self.uses[key] = hour
                self.firsts[what] += 1

    def settled(self, newest: dict[bytes, int], now: int) -> dict[bytes, int]:
        """Count the clicks after which the same cannot come any more, and return the others."""
        waiting: dict[bytes, int] = {}
        for key, at in newest.items():
            if at + SAME_USE_SECONDS < now:
                self.add(at, key)
            else:
                waiting[key] = at
        hour = (now - SAME_USE_SECONDS) // HOUR_SECONDS
        self.uses = {key: last for key, last in self.uses.items() if last >= hour}
        return waiting

    def by_digest(self) -> dict[Digest, Counts]:
        told: dict[Digest, Counts] = {}
        for what, total in self.totals.items():
            with suppress(InvalidDigest):
                counts = told.setdefault(Digest.parse(what[1:].decode("latin-1")), Counts())
                if what[:1] == REQUEST:
                    counts.requests, counts.unique = total, self.firsts[what]
                elif what[:1] == NO_LICENSE:
                    counts.no_license = total
                else:
                    counts.limit_exceeded = total
        return told
