"""Tokens: who may make them, for whom, how long they are known, and who calls by one."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import (
    InvalidHolder,
    InvalidInput,
    NotAuthenticated,
    RoleNotHeld,
    UnknownReader,
)
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.services.people.grant_access import authenticate, enroll_reader, issue_token
from tests.simulators.bench import HOUR, LIBRARIAN, OPERATOR, STEWARD, Bench, as_reader


def made(
    bench: Bench, role: Role, subject: str, caller: Caller = OPERATOR, life: int = HOUR
) -> str:
    return issue_token(bench.store, bench.clock, caller, role, subject, life)


def holder_of(bench: Bench, secret: str) -> Caller:
    return authenticate(bench.store, bench.clock, STEWARD, secret)


def test_a_token_is_known_until_it_expires(bench: Bench) -> None:
    reader = bench.reader()
    secret = made(bench, Role.READER, reader)
    assert holder_of(bench, secret) == as_reader(reader)
    bench.clock.advance(HOUR)
    with pytest.raises(NotAuthenticated):
        holder_of(bench, secret)
    with pytest.raises(NotAuthenticated):
        holder_of(bench, secret + "x")


def test_tokens_of_colleagues_tell_them_apart(bench: Bench) -> None:
    held = [holder_of(bench, made(bench, Role.REGISTRAR, name)) for name in ("dilnoza", "rustam")]
    assert [caller.subject for caller in held] == ["dilnoza", "rustam"]
    assert held[0] != held[1]
    assert held[0].roles == held[1].roles == {Role.REGISTRAR}


@pytest.mark.parametrize(
    ("role", "seconds"), [(Role.OPERATOR, 1), (Role.AUDITOR, 0), (Role.AUDITOR, 367 * 86_400)]
)
def test_a_token_has_a_role_of_tokens_and_a_bounded_life(
    bench: Bench, role: Role, seconds: int
) -> None:
    with pytest.raises(InvalidInput):
        made(bench, role, "anybody", life=seconds)


def test_a_reader_token_is_for_a_reader(bench: Bench) -> None:
    with pytest.raises(UnknownReader):
        made(bench, Role.READER, "nobody")


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.AUDITOR])
def test_a_token_of_staff_names_who_holds_it(bench: Bench, role: Role) -> None:
    with pytest.raises(InvalidHolder):
        made(bench, role, "")


def test_a_registrar_makes_tokens_for_readers_only(bench: Bench) -> None:
    assert made(bench, Role.READER, bench.reader(), LIBRARIAN)
    with pytest.raises(RoleNotHeld):
        made(bench, Role.REGISTRAR, "a friend", LIBRARIAN)


def test_a_reader_enrolls_nobody_and_makes_no_token(bench: Bench) -> None:
    reader = bench.reader()
    with pytest.raises(RoleNotHeld):
        enroll_reader(bench.store, as_reader(reader))
    with pytest.raises(RoleNotHeld):
        made(bench, Role.READER, reader, as_reader(reader))
