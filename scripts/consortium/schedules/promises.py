"""What members were asked and have acknowledged in a schedule, and what may be said of it from then on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from scripts.consortium.schedules.player import Player

GENUINE = frozenset({"authentic", "authentic_as_told", "superseded"})


@dataclass
class Promise:
    """A book that a member has acknowledged.

    Attributes:
        in_bulk: whether the anchor of the ledger stands for it.
        became: `withdrawn` or `superseded`, if that was acknowledged.
        grants: that were acknowledged, and whether their revocation was.
        block: that has it, once that was seen; 0 before.
    """

    by: Player
    digest: str
    data: bytes
    in_bulk: bool = False
    became: str = ""
    grants: dict[str, bool] = field(default_factory=dict)
    block: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether nothing was asked of it since it was registered."""
        return not self.became and not self.in_bulk


class Promises:
    """attempted: stewards who have sent a digest, by the digest: only of these may a verdict speak.

    forged: digests that nobody has registered. unsure: names of members that were suspended, whose
    acknowledged books the chain may refuse.
    """

    def __init__(self) -> None:
        self.all: list[Promise] = []
        self.attempted: dict[str, set[str]] = defaultdict(set)
        self.forged: list[str] = []
        self.unsure: set[str] = set()

    def of(self, member: Player) -> list[Promise]:
        return [promise for promise in self.all if promise.by is member]

    def forget(self, member: Player) -> None:
        """Expect nothing more of what a member has promised; verdicts may still speak of it."""
        self.all = [promise for promise in self.all if promise.by is not member]

    def check_answer(self, member: Player, digest: str) -> dict[str, str]:
        """Return what a member says of a digest, by steward; raise AssertionError if that is false."""
        answer: dict[str, Any] = member.get(f"/resources/{digest}/verdict")
        states = {str(row["steward"]): str(row["verdict"]) for row in answer["verdicts"]}
        whose = f"{member.name} says of {digest[:12]}: {states}"
        for steward, state in states.items():
            assert state not in GENUINE or steward in self.attempted[digest], whose
        if "not_registered" in states.values():
            self._check_absence(member, digest, answer, whose)
        return states

    def _check_absence(
        self, member: Player, digest: str, answer: dict[str, Any], whose: str
    ) -> None:
        """Check that a digest that is told not to be registered is so, as far as was asked."""
        block = 0 if answer["as_of"] is None else answer["as_of"]["number"]
        missing = [row for row in answer.get("asked", []) if row["reason"] is not None]
        assert not missing, f"{whose}, and could not ask {missing}"
        for promise in self.all:
            if promise.digest == digest:
                may_be_refused = member.name in self.unsure and not promise.block
                is_own = promise.by is member and not may_be_refused
                assert not is_own, f"{whose}, and has acknowledged it"
                is_read = 0 < promise.block <= block and not promise.in_bulk
                assert not is_read, f"{whose}, as of block {block}"
