"""JSON of cohorts: what was understood of a list, how far a course has come, and what it gives a reader."""

from __future__ import annotations

from ledger_service.api.shapes import Hex32, ReasonShape, Shape, sentence
from ledger_service.domain.lending.cohort import Cohort
from ledger_service.domain.lending.grant import Scope
from ledger_service.ports.cohorts import MemberRight
from ledger_service.services.lending.cohorts.close_cohort import Leaving
from ledger_service.services.lending.cohorts.find_cohorts import CohortSeen
from ledger_service.services.lending.cohorts.read_list import SeenList


class CohortShape(Shape):
    """A course and its members, who are only counted. Times are seconds since 1970 UTC.

    cohort: its name in this library; on_chain: its id there, null of a draft. state: as it is at the time of
    the answer; `over` once `until` is over. members: all of them, of whom some have claimed, may still claim,
    or have left.
    """

    cohort: str
    course: str
    digest: Hex32
    scopes: list[str]
    until: int
    state: str
    made_at: int
    on_chain: Hex32 | None
    members: int
    claimed: int
    unclaimed: int
    left: int
    rejection: str | None
    why: ReasonShape | None

    @classmethod
    def of(cls, seen: CohortSeen, now: int) -> CohortShape:
        item, counts = seen
        return cls(
            cohort=item.name,
            course=item.course,
            digest=item.digest.hex(),
            scopes=scope_names(item),
            until=item.until,
            state=item.state_at(now).value,
            made_at=item.made_at,
            on_chain=None if item.on_chain is None else item.on_chain.hex(),
            members=counts.members,
            claimed=counts.claimed,
            unclaimed=counts.unclaimed,
            left=counts.left,
            rejection=sentence(item.rejection),
            why=ReasonShape.of(item.rejection),
        )


class SeenListShape(Shape):
    """What was understood of a class list. cohort: the draft that can be granted; members: on it.

    rows: below the header, of which some name nobody (empty), nobody's number (too_long), or somebody twice
    (doubles). columns: those that name people; ignored: how many do not. new: whom the library does not know
    yet; already: members of this course, who are left out.
    """

    cohort: str
    course: str
    digest: Hex32
    scopes: list[str]
    until: int
    members: int
    rows: int
    columns: list[str]
    ignored: int
    empty: int
    too_long: int
    doubles: int
    new: int
    already: int

    @classmethod
    def of(cls, seen: SeenList) -> SeenListShape:
        item, found = seen.cohort, seen.found
        return cls(
            cohort=item.name,
            course=item.course,
            digest=item.digest.hex(),
            scopes=scope_names(item),
            until=item.until,
            members=seen.members,
            rows=found.total,
            columns=[column.value for column in found.columns],
            ignored=found.ignored,
            empty=found.empty,
            too_long=found.too_long,
            doubles=found.doubles,
            new=seen.new,
            already=seen.already,
        )


class LeavingShape(Shape):
    """left: how many left; revoked: whose claimed grants are revoked; strangers: who were no members."""

    left: int
    revoked: int
    strangers: int

    @classmethod
    def of(cls, found: Leaving) -> LeavingShape:
        return cls(left=found.left, revoked=found.revoked, strangers=found.strangers)


class RightShape(Shape):
    """What a course gives the caller until a time, in seconds. grant: what was claimed of it, null before."""

    course: str
    digest: Hex32
    until: int
    state: str
    grant: Hex32 | None

    @classmethod
    def of(cls, right: MemberRight, now: int) -> RightShape:
        cohort, grant = right.cohort, right.member.grant
        return cls(
            course=cohort.course,
            digest=cohort.digest.hex(),
            until=cohort.until,
            state=cohort.state_at(now).value,
            grant=None if grant is None else grant.hex(),
        )


def scope_names(item: Cohort) -> list[str]:
    """Return what a cohort permits, by names."""
    return [str(scope.name).lower() for scope in Scope if scope in item.scopes]
