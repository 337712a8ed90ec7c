"""How openings and denials are counted, by their private parts: what COUNTER calls a request, and a turnaway.

Only readers open and are refused, so staff, robots and services are in none of these numbers. The same by
the same reader within 30 seconds counts once, at the later time. A session is a reader in an hour. Source:
COUNTER Code of Practice 5.1, §7; docs/usage.md.
"""

from __future__ import annotations

from collections import defaultdict, deque
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


@dataclass
class Counted:
    """Counts by digest as hex. begin, end: of the time that is counted; the end is not in it."""

    begin: int
    end: int
    found: defaultdict[bytes, Counts] = field(default_factory=lambda: defaultdict(Counts))
    _hour: int = -1
    _seen: set[bytes] = field(default_factory=set)

    def by_digest(self) -> dict[Digest, Counts]:
        """Return the counts by digest; what is damaged names none, and an audit tells of it."""
        told: dict[Digest, Counts] = {}
        for digest, counts in self.found.items():
            with suppress(InvalidDigest):
                told[Digest.parse(digest.decode("latin-1"))] = counts
        return told

    def add(self, at: int, key: bytes) -> None:
        """Count a click after which the same does not come; given in the order of time."""
        if not self.begin <= at < self.end:
            return
        counts = self.found[key[1 : 1 + DIGEST_CHARACTERS]]
        metric = key[:1]
        if metric == REQUEST:
            counts.requests += 1
            hour = at // HOUR_SECONDS
            if hour != self._hour:
                self._hour = hour
                self._seen.clear()
            if key not in self._seen:
                self._seen.add(key)
                counts.unique += 1
        elif metric == NO_LICENSE:
            counts.no_license += 1
        else:
            counts.limit_exceeded += 1


def count(clicks: Iterable[Click], begin: int, end: int) -> Counted:
    """Return what is counted from `begin` on, before `end`.

    clicks: in the order of time, from `begin` to 30 seconds after `end`, so that a click at the end counts
    where the same comes again.
    """
    counted, waiting, newest = Counted(begin, end), deque[Click](), dict[bytes, int]()

    def settle() -> None:
        at, key = waiting.popleft()
        if newest.get(key) == at:  # else the same came again
            del newest[key]
            counted.add(at, key)

    for click in clicks:
        now, key = click
        while waiting and waiting[0][0] + SAME_USE_SECONDS < now:
            settle()
        newest[key] = now
        waiting.append(click)
    while waiting:
        settle()
    return counted
