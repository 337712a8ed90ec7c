"""Tokens are listed without their secrets, and let nobody in once they are revoked."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import InvalidCursor, NotAuthenticated, TokenNotFound
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.people import KeptToken
from ledger_service.services.people.grant_access import authenticate, issue_token
from ledger_service.services.people.revoke_token import list_tokens, revoke_token
from tests.simulators.bench import HOUR, OPERATOR, STEWARD, Bench, as_reader

DILNOZA, RUSTAM = (Caller.of_token(Role.REGISTRAR, name, STEWARD) for name in ("dilnoza", "rustam"))


@pytest.fixture
def secrets(bench: Bench) -> dict[str, str]:
    """Return tokens of two registrars, an auditor and two readers, by whose they are."""
    readers = {bench.reader(): Role.READER, bench.reader(): Role.READER}
    held = {
        "dilnoza": Role.REGISTRAR,
        "rustam": Role.REGISTRAR,
        "state audit": Role.AUDITOR,
        **readers,
    }
    return {
        name: issue_token(bench.store, bench.clock, OPERATOR, role, name, HOUR)
        for name, role in held.items()
    }


def listed(bench: Bench, caller: Caller, **asked: object) -> list[KeptToken]:
    return list_tokens(bench.store, caller, PageRequest(), **asked).items  # type: ignore[arg-type]


def subjects(bench: Bench, caller: Caller, **asked: object) -> set[str]:
    return {kept.token.subject for kept in listed(bench, caller, **asked)}


def readers_of(secrets: dict[str, str]) -> list[str]:
    return [name for name in secrets if len(name) == 32]


def test_everybody_sees_their_own_registrars_readers_and_the_operator_all(
    bench: Bench, secrets: dict[str, str]
) -> None:
    readers = readers_of(secrets)
    assert subjects(bench, OPERATOR) == set(secrets)
    assert subjects(bench, DILNOZA) == {"dilnoza", *readers}
    assert subjects(bench, as_reader(readers[0])) == {readers[0]}
    assert subjects(bench, Caller.of_token(Role.AUDITOR, "state audit", STEWARD)) == {"state audit"}
    namesake = Caller.of_token(Role.AUDITOR, readers[0], STEWARD)
    assert listed(bench, namesake) == []
    with pytest.raises(NotAuthenticated):
        listed(bench, Caller.anybody(STEWARD))


def test_a_list_is_filtered_and_comes_page_by_page(bench: Bench, secrets: dict[str, str]) -> None:
    assert subjects(bench, OPERATOR, role=Role.AUDITOR) == {"state audit"}
    assert subjects(bench, DILNOZA, role=Role.AUDITOR) == set()
    assert subjects(bench, OPERATOR, subject="rustam") == {"rustam"}
    assert subjects(bench, DILNOZA, subject="rustam") == set()
    found, request = [], PageRequest(limit=2)
    while True:
        page = list_tokens(bench.store, OPERATOR, request)
        found += page.items
        if page.next is None:
            break
        request = PageRequest(page.next, 2)
    assert sorted(found) == sorted(listed(bench, OPERATOR))
    with pytest.raises(InvalidCursor):
        list_tokens(bench.store, OPERATOR, PageRequest("MTI"))


def test_a_list_has_nothing_of_a_secret(bench: Bench, secrets: dict[str, str]) -> None:
    told = repr([kept.id for kept in listed(bench, OPERATOR)])
    assert not any(secret.removeprefix("muhr_")[:8] in told for secret in secrets.values())


def test_a_revoked_token_lets_nobody_in_and_others_go_on(
    bench: Bench, secrets: dict[str, str]
) -> None:
    [mine] = listed(bench, DILNOZA, subject="dilnoza")
    assert revoke_token(bench.store, bench.clock, DILNOZA, mine.id) == mine
    with pytest.raises(NotAuthenticated):
        authenticate(bench.store, bench.clock, STEWARD, secrets["dilnoza"])
    assert authenticate(bench.store, bench.clock, STEWARD, secrets["rustam"]) == RUSTAM
    with pytest.raises(TokenNotFound):
        revoke_token(bench.store, bench.clock, DILNOZA, mine.id)


def test_a_token_that_one_may_not_revoke_is_not_there(
    bench: Bench, secrets: dict[str, str]
) -> None:
    reader, other = readers_of(secrets)
    held = {kept.token.subject: kept.id for kept in listed(bench, OPERATOR)}
    for caller, name in ((DILNOZA, "rustam"), (as_reader(reader), other), (RUSTAM, "state audit")):
        with pytest.raises(TokenNotFound):
            revoke_token(bench.store, bench.clock, caller, held[name])
    for caller, name in ((DILNOZA, reader), (as_reader(other), other), (OPERATOR, "rustam")):
        assert revoke_token(bench.store, bench.clock, caller, held[name]).token.subject == name


@pytest.mark.parametrize("token_id", ["", "0" * 16, "G" * 16, "0" * 64, "muhr_" + "A" * 43])
def test_what_is_no_id_of_a_token_is_not_there(bench: Bench, token_id: str) -> None:
    with pytest.raises(TokenNotFound):
        revoke_token(bench.store, bench.clock, OPERATOR, token_id)
