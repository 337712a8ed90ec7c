"""Every opening and every denial says of what class who brought it about was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger_service.domain.errors import NoLiveGrant, RequestRefused
from ledger_service.domain.lending.decision import Decision
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.people.caller import ActorClass, Caller, Role
from ledger_service.domain.resources.registration import WithdrawalReason
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.lending.requests.ask_for_loan import ask_for_loan
from ledger_service.services.lending.requests.decide_request import refuse_request
from ledger_service.services.resources.change_resource import withdraw_resource
from tests.services.audit.test_audit import changed_opening, newest_block
from tests.services.lending.requests.lines import ask, lends
from tests.simulators.bench import LIBRARIAN, STEWARD, Bench, Granted, as_reader


def parts(bench: Bench) -> list[dict[str, Any]]:
    with bench.store.read() as transaction:
        return [json.loads(one.body or b"") for one in transaction.ledger.private_parts(0, 100)]


def program_of(reader: str) -> Caller:
    """Return a program with a token that the reader made for some permissions."""
    scopes = frozenset({"content:open", "request:make"})
    return Caller.of_token(Role.READER, reader, STEWARD, scopes)


def test_an_opening_tells_a_reader_from_their_program(granted: Granted) -> None:
    bench, reader, grant = granted
    open_resource(bench.library, as_reader(reader), digest=grant.digest)
    open_resource(bench.library, program_of(reader), digest=grant.digest)
    with pytest.raises(NoLiveGrant):
        open_resource(bench.library, program_of(bench.reader()), digest=grant.digest)
    bench.settle()
    told: list[ActorClass | None] = []
    report = bench.audit(tell=lambda _, decision: told.append(decision.actor))
    assert (report.is_clean, told) == (True, ["human", "agent", "agent"])
    assert report.decisions.programs == 2


def test_a_refused_request_is_of_who_asked_or_of_the_registrar_who_refused(bench: Bench) -> None:
    lends(bench, self_service=False)
    ask(bench, bench.reader())
    request = ask(bench, bench.reader())
    refuse_request(bench.library, LIBRARIAN, request.id, Denial.NO_LICENSE)
    lends_none = bench.registered(b"kept elsewhere", license_name="Few")
    withdraw_resource(bench.library, LIBRARIAN, lends_none.digest, WithdrawalReason.LEGAL)
    bench.settle()
    with pytest.raises(RequestRefused):
        ask_for_loan(bench.library, program_of(bench.reader()), digest=lends_none.digest)
    told = [(part["reason"], part["actor"]) for part in parts(bench)]
    assert told == [("no-license", "staff"), ("withdrawn", "agent")]


def test_parts_of_before_tell_no_class_and_stay_valid(granted: Granted) -> None:
    bench, reader, grant = granted
    open_resource(bench.library, as_reader(reader), digest=grant.digest)
    [part] = parts(bench)
    for version in (1, 2, 3):
        old = {name: value for name, value in part.items() if name != "actor"}
        assert Decision.of({**old, "v": version}).actor is None
    assert changed_opening(bench, v=2, actor="whoever", **newest_block(bench)) == set()


@pytest.mark.parametrize("change", [{"actor": "somebody"}, {"actor": ""}, {"actor": None}])
def test_a_class_that_is_none_is_named(granted: Granted, change: dict[str, object]) -> None:
    bench, reader, grant = granted
    open_resource(bench.library, as_reader(reader), digest=grant.digest)
    assert changed_opening(bench, **change, **newest_block(bench)) == {"private-part-malformed"}
