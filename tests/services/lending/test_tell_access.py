"""What somebody may do with a resource, and why or why not, without deciding anything."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import ResourceNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.resources.registration import WithdrawalReason
from ledger_service.services.lending.change_grant import revoke_grant
from ledger_service.services.lending.tell_access import Action, Help, ToldAccess, tell_access
from ledger_service.services.resources.change_resource import withdraw_resource
from tests.simulators.bench import LIBRARIAN, STEWARD, Bench, Granted, as_reader

ANYBODY = Caller.anybody(STEWARD)
READING = (Action.READ, Action.DOWNLOAD, Action.PRINT)


@pytest.fixture
def closed(bench: Bench) -> Granted:
    """Return a library that lends a book of a closed license, which a reader holds a grant for."""
    bench.license("loans", seats=2)
    registration = bench.registered(b"a closed book", license_name="loans")
    reader = bench.reader()
    grant = bench.grant(registration.digest, reader)
    bench.settle()
    return Granted(bench, reader, bench.held(grant))


def told(found: ToldAccess, action: Action) -> tuple[bool, str, Help | None]:
    one = found.of(action)
    return one.allowed, one.why.name, one.helps


def test_a_reader_with_a_grant_reads_and_others_are_told_what_would_help(closed: Granted) -> None:
    bench, reader, grant = closed
    mine = tell_access(bench.library, as_reader(reader), grant.digest)
    assert told(mine, Action.READ) == (True, "allowed.role", None)
    assert told(mine, Action.DOWNLOAD) == (False, "denied.scope", Help.LIBRARY)
    assert told(mine, Action.ASK) == (False, "access.held", None)
    assert mine.of(Action.RETURN).allowed
    assert mine.until == grant.until
    others = tell_access(bench.library, as_reader(bench.reader()), grant.digest)
    for action in READING:
        assert told(others, action) == (False, "denied.no-grant", Help.ASK)
    assert others.of(Action.ASK).allowed
    assert told(others, Action.RETURN) == (False, "denied.no-grant", None)
    nobody = tell_access(bench.library, ANYBODY, grant.digest)
    for action in Action:
        assert told(nobody, action) == (False, "not-authenticated.no-token", Help.SIGN_IN)
    staff = tell_access(bench.library, LIBRARIAN, grant.digest)
    assert told(staff, Action.READ) == (False, "role-not-held.permission", Help.AS_READER)


def test_what_ends_a_grant_is_told_at_once(closed: Granted) -> None:
    bench, reader, grant = closed
    caller = as_reader(reader)
    bench.clock.advance(grant.until - bench.clock())
    expired = tell_access(bench.library, caller, grant.digest)
    assert told(expired, Action.READ) == (False, "denied.expired", Help.ASK)
    assert expired.until is None
    revoke_grant(bench.library, LIBRARIAN, grant.id)
    revoked = tell_access(bench.library, caller, grant.digest)
    assert told(revoked, Action.READ) == (False, "denied.revoked", Help.ASK)


def test_what_was_withdrawn_is_for_nobody(closed: Granted) -> None:
    bench, reader, grant = closed
    withdraw_resource(bench.library, LIBRARIAN, grant.digest, WithdrawalReason.ERROR)
    gone = tell_access(bench.library, as_reader(reader), grant.digest)
    for action in (*READING, Action.ASK):
        assert told(gone, action) == (False, "denied.withdrawn", Help.SUCCESSOR)
    assert gone.of(Action.RETURN).allowed


def test_to_ask_is_no_decision(closed: Granted) -> None:
    bench, reader, grant = closed
    size = len(bench.entries())
    tell_access(bench.library, as_reader(reader), grant.digest)
    assert len(bench.entries()) == size


def test_what_is_not_here_is_not_told_of(bench: Bench) -> None:
    with pytest.raises(ResourceNotFound):
        tell_access(bench.library, ANYBODY, Digest.of(b"nothing"))


def test_what_is_open_is_everybodys(granted: Granted) -> None:
    bench, _, grant = granted
    found = tell_access(bench.library, ANYBODY, grant.digest)
    assert found.is_open
    for action in READING:
        assert told(found, action) == (True, "allowed.anybody", None)
    reader = tell_access(bench.library, as_reader(bench.reader()), grant.digest)
    assert told(reader, Action.ASK) == (False, "access.open", None)
