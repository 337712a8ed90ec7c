"""Decide again why a reader was refused, and find what no single decision shows.

A denial says why, and the chain says whether that was so. Where the content is kept is the
library's own word, until its ledger says that it is here. Two live grants of one reader for one resource
show in no decision alone: the private parts tell which grants are one reader's.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from ledger_service.domain.chain.history import FOR_EVER, GrantFact, RegistrationFact
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.lending.denial import DENIALS_BELIEVED, Denial
from ledger_service.domain.lending.grant import Scope
from ledger_service.services.audit.faults import Fault, Report

LATE_SECONDS = 86_400  # what has been on its way to the chain, or from it, for longer is not coming
OVERLAP_SECONDS = (
    600  # of two grants: the end of the first may be on its way when the second is issued
)


def is_true(
    why: Denial,
    grant: GrantFact | None,
    registration: RegistrationFact | None,
    block: int,
    at: int,
    now: int,
    *,
    is_kept: bool = False,
) -> bool:
    """Return whether the chain bears out why somebody was refused at a block that stands, at this time.

    grant: the one that the denial names, as the chain has it, if it does; now: the time of the chain's head;
    is_kept: whether the ledger said by then that the library keeps the content.
    An end holds in its library before the chain has it, and a grant is told here after the chain has it.
    """
    is_recent = now - at <= LATE_SECONDS
    if why is Denial.ELSEWHERE:
        return not is_kept
    if why is Denial.WITHDRAWN:
        withdrawn_at = None if registration is None else registration.withdrawn_at
        return is_recent if withdrawn_at is None else withdrawn_at <= at + LATE_SECONDS
    if why in DENIALS_BELIEVED:
        return True
    if grant is None:
        return why not in (Denial.SCOPE, Denial.EXPIRED)
    if why is Denial.SCOPE:
        return Scope.READ not in grant.scopes
    if why in (Denial.RETURNED, Denial.REVOKED):
        ends_at = min(grant.until_at(block), grant.ended_at or FOR_EVER)
        return is_recent or ends_at <= at + LATE_SECONDS
    if why is Denial.NOT_ISSUED:
        return at - grant.starts_at <= LATE_SECONDS
    return not grant.is_live(block, at)


def were_seats_taken(
    grants: Iterable[GrantFact], registration: RegistrationFact | None, seats: int, at: int
) -> bool:
    """Return whether as many seats as the license has were taken on chain a day before or after this time.

    grants: all that the chain has. seats: of the license that the registration names.
    """
    if registration is None:
        return False
    place = (registration.digest, registration.steward)
    taken = {
        grant.seat
        for grant in grants
        if (grant.digest, grant.steward) == place
        and grant.starts_at <= at + LATE_SECONDS
        and at - LATE_SECONDS < _end(grant)
    }
    return len(taken) >= seats


class ReadersGrants:
    """Which grants are one reader's, as the private parts tell; `check` looks at all of them at the end."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, Digest], dict[GrantId, GrantFact]] = {}
        self._without: list[tuple[int, tuple[str, Digest], int, int]] = []

    def hold(self, reader: str, grant: GrantFact) -> None:
        """Take note that a grant is this reader's, which its commitment has shown."""
        if not grant.claimed:  # in a cohort, nobody's leave was asked but the cohort's
            self._held.setdefault((reader, grant.digest), {})[grant.grant] = grant

    def lacks(self, index: int, reader: str, digest: Digest, block: int, at: int) -> None:
        """Take note that this entry refused a reader as one who has no grant at all."""
        self._without.append((index, (reader, digest), block, at))

    def check(self, report: Report) -> None:
        """Report refusals of those who did hold a live grant, and readers who held two at a time."""
        for index, place, block, at in self._without:
            for grant in self._held.get(place, {}).values():
                if Scope.READ in grant.scopes and grant.is_live(block, at):
                    report(Fault.WRONGFUL_DENIAL.of(entry=index, grant=grant.grant.hex()))
        for grants in self._held.values():
            for first, second in pairwise(sorted(grants.values(), key=lambda one: one.issued)):
                until = min(_end(first), _end(second))
                if until - second.starts_at > OVERLAP_SECONDS:
                    report(
                        Fault.SECOND_LIVE_GRANT.of(
                            first=first.grant.hex(),
                            second=second.grant.hex(),
                            since=second.starts_at,
                            until=until,
                        )
                    )


def _end(grant: GrantFact) -> int:
    """Return when a grant ended, or will."""
    until = grant.renewals[-1].until if grant.renewals else grant.until
    return min(until, grant.ended_at or FOR_EVER)
