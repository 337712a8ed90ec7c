"""Colleagues whom a university's account takes in: what let them in goes with their role."""

from __future__ import annotations

from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.identity import Identity, IdentityKind
from ledger_service.domain.people.session import Subject
from ledger_service.services.people.identities import bind, find_identity
from ledger_service.services.people.sign_in.take_in_colleague import (
    let_go_of_colleague,
    take_in_colleague,
)
from tests.simulators.bench import Bench

ACCOUNT = Identity(IdentityKind.UNIVERSITY, "https://id.tatu.uz (staff)", "person")
PASSKEY = Identity(IdentityKind.PASSKEY, "library", "passkey")


def add(bench: Bench, subject: Subject) -> None:
    with bench.store.write() as transaction:
        bind(bench.library, transaction, PASSKEY, subject)


def test_who_is_of_the_staff_no_more_has_no_other_way_in(bench: Bench) -> None:
    add(bench, take_in_colleague(bench.library, ACCOUNT, Role.REGISTRAR, "tatu"))
    assert take_in_colleague(bench.library, ACCOUNT, Role.REGISTRAR, "tatu").role is Role.REGISTRAR
    assert find_identity(bench.library, PASSKEY) is not None
    let_go_of_colleague(bench.library, ACCOUNT)
    assert find_identity(bench.library, PASSKEY) is None
    assert find_identity(bench.library, ACCOUNT) is not None


def test_who_has_another_role_is_not_let_in_by_the_role_before(bench: Bench) -> None:
    was = take_in_colleague(bench.library, ACCOUNT, Role.ADMIN, "tatu")
    add(bench, was)
    now = take_in_colleague(bench.library, ACCOUNT, Role.AUDITOR, "tatu")
    assert now == Subject(Role.AUDITOR, was.name)
    assert find_identity(bench.library, PASSKEY) is None
