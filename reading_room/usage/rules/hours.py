"""What a use is, whose it is taken for, and the bytes by which the ledger commits to an hour's table.

A request for the same resource within 30 seconds after one of the same session is the same use, at the later
time. Source: COUNTER Code of Practice 5.1, §7; docs/usage.md; docs/formats.md §8.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import counter_robots

from ledger_service.domain import canonical_json
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.merkle import Frontier, leaf_hash

FORMAT = "muhr-usage/1"
HOUR_SECONDS = 3600
SAME_USE_SECONDS = 30
MOST_PENDING = 100_000
MOST_SEEN = 200_000
"""Of how many uses of an hour a process remembers that they were; with more, some count as first twice."""
SEEN_BYTES = 12
GRACE_SECONDS = 600
"""After its end an hour's table is closed: by then every process has written what it counted, or is gone."""
SILENT_SECONDS = 300
"""A process that has said nothing for so long, and has not ended in order, was cut off."""

_ROBOT = re.compile(
    r"bot\b|bot[/_-]|crawl|spider|slurp|archiver|scrap|fetch|harvest|monitor|preview|validator|headless"
    r"|curl|wget|python|httpx|aiohttp|libwww|perl|java/|okhttp|go-http|node|axios|ruby|php|postman"
    r"|gpt|claude|anthropic|perplexity|bytespider|ccbot|lighthouse|facebookexternalhit"
)

_PHONE = re.compile(r"\bmotorola\b")  # which the list takes for the robot `motor`
LONGEST_AGENT = 1000  # characters that are looked at


class Actor(StrEnum):
    """Whom a use is taken for, by what the program says it is."""

    HUMAN = "human"
    ROBOT = "robot"


def actor_of(agent: str) -> Actor:
    """Return whom a use is taken for, by COUNTER's list of robots and words of our own.

    agent: the User-Agent; programs that name none are robots.
    """
    named = agent[:LONGEST_AGENT].strip()
    is_robot = (
        not named
        or _ROBOT.search(named.lower())
        or counter_robots.is_robot_or_machine(_PHONE.sub("", named))
    )
    return Actor.ROBOT if is_robot else Actor.HUMAN


def hour_of(at: int) -> int:
    """Return when the hour of a time began; both in seconds since 1970 UTC."""
    return at - at % HOUR_SECONDS


class Cell(NamedTuple):
    """Where a use is counted. hour: when it began, in seconds since 1970 UTC."""

    hour: int
    digest: Digest
    actor: Actor


@dataclass
class Pending:
    """Uses after which the same may still come again, those first that were longest ago; in memory only.

    firsts: of the uses that are settled, those that were the first of their session; whoever writes them
    down takes them. What was used in the session is remembered by a digest until its hour is over.
    """

    firsts: Counter[Cell] = field(default_factory=Counter)
    _last: OrderedDict[tuple[bytes, Digest, Actor], int] = field(default_factory=OrderedDict)
    _hour: int = -1
    _seen: set[bytes] = field(default_factory=set)

    def add(self, session: bytes, digest: Digest, actor: Actor, at: int) -> Counter[Cell]:
        """Take a use; the same within 30 seconds counts once, at the later time. Return as `settled`."""
        counted = self.settled(at)
        key = (session, digest, actor)
        self._last.pop(key, None)  # what comes last stands last
        self._last[key] = at
        return counted

    def settled(self, now: int) -> Counter[Cell]:
        """Return the uses after which the same cannot come any more, and forget whose they were."""
        counted: Counter[Cell] = Counter()
        while self._last:
            key, at = next(iter(self._last.items()))
            if at + SAME_USE_SECONDS >= now and len(self._last) <= MOST_PENDING:
                break
            del self._last[key]
            cell = Cell(hour_of(at), key[1], key[2])
            counted[cell] += 1
            self.firsts[cell] += self._is_first(cell.hour, key[0] + key[1].value)
        return counted

    def forget(self, now: int) -> None:
        """Forget what was used in sessions of an hour that is over."""
        if now >= self._hour + HOUR_SECONDS + SAME_USE_SECONDS:
            self._seen.clear()

    def _is_first(self, hour: int, of_session: bytes) -> bool:
        if hour != self._hour or len(self._seen) >= MOST_SEEN:
            self._hour = hour
            self._seen.clear()
        told = hashlib.blake2b(of_session, digest_size=SEEN_BYTES).digest()
        is_first = told not in self._seen
        self._seen.add(told)
        return is_first

    def __len__(self) -> int:
        return len(self._last)


class Use(NamedTuple):
    """How often a resource was used in an hour by one class of actors."""

    digest: Digest
    actor: Actor
    uses: int

    def line(self) -> bytes:
        """Return the leaf by which it stands below the hour's root."""
        told = {"actor": self.actor.value, "digest": self.digest.hex(), "uses": self.uses}
        return canonical_json.canonicalize(told)


@dataclass(frozen=True)
class Hour:
    """The table of an hour that has ended.

    hour: when it began, in seconds since 1970 UTC; lines: of the table; interrupted: processes that were cut
    off in it, each of which may have taken the uses of its last minute and a half with it; root: of the lines
    by digest and actor; entry: the ledger's, which attests it.
    """

    hour: int
    lines: int
    human: int
    robot: int
    interrupted: int
    root: bytes
    entry: int = 0

    @classmethod
    def of(cls, hour: int, uses: Iterable[Use], interrupted: int) -> Hour:
        """Return the table of uses, which stand in the order of digest and actor."""
        frontier, counted = Frontier(), Counter[Actor]()
        for use in uses:
            frontier.append(leaf_hash(use.line()))
            counted[use.actor] += use.uses
        human, robot = counted[Actor.HUMAN], counted[Actor.ROBOT]
        return cls(hour, frontier.size, human, robot, interrupted, frontier.root())

    def statement(self) -> bytes:
        """Return what the ledger's entry attests the digest of."""
        told = {
            "format": FORMAT,
            "hour": self.hour,
            "interrupted": self.interrupted,
            "lines": self.lines,
            "root": self.root.hex(),
            "uses": {"human": self.human, "robot": self.robot},
        }
        return canonical_json.canonicalize(told)
