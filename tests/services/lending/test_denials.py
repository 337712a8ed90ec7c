"""Every refusal of an opening is an entry, with its true reason, and the auditor agrees."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import event

from ledger_service.domain.errors import ChainUnavailable, ContentNotFound, NoLiveGrant
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.grant import OLDEST_HEAD_SECONDS, Grant, GrantState, Scope
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.domain.resources.registration import WithdrawalReason
from ledger_service.services.chain.heed_worker import tell_round
from ledger_service.services.lending.change_grant import return_grant, revoke_grant
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.lending.read_opening import (
    BYTES_A_QUESTION,
    OpenedContent,
    check_still_open,
    opened_content,
    while_open,
)
from ledger_service.services.resources.change_resource import withdraw_resource
from ledger_service.services.resources.define_license import define_license
from tests.services.lending.test_open_resource import DIGEST, private_part
from tests.simulators.bench import HOUR, LIBRARIAN, STEWARD, Bench, as_reader

OPEN = LicenseTerms("http://creativecommons.org/licenses/by/4.0/", 1, HOUR, False)


def denied(bench: Bench, reader: str, digest: Digest = DIGEST) -> str:
    """Return the reason in the private part of a denial, which is also what the reader is told."""
    size = len(bench.entries())
    with pytest.raises((NoLiveGrant, ContentNotFound)) as refused:
        open_resource(bench.library, as_reader(reader), digest=digest)
    [entry] = bench.entries()[size:]
    assert entry.kind == "denied"
    part = private_part(bench, size)
    why = refused.value.reason.values.get("why")
    if isinstance(why, Reason) and why.name != "denied.open-license":
        assert why.name == f"denied.{part['reason']}"
    return str(part["reason"])


def withdraw(bench: Bench) -> None:
    withdraw_resource(bench.library, LIBRARIAN, DIGEST, WithdrawalReason.ERROR)


def expire(bench: Bench) -> None:
    bench.clock.advance(HOUR)


def forget(bench: Bench) -> None:
    bench.forget_content()


def withdraw_on_chain(bench: Bench) -> None:
    bench.chain.act(lambda state: state.withdraw(DIGEST.hex(), STEWARD.hex(), 1))


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (withdraw, "withdrawn"),
        (withdraw_on_chain, "withdrawn"),
        (forget, "elsewhere"),
        (expire, "expired"),
    ],
)
def test_what_ends_a_grant_without_its_holder_is_told_and_audited(
    bench: Bench, happens: Callable[[Bench], None], reason: str
) -> None:
    reader = bench.reader()
    bench.granted(reader)
    happens(bench)
    assert denied(bench, reader) == reason
    bench.settle()
    assert denied(bench, reader) == reason
    bench.settle()
    report = bench.audit()
    assert report.is_clean
    assert report.decisions.denials == 2
    assert report.decisions.elsewhere == (2 if reason == "elsewhere" else 0)


@pytest.mark.parametrize(
    ("ends", "reason"), [(return_grant, "returned"), (revoke_grant, "revoked")]
)
def test_a_grant_given_back_or_revoked_is_told_as_that_before_and_after_the_chain_has_it(
    bench: Bench, ends: Callable[..., object], reason: str
) -> None:
    reader = bench.reader()
    grant = bench.granted(reader)
    ends(bench.library, LIBRARIAN, grant.id)
    assert denied(bench, reader) == reason
    bench.settle()
    assert denied(bench, reader) == reason
    bench.settle()
    assert bench.findings() == set()


def test_a_reader_without_a_grant_or_with_one_on_its_way_or_without_reading_is_told_so(
    bench: Bench,
) -> None:
    bench.registered()
    reader = bench.reader()
    assert denied(bench, reader) == "no-grant"
    bench.grant(DIGEST, reader, scopes=Scope.PRINT)
    assert denied(bench, reader) == "not-issued"
    bench.settle()
    assert denied(bench, reader) == "scope"
    bench.settle()
    assert bench.findings() == set()


def test_a_grant_for_which_no_seat_was_left_is_told_as_that(bench: Bench) -> None:
    define_license(bench.library, LIBRARIAN, "one", LicenseTerms(OPEN.uri, 1, HOUR, False))
    bench.settle()
    bench.registered(license_name="one")
    reader = bench.reader()
    grant = bench.grant(DIGEST, reader)
    with bench.store.write() as transaction:
        why = Reason("seat-taken", {}).format()
        transaction.grants.set_state(grant.id, GrantState.REJECTED, rejection=why)
    assert denied(bench, reader) == "no-seat"


def test_what_nobody_registered_and_what_the_chain_does_not_have_yet_is_no_denial(
    bench: Bench,
) -> None:
    bench.register()
    size = len(bench.entries())
    with pytest.raises(Exception, match="resource-not-found"):
        open_resource(bench.library, as_reader(bench.reader()), digest=DIGEST)
    assert len(bench.entries()) == size


def test_an_open_license_is_said_instead_of_sending_the_reader_for_a_grant(bench: Bench) -> None:
    define_license(bench.library, LIBRARIAN, "open", OPEN)
    bench.settle()
    bench.registered(license_name="open")
    with pytest.raises(NoLiveGrant, match=r"denied\.open-license license=open"):
        open_resource(bench.library, as_reader(bench.reader()), digest=DIGEST)


def test_an_opening_ends_with_the_withdrawal_of_its_resource(bench: Bench) -> None:
    reader = bench.reader()
    bench.granted(reader)
    opening = open_resource(bench.library, as_reader(reader), digest=DIGEST)
    withdraw(bench)
    with pytest.raises(NoLiveGrant, match=r"since-opened why=denied\.withdrawn"):
        opened_content(bench.library, as_reader(reader), opening.secret)


def test_a_withdrawal_between_decision_and_entry_denies(bench: Bench) -> None:
    reader = bench.reader()
    bench.granted(reader)
    bench.chain.interrupt["why_not_live"] = lambda: withdraw(bench)
    assert denied_at(bench, reader) == "withdrawn"
    bench.settle()
    assert bench.findings() == set()


def denied_at(bench: Bench, reader: str) -> str:
    """Return the reason of a denial that is not the only new entry."""
    with pytest.raises(NoLiveGrant) as refused:
        open_resource(bench.library, as_reader(reader), digest=DIGEST)
    return str(private_part(bench, int(str(refused.value.reason.values["entry"])))["reason"])


def opened_once(bench: Bench) -> tuple[Grant, OpenedContent]:
    """Return a grant, and what an opening under it lets its reader fetch."""
    reader = bench.reader()
    grant = bench.granted(reader)
    opening = open_resource(bench.library, as_reader(reader), digest=DIGEST)
    opened = opened_content(bench.library, as_reader(reader), opening.secret)
    check_still_open(bench.library, opened)
    return grant, opened


@pytest.mark.parametrize(
    ("happens", "reason"),
    [(withdraw, "withdrawn"), (expire, "expired"), (withdraw_on_chain, "withdrawn")],
)
def test_no_more_bytes_leave_after_what_ends_an_opening(
    bench: Bench, happens: Callable[[Bench], None], reason: str
) -> None:
    _, opened = opened_once(bench)
    happens(bench)
    bench.clock.advance(OLDEST_HEAD_SECONDS + 1)  # without a worker's round, the chain is asked
    with pytest.raises(NoLiveGrant, match=rf"since-opened why=denied\.{reason}"):
        check_still_open(bench.library, opened)


def test_while_bytes_leave_the_chain_is_asked_only_if_no_worker_keeps_the_index_fresh(
    bench: Bench,
) -> None:
    grant, opened = opened_once(bench)
    tell_round(bench.library)
    bench.chain.is_away = True
    check_still_open(bench.library, opened)
    bench.clock.advance(OLDEST_HEAD_SECONDS + 1)
    with pytest.raises(ChainUnavailable):
        check_still_open(bench.library, opened)
    revoke_grant(bench.library, LIBRARIAN, grant.id)
    with pytest.raises(NoLiveGrant, match=r"denied\.revoked"):
        check_still_open(bench.library, opened)


def test_it_is_asked_once_a_mib_whether_more_may_leave(bench: Bench) -> None:
    grant, opened = opened_once(bench)
    pieces = [bytes(BYTES_A_QUESTION // 4)] * 12
    leaving = while_open(bench.library, opened, pieces)
    assert next(leaving) == pieces[0]
    revoke_grant(bench.library, LIBRARIAN, grant.id)
    left = [next(leaving) for _ in range(3)]  # the rest of the MiB that was decided
    assert left == pieces[:3]
    with pytest.raises(NoLiveGrant, match=r"denied\.revoked"):
        next(leaving)


def test_while_nothing_is_committed_the_answer_stands_until_its_time_runs_out(bench: Bench) -> None:
    grant, opened = opened_once(bench)
    tell_round(bench.library)
    asked: list[str] = []
    engine = bench.library.store.engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    leaving = while_open(bench.library, opened, [bytes(BYTES_A_QUESTION)] * 12)
    for _ in range(6):
        next(leaving)
    assert sum("FROM worker" in statement for statement in asked) == 1
    asked.clear()
    bench.clock.advance(OLDEST_HEAD_SECONDS)  # no worker has said anything since
    next(leaving)
    assert asked
    revoke_grant(bench.library, LIBRARIAN, grant.id)
    with pytest.raises(NoLiveGrant, match=r"denied\.revoked"):
        list(leaving)


def test_an_answer_does_not_outlast_its_grant(bench: Bench) -> None:
    _, opened = opened_once(bench)
    tell_round(bench.library)
    leaving = while_open(bench.library, opened, [bytes(BYTES_A_QUESTION)] * 12)
    next(leaving)
    next(leaving)
    bench.clock.now = opened.lent_until - 1
    tell_round(bench.library)
    next(leaving)
    bench.clock.advance(1)
    with pytest.raises(NoLiveGrant, match=r"denied\.expired"):
        next(leaving)
