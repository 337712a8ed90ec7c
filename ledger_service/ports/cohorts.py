"""What the services need of cohorts: lists that were read, cohorts, their members, and groups of rooms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from ledger_service.domain.identifiers import Commitment, Digest, GrantId
from ledger_service.domain.lending.class_list import ListedPerson
from ledger_service.domain.lending.cohort import Cohort, CohortState, Member, StatedCohort
from ledger_service.domain.people.caller import Caller
from ledger_service.ports.paging import Page, PageRequest


class CohortCounts(NamedTuple):
    """How many members there are, have claimed, may still claim, and have left."""

    members: int
    claimed: int
    unclaimed: int
    left: int


class MemberRight(NamedTuple):
    """A cohort from which a reader may claim, and as which of its members."""

    cohort: Cohort
    member: Member


class CohortTable(Protocol):
    """Cohorts and their members. Nothing of a list is kept but keyed tags, until its cohort is granted."""

    def find(self, name: str) -> Cohort | None:
        """Return the cohort of this name, None if there is none."""

    def find_on_chain(self, cohort: bytes) -> Cohort | None:
        """Return the cohort that the contract gave this id of 32 bytes, None if none of ours has it."""

    def page(self, request: PageRequest, digest: Digest | None) -> Page[Cohort]:
        """Return a page of cohorts, newest first, of one resource if it is given; raise InvalidCursor."""

    def add_draft(self, cohort: Cohort, people: Sequence[ListedPerson]) -> None:
        """Add a draft whose name is new, with whom its list names, in their order."""

    def listed(self, name: str) -> list[ListedPerson]:
        """Return whom the list of a draft names, in their order."""

    def grant(
        self, name: str, stated: StatedCohort, on_chain: bytes, members: Sequence[Member]
    ) -> None:
        """Let a draft be on its way to the chain, where it has this id, with members instead of a list."""

    def set_state(self, name: str, state: CohortState, *, rejection: str | None = None) -> None:
        """Let the cohort be in this state; `rejection`: why the chain rejected it, else None."""

    def remove_drafts(self, before: int) -> None:
        """Remove the drafts that were made before this time, in seconds, and their lists."""

    def remove_draft(self, name: str) -> None:
        """Remove a draft and its list; nothing if it is no draft."""

    def counts(self, name: str) -> CohortCounts:
        """Return how many members there are, by what became of them."""

    def grantees(self, name: str) -> list[Commitment]:
        """Return the commitments to all members in their order, of those who left too."""

    def members_among(
        self, digest: Digest, course: str, readers: Sequence[str], now: int
    ) -> set[str]:
        """Return which readers are members of a standing cohort of this course, who have not left."""

    def right_of(self, reader: str, digest: Digest, now: int) -> MemberRight | None:
        """Return the right that a reader has not claimed yet; of several the one that lasts longest."""

    def rights_of(self, reader: str, now: int) -> list[MemberRight]:
        """Return all rights of a reader in cohorts that stand, claimed ones too, the longest first."""

    def memberships_of(self, reader: str) -> list[MemberRight]:
        """Return all that a reader is a member of, also in cohorts that are over, the longest first."""

    def member(self, name: str, reader: str) -> Member | None:
        """Return the member that a reader is in a cohort, None if the reader is none or has left."""

    def member_of(self, grantee: Commitment) -> MemberRight | None:
        """Return the member who stands behind a commitment, None if none of ours does, or has left."""

    def set_grant(self, cohort: str, index: int, grant: GrantId | None) -> None:
        """Let the member have claimed this grant, or none."""

    def is_claim(self, grant: GrantId) -> bool:
        """Return whether a member has claimed this grant."""

    def give_up(self, grant: GrantId) -> None:
        """Let whoever claimed this grant be as if it was never claimed."""

    def leave(self, cohort: str, index: int, at: int) -> None:
        """Let a member have left at this time: who it was and the salt are forgotten for ever."""

    def forget(self, reader: str, at: int) -> None:
        """Let a reader have left every cohort at this time."""


class Group(NamedTuple):
    """People who do something together, as one of them sees it. id: in addresses; name: as they call it."""

    id: str
    name: str


class Groups(Protocol):
    """A room's groups: its part `groups` (docs/rooms.md)."""

    def groups_of(self, library: Any, caller: Caller) -> tuple[Group, ...]:
        """Return the groups that the caller is a member of, the newest first."""

    def is_member(self, library: Any, caller: Caller, group_id: str) -> bool:
        """Return whether the caller is a member of this group now; False also if there is none."""
