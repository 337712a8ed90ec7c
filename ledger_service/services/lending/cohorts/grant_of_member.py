"""What the grant of a member of a cohort is, for who claims it and for who finds that it was claimed."""

from __future__ import annotations

from ledger_service.domain.errors import UnknownReader
from ledger_service.domain.lending.cohort import Member, StatedCohort
from ledger_service.domain.lending.commitment import opening_pseudonym
from ledger_service.domain.lending.grant import Grant, GrantState, grant_id
from ledger_service.ports.store import Transaction


def grant_of_member(
    transaction: Transaction,
    stated: StatedCohort,
    member: Member,
    seat: int,
    turn: int,
    until: int,
    now: int,
) -> Grant:
    """Return the grant that a member has with this turn of this seat, accepted now.

    until, now: seconds since 1970 UTC.

    Raises:
        UnknownReader: the member has left, or the reader was erased.
    """
    key = None if member.reader is None else transaction.access.reader_key(member.reader)
    if key is None or member.reader is None or member.salt is None:
        raise UnknownReader("gone")
    digest, steward, scopes = stated.digest, stated.steward, stated.scopes
    return Grant(
        id=grant_id(digest, steward, seat, turn, member.grantee, scopes),
        digest=digest,
        steward=steward,
        reader=member.reader,
        pseudonym=opening_pseudonym(key, steward, member.salt, member.grantee, now),
        salt=member.salt,
        grantee=member.grantee,
        scopes=scopes,
        until=until,
        seat=seat,
        turn=turn,
        state=GrantState.ACCEPTED,
        accepted_at=now,
    )
