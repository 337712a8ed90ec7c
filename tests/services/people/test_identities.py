"""By what people are known: kept as tags under a key that is not in the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger_service.domain.errors import IdentityInUse, InvalidInput, NotAuthenticated, SealBroken
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.identity import Identity, IdentityKind, tag
from ledger_service.domain.people.local_account import card_identity
from ledger_service.domain.people.session import READER_SECONDS, STAFF_SECONDS, Subject
from ledger_service.domain.people.way import Way
from ledger_service.services.people.begin_session import (
    begin_session,
    end_session,
    end_sessions_of,
    find_session,
)
from ledger_service.services.people.grant_access import authenticate, issue_token, known_token
from ledger_service.services.people.identities import bind, find_identity, find_or_enroll, unbind
from ledger_service.services.people.keep_colleagues import add_colleague, remove_colleague
from ledger_service.services.people.list_acts import erase_colleague
from ledger_service.services.people.reader_seal import open_sealed, seal
from ledger_service.services.people.sign_in.by_university import STAFF
from tests.simulators.bench import OPERATOR, STEWARD, Bench

FORMATS = Path(__file__).parents[3] / "docs" / "formats.md"
CARD = Identity(IdentityKind.CARD, "library", "A-100 200")
ADA = Subject(Role.REGISTRAR, "ada")


def employ(bench: Bench, role: Role = Role.REGISTRAR) -> int:
    """Return the number of ada, who has this role from now on."""
    return add_colleague(bench.store, bench.clock, OPERATOR, "ada", role).number


def test_a_tag_follows_from_key_and_identity_and_from_where_its_parts_end() -> None:
    key, other = bytes(32), bytes(31) + b"\x01"
    assert tag(key, CARD) == tag(key, CARD) != tag(other, CARD)
    parts = [("ab", "c"), ("a", "bc"), ("abc", "d")]
    assert len({tag(key, Identity(IdentityKind.WALLET, *each)) for each in parts}) == 3
    assert tag(key, Identity(IdentityKind.PASSKEY, "library", "A-100 200")) != tag(key, CARD)
    for wrong in ("", "x" * 513):
        with pytest.raises(InvalidInput):
            tag(key, Identity(IdentityKind.CARD, "library", wrong))


def test_the_tags_on_the_page_of_formats_are_made() -> None:
    staff = Identity(IdentityKind.UNIVERSITY, f"https://id.tatu.uz{STAFF}", "248289761001")
    for identity, made in (
        (
            card_identity("A-100 200"),
            "7563f6e7100f966dee853fbca1a4b4f5dad454e5fb61675a284e2bbb1b608b94",
        ),
        (staff, "377c91eda6fa6ada90fb1323fc940d1f54b251377f5d63f0a7cb2e5b6135d36c"),
    ):
        assert tag(bytes(range(32)), identity).hex() == made
        assert made in FORMATS.read_text("utf-8")


def test_a_person_is_the_same_reader_each_time_and_named_nowhere(bench: Bench) -> None:
    first = find_or_enroll(bench.library, CARD, Role.READER)
    assert find_or_enroll(bench.library, CARD, Role.READER) == first
    assert find_identity(bench.library, CARD) == first
    other = Identity(IdentityKind.CARD, "library", "A-100 201")
    assert find_identity(bench.library, other) is None
    assert find_or_enroll(bench.library, other, Role.READER) != first
    held = b"".join(path.read_bytes() for path in bench.folder.glob("muhr.db*"))
    assert first.name.encode() in held
    assert b"A-100 20" not in held


def test_nobody_becomes_a_colleague_by_coming(bench: Bench) -> None:
    with pytest.raises(IdentityInUse):
        find_or_enroll(bench.library, CARD, Role.REGISTRAR)
    with bench.store.write() as transaction:
        bind(bench.library, transaction, CARD, ADA)
    assert find_or_enroll(bench.library, CARD, Role.REGISTRAR) == ADA
    assert find_or_enroll(bench.library, CARD, Role.READER) == ADA
    with bench.store.write() as transaction:
        with pytest.raises(IdentityInUse):
            bind(bench.library, transaction, CARD, Subject(Role.REGISTRAR, "eve"))
        assert [kept.subject for _, kept in transaction.identities.of(ADA)] == [ADA]
        assert unbind(bench.library, transaction, CARD)
        assert not unbind(bench.library, transaction, CARD)
    assert find_identity(bench.library, CARD) is None


def test_a_session_lasts_as_long_as_its_role_and_no_longer_than_its_token(bench: Bench) -> None:
    reader = find_or_enroll(bench.library, CARD, Role.READER)
    _, until = begin_session(bench.library, reader, Way.CARD)
    assert until == bench.clock() + READER_SECONDS
    employ(bench)
    _, until = begin_session(bench.library, ADA, Way.PASSKEY)
    assert until == bench.clock() + STAFF_SECONDS
    token = issue_token(bench.store, bench.clock, OPERATOR, Role.REGISTRAR, "ada", 60)
    parent = known_token(bench.store, bench.clock, token).digest
    secret, until = begin_session(bench.library, ADA, Way.BY_TOKEN, parent)
    assert until == bench.clock() + 60
    assert find_session(bench.library, secret).caller.subject == "ada"
    bench.clock.advance(60)
    with pytest.raises(NotAuthenticated):
        find_session(bench.library, secret)
    with pytest.raises(NotAuthenticated):
        begin_session(bench.library, ADA, Way.BY_TOKEN, parent)


def test_what_was_made_with_a_token_ends_with_it(bench: Bench) -> None:
    token = issue_token(bench.store, bench.clock, OPERATOR, Role.REGISTRAR, "ada", 6000)
    first = known_token(bench.store, bench.clock, token)
    below, _ = begin_session(bench.library, ADA, Way.BY_TOKEN, first.digest)
    further, _ = begin_session(
        bench.library, ADA, Way.BY_TOKEN, find_session(bench.library, below).kept.digest
    )
    beside, _ = begin_session(bench.library, ADA, Way.CARD)
    with bench.store.write() as transaction:
        transaction.access.remove_token(first.digest)
    for secret in (below, further):
        with pytest.raises(NotAuthenticated):
            find_session(bench.library, secret)
    assert find_session(bench.library, beside).caller.subject == "ada"
    end_session(bench.library, beside)
    with pytest.raises(NotAuthenticated):
        find_session(bench.library, beside)


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(bench: Bench) -> None:
    token = issue_token(bench.store, bench.clock, OPERATOR, Role.REGISTRAR, "ada", 6000)
    secret, _ = begin_session(bench.library, ADA, Way.CARD)
    employ(bench, Role.AUDITOR)
    audits, _ = begin_session(bench.library, Subject(Role.AUDITOR, "ada"), Way.CARD)
    with bench.store.write() as transaction:
        end_sessions_of(transaction, ADA)
    for gone in (token, secret):
        with pytest.raises(NotAuthenticated):
            authenticate(bench.store, bench.clock, STEWARD, gone)
    assert find_session(bench.library, audits).caller.roles == {Role.AUDITOR}


def test_an_erased_reader_gets_no_session(bench: Bench) -> None:
    with pytest.raises(NotAuthenticated):
        begin_session(bench.library, Subject(Role.READER, "00" * 16), Way.CARD)


def test_no_session_begins_in_a_role_that_does_not_stand(bench: Bench) -> None:
    """Whoever signs in while the role is taken away would otherwise act until the session ends."""
    with pytest.raises(NotAuthenticated, match="role-ended"):
        begin_session(bench.library, ADA, Way.CARD)
    number = employ(bench)
    employ(bench, Role.AUDITOR)
    begin_session(bench.library, ADA, Way.CARD)
    remove_colleague(bench.store, bench.clock, OPERATOR, number, Role.REGISTRAR)
    with pytest.raises(NotAuthenticated, match="role-ended"):
        begin_session(bench.library, ADA, Way.CARD)
    begin_session(bench.library, Subject(Role.AUDITOR, "ada"), Way.CARD)


def test_whose_name_is_erased_is_known_by_nothing_any_more(bench: Bench) -> None:
    employ(bench)
    with bench.store.write() as transaction:
        bind(bench.library, transaction, CARD, ADA)
    assert erase_colleague(bench.store, OPERATOR, "ada")
    assert find_identity(bench.library, CARD) is None


def test_what_is_sealed_opens_with_the_same_key_and_purpose_only() -> None:
    key, text = bytes(range(32)), "oʻqidim".encode()
    sealed = seal(key, "note", text)
    assert open_sealed(key, "note", sealed) == text
    assert sealed != seal(key, "note", text)
    damaged = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for wrong in (
        (bytes(32), "note", sealed),
        (key, "tag", sealed),
        (key, "note", damaged),
        (key, "note", b"\x02" + sealed[1:]),
        (key, "note", b""),
        (key, "note", sealed[:20]),
    ):
        with pytest.raises(SealBroken):
            open_sealed(*wrong)
