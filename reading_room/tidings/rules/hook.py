"""Receivers of tidings: whom the library tells of changes over HTTP, and when it tries again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from ledger_service.domain.errors import HookNotFound, InvalidReceiver
from reading_room.tidings.rules.change import ChangeKind

MOST_HOOKS = 100
ID_BYTES = 8
HOUR_SECONDS = 3600
WAITS_SECONDS = (
    5,
    300,
    1800,
    2 * HOUR_SECONDS,
    5 * HOUR_SECONDS,
    10 * HOUR_SECONDS,
    14 * HOUR_SECONDS,
    20 * HOUR_SECONDS,
    24 * HOUR_SECONDS,
)
"""After each attempt in a row that fails; after the last of them nobody tries any more (three days)."""
FORMER_SECONDS = 24 * HOUR_SECONDS
"""For which the secret before is signed with, too, once it was changed."""
GONE = 410
_ID = re.compile(r"[0-9a-f]{16}\Z")


class HookForm(StrEnum):
    """As what a change is told."""

    WEBHOOK = "webhook"
    COAR_NOTIFY = "coar-notify"


class HookState(StrEnum):
    """How a receiver stands."""

    ACTIVE = "active"
    STOPPED = "stopped"  # too many attempts failed; somebody lets it go on
    ENDED = "ended"  # the other side wants to hear no more


@dataclass(frozen=True)
class Hook:
    """A receiver.

    peer: the service that it belongs to, empty for none; told_to: number of the change up to which it was
    told; failures: attempts in a row; failing_since, next_at, last_at, made_at: seconds since 1970 UTC;
    last_status: None if there was no answer; secret, former: sealed, None for none.
    """

    id: str
    form: HookForm
    url: str
    kinds: frozenset[ChangeKind]
    made_at: int
    told_to: int
    peer: str = ""
    state: HookState = HookState.ACTIVE
    failures: int = 0
    failing_since: int | None = None
    next_at: int = 0
    last_at: int | None = None
    last_status: int | None = None
    sent: int = 0
    secret: bytes | None = None
    former: bytes | None = None
    former_until: int = 0

    @property
    def is_failing(self) -> bool:
        """Whether the last attempt failed, or nobody tries any more."""
        return self.failures > 0 or self.state is not HookState.ACTIVE

    def told(self, number: int, count: int) -> Hook:
        """Return it when it has taken so many messages, up to the change with this number."""
        sent = self.sent + count
        return replace(self, told_to=number, sent=sent, failures=0, failing_since=None)

    def answered(self, status: int | None, at: int, *, is_taken: bool, wait: int = 0) -> Hook:
        """Return it after an answer; status: None for no answer; wait: seconds that it asks for."""
        known = replace(self, last_at=at, last_status=status)
        if is_taken:
            return replace(known, next_at=0)
        if status == GONE:
            return replace(known, state=HookState.ENDED)
        failures = self.failures + 1
        since = at if self.failing_since is None else self.failing_since
        failed = replace(known, failures=failures, failing_since=since)
        least = wait_after(failures)
        if least is None:
            return replace(failed, state=HookState.STOPPED)
        return replace(failed, next_at=at + max(least, wait))


def check_hook_id(text: str) -> str:
    """Return a receiver's id; raise HookNotFound for what is none."""
    if not _ID.match(text):
        raise HookNotFound(name=text[:40])
    return text


def kinds_of(words: Iterable[str]) -> frozenset[ChangeKind]:
    """Return the kinds of changes that words name; all of them if there is no word.

    Raises:
        InvalidReceiver: a word names none.
    """
    given = [word.strip() for word in words if word.strip()]
    try:
        return frozenset(map(ChangeKind, given)) or frozenset(ChangeKind)
    except ValueError as exc:
        wrong = next(word for word in given if word not in list(ChangeKind))
        raise InvalidReceiver("kind", kind=wrong[:40], kinds=", ".join(ChangeKind)) from exc


def wait_after(failures: int) -> int | None:
    """Return the seconds until the next attempt after so many that failed in a row; None: there is none."""
    return WAITS_SECONDS[failures - 1] if failures <= len(WAITS_SECONDS) else None
