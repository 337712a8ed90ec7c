"""What a member of a consortium is warned of about another, or about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.reasons import Reason, Value


class AlarmKind(StrEnum):
    """What is wrong, in one word; docs/consortium.md says of each what to do."""

    FORK = "fork"
    AGAINST_ANCHOR = "against-anchor"
    AWAY = "away"
    WRONG_FILES = "wrong-files"
    NO_ROOM = "no-room"
    BEHIND = "behind"
    NOT_ANCHORED = "not-anchored"
    WITHHELD = "withheld"
    CLOSED_ACCOUNT = "closed-account"
    QUORUM_MISSED = "quorum-missed"
    QUORUM_TOO_LARGE = "quorum-too-large"
    RULES_DIFFER = "rules-differ"
    ANNOUNCEMENT = "announcement"
    WITNESS_SHARED = "witness-shared"
    KEY_DIFFERS = "key-differs"


VALUES: Mapping[AlarmKind, tuple[str, ...]] = {
    AlarmKind.FORK: ("size",),
    AlarmKind.AGAINST_ANCHOR: ("size", "copied", "anchored"),
    AlarmKind.AWAY: ("why",),
    AlarmKind.WRONG_FILES: ("why",),
    AlarmKind.NO_ROOM: (),
    AlarmKind.BEHIND: ("size",),
    AlarmKind.NOT_ANCHORED: ("count", "size"),
    AlarmKind.WITHHELD: ("anchored", "size"),
    AlarmKind.CLOSED_ACCOUNT: ("account", "at", "registrations", "grants"),
    AlarmKind.QUORUM_MISSED: ("quorum",),
    AlarmKind.QUORUM_TOO_LARGE: ("quorum", "count"),
    AlarmKind.RULES_DIFFER: ("theirs", "ours"),
    AlarmKind.ANNOUNCEMENT: ("why",),
    AlarmKind.WITNESS_SHARED: ("witness",),
    AlarmKind.KEY_DIFFERS: ("copied", "announced"),
}
"""The values by which each is explained."""
FOR_EVER = frozenset({AlarmKind.FORK})
"""What was signed twice stays signed twice: these never end."""


@dataclass(frozen=True)
class Alarm:
    """steward: whom it is about. about: what of it, if it may have several such alarms; mostly empty.

    since: seconds since 1970 UTC. evidence: text that proves it to others, None if there is none.
    """

    steward: StewardId
    kind: AlarmKind
    values: Mapping[str, Value]
    since: int
    about: str = ""
    evidence: str | None = None

    @property
    def reason(self) -> Reason:
        """What it means."""
        return Reason(f"alarm.{self.kind}", self.values)

    @property
    def advice(self) -> Reason:
        """What to do."""
        return Reason(f"alarm-advice.{self.kind}")

    @property
    def name(self) -> tuple[StewardId, AlarmKind, str]:
        """What tells it from others."""
        return self.steward, self.kind, self.about
