"""Decisions: who opened what and when, or why they were refused, as private parts tell it.

Normative text: docs/formats.md §2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.people.caller import ActorClass

PART_VERSION = 4
"""Of private parts; earlier ones tell no actor, 1 no reason."""


class DecisionKind(StrEnum):
    """What was decided, by the name of its entry."""

    OPENED = "opened"
    DENIED = "denied"


@dataclass(frozen=True)
class Decision:
    """An opening or a denial. at: seconds since 1970 UTC; reader: the pseudonym, 64 hex digits.

    grant: see docs/formats.md §2; None if there was none. why: None of an opening, and of a denial
    whose private part is of version 1. actor: of what class was who brought it about; None before version 4.
    """

    kind: DecisionKind
    at: int
    digest: Digest
    reader: str
    grant: GrantId | None
    why: Denial | None
    actor: ActorClass | None = None

    @classmethod
    def of(cls, private: Mapping[str, Any]) -> Decision:
        """Return what a private part tells.

        Raises:
            InvalidInput, KeyError, TypeError, ValueError: it tells no decision.
        """
        grant, why = str(private["grant"]), str(private.get("reason", ""))
        return cls(
            DecisionKind(private["kind"]),
            int(private["at"]),
            Digest.parse(str(private["digest"])),
            str(private["reader"]),
            GrantId.parse(grant) if grant else None,
            Denial(why) if why else None,
            _actor(private),
        )


def _actor(private: Mapping[str, Any]) -> ActorClass | None:
    return ActorClass(private["actor"]) if int(private["v"]) >= PART_VERSION else None


@dataclass(frozen=True)
class DecisionFilter:
    """Which decisions are asked for, by what is given.

    since, until: seconds since 1970 UTC; until is not among them.
    """

    kind: DecisionKind | None = None
    digest: Digest | None = None
    grant: GrantId | None = None
    why: Denial | None = None
    since: int | None = None
    until: int | None = None

    def takes(self, decision: Decision) -> bool:
        """Return whether the decision is one of those asked for."""
        return (
            self.kind in (None, decision.kind)
            and self.digest in (None, decision.digest)
            and self.grant in (None, decision.grant)
            and self.why in (None, decision.why)
            and (self.since is None or self.since <= decision.at)
            and (self.until is None or decision.at < self.until)
        )


ALL_DECISIONS = DecisionFilter()
