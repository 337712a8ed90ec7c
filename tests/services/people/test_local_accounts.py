"""Accounts of the library's own: invited by a link that holds once, let in by card number and passphrase."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import (
    IdentityInUse,
    InvalidInput,
    InvitationNotFound,
    NotAuthenticated,
    RoleNotHeld,
    TooManyAttempts,
    UnknownReader,
)
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.identity import tag
from ledger_service.domain.people.local_account import card_identity, normal_passphrase
from ledger_service.domain.people.session import Subject
from ledger_service.domain.people.way import Way
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.people import ActFilter
from ledger_service.services.people.attempts import ACCOUNT_FAILURES, Attempts
from ledger_service.services.people.begin_session import begin_session, find_session
from ledger_service.services.people.sign_in import passphrase
from ledger_service.services.people.sign_in.invite import (
    INVITATION_SECONDS,
    accept_invitation,
    find_invitation,
    invite_colleague,
    invite_reader,
)
from ledger_service.services.people.sign_in.local_accounts import change_passphrase, let_in_by_card
from tests.simulators.bench import LIBRARIAN, OPERATOR, Bench, as_reader

CARD, PHRASE, OTHER = "A-100 200", "olma gilos behi anor", "qovun tarvuz bodring"
HOME = "10.0.0.1"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a hash take no memory and no time."""
    monkeypatch.setattr(passphrase, "MEMORY_KIB", 8)
    monkeypatch.setattr(passphrase, "TIME_COST", 1)
    passphrase._hasher.cache_clear()
    passphrase._nobodys.cache_clear()


def let_in(bench: Bench, card: str, words: str, attempts: Attempts | None = None) -> Subject:
    return let_in_by_card(bench.library, attempts or Attempts(), HOME, card, words)


def joined(bench: Bench, card: str = CARD) -> Subject:
    made = invite_reader(bench.library, LIBRARIAN, card)
    return accept_invitation(bench.library, made.secret, card, PHRASE)


def test_who_is_invited_sets_a_passphrase_once_and_is_let_in_by_it(bench: Bench) -> None:
    made = invite_reader(bench.library, LIBRARIAN, CARD)
    assert find_invitation(bench.library, made.secret) == made.subject
    subject = accept_invitation(bench.library, made.secret, "a100 200", PHRASE)
    assert subject == made.subject
    assert let_in(bench, " A 100-200", PHRASE) == subject
    with pytest.raises(InvitationNotFound):
        accept_invitation(bench.library, made.secret, CARD, OTHER)
    held = b"".join(path.read_bytes() for path in bench.folder.glob("muhr.db*"))
    for secret in (made.secret, "A-100", "a100200", "olma"):
        assert secret.encode() not in held


def test_a_link_holds_for_a_week_for_one_card_and_until_the_next_link(bench: Bench) -> None:
    first = invite_reader(bench.library, LIBRARIAN, CARD)
    with pytest.raises(InvitationNotFound) as raised:
        accept_invitation(bench.library, first.secret, "A-100 201", PHRASE)
    assert raised.value.reason.name == "invitation-not-found.card"
    second = invite_reader(bench.library, LIBRARIAN, CARD)
    assert second.subject == first.subject
    with pytest.raises(InvitationNotFound):
        find_invitation(bench.library, first.secret)
    bench.clock.advance(INVITATION_SECONDS)
    with pytest.raises(InvitationNotFound):
        accept_invitation(bench.library, second.secret, CARD, PHRASE)
    for wrong in ("", "x", "x" * 500):
        with pytest.raises(InvitationNotFound):
            find_invitation(bench.library, wrong)


@pytest.mark.parametrize(
    "words", ["", "olma", "x" * 257, "aaaaaaaaaaaaaaaaaaaaa", "a100200a100200a"]
)
def test_a_poor_passphrase_is_refused_and_the_link_holds_still(bench: Bench, words: str) -> None:
    made = invite_reader(bench.library, LIBRARIAN, CARD)
    with pytest.raises(InvalidInput):
        accept_invitation(bench.library, made.secret, CARD, words)
    accept_invitation(bench.library, made.secret, CARD, PHRASE)


def test_a_reader_who_has_a_token_gets_a_card_and_no_other_card_of_theirs(bench: Bench) -> None:
    reader = bench.reader()
    made = invite_reader(bench.library, LIBRARIAN, CARD, reader)
    assert made.subject == Subject(Role.READER, reader)
    with pytest.raises(UnknownReader):
        invite_reader(bench.library, LIBRARIAN, "B-1", "nobody")
    other = invite_reader(bench.library, LIBRARIAN, "B-1")
    with pytest.raises(IdentityInUse):
        invite_reader(bench.library, LIBRARIAN, CARD, other.subject.name)


def test_a_colleague_signs_in_by_their_name_in_one_role(bench: Bench) -> None:
    made = invite_colleague(bench.library, OPERATOR, "Dilnoza", Role.REGISTRAR)
    accept_invitation(bench.library, made.secret, "dilnoza", PHRASE)
    assert let_in(bench, "DILNOZA", PHRASE) == Subject(Role.REGISTRAR, "Dilnoza")
    with pytest.raises(IdentityInUse):
        invite_colleague(bench.library, OPERATOR, "Dilnoza", Role.AUDITOR)
    audits = invite_colleague(bench.library, OPERATOR, "Dilnoza", Role.AUDITOR, "dilnoza audits")
    assert audits.subject.role is Role.AUDITOR
    with pytest.raises(IdentityInUse):
        invite_reader(bench.library, LIBRARIAN, "dilnoza")
    with pytest.raises(InvalidInput):
        invite_colleague(bench.library, OPERATOR, "x", Role.READER)


def test_nobody_invites_who_may_not_and_each_invitation_is_on_record(bench: Bench) -> None:
    with pytest.raises(RoleNotHeld):
        invite_reader(bench.library, as_reader(bench.reader()), CARD)
    with pytest.raises(RoleNotHeld):
        invite_colleague(bench.library, LIBRARIAN, "x", Role.REGISTRAR)
    made = invite_reader(bench.library, LIBRARIAN, CARD)
    with bench.store.read() as transaction:
        page = transaction.acts.page(ActFilter(kind=ActKind.READER_INVITED), PageRequest("", 10))
    [act] = page.items
    assert (act.holder, act.act.about) == (LIBRARIAN.subject, "reader")
    assert made.subject.name not in str(act)


def test_whatever_is_wrong_the_answer_is_the_same(bench: Bench) -> None:
    joined(bench)
    invite_reader(bench.library, LIBRARIAN, "C-3")  # who has set no passphrase yet
    tried = [
        (CARD, OTHER),
        ("B-2", PHRASE),
        ("C-3", PHRASE),
        ("", PHRASE),
        ("x" * 900, ""),
        (CARD, ""),
    ]
    reasons = set()
    for card, words in tried:
        with pytest.raises(NotAuthenticated) as raised:
            let_in(bench, card, words)
        reasons.add(raised.value.reason.format())
    assert len(reasons) == 1


def test_every_attempt_hashes_once_whoever_is_asked_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined(bench)
    made = []
    check = passphrase.PasswordHasher.verify

    def counted(self: object, kept: str, given: bytes) -> bool:
        made.append(kept.split("$")[3])
        return check(self, kept, given)

    monkeypatch.setattr(passphrase.PasswordHasher, "verify", counted)
    for card in (CARD, "B-2", "", "x" * 900):
        with pytest.raises(NotAuthenticated):
            let_in(bench, card, OTHER)
    assert made == [f"m={passphrase.MEMORY_KIB},t={passphrase.TIME_COST},p=1"] * 4


def test_an_account_waits_after_many_failures_whether_somebody_has_it_or_not(
    bench: Bench,
) -> None:
    joined(bench)
    for card in (CARD, "B-2"):
        attempts = Attempts()
        for _ in range(ACCOUNT_FAILURES):
            with pytest.raises(NotAuthenticated):
                let_in(bench, card, OTHER, attempts)
        with pytest.raises(TooManyAttempts):
            let_in(bench, card, PHRASE, attempts)


def test_a_new_passphrase_needs_the_old_one_and_ends_every_browser(bench: Bench) -> None:
    subject, attempts = joined(bench), Attempts()
    secret, _ = begin_session(bench.library, subject, Way.CARD)
    caller = find_session(bench.library, secret).caller
    change = (bench.library, caller, attempts, HOME)
    with pytest.raises(NotAuthenticated):
        change_passphrase(*change, CARD, OTHER, OTHER)
    with pytest.raises(InvalidInput):
        change_passphrase(*change, CARD, PHRASE, "short")
    with pytest.raises(InvalidInput):
        change_passphrase(*change, CARD, PHRASE, PHRASE)
    with pytest.raises(NotAuthenticated):  # by the card of somebody else
        change_passphrase(
            bench.library, as_reader(bench.reader()), attempts, HOME, CARD, PHRASE, OTHER
        )
    assert find_session(bench.library, secret)
    change_passphrase(*change, CARD, PHRASE, OTHER)
    with pytest.raises(NotAuthenticated):
        find_session(bench.library, secret)
    with pytest.raises(NotAuthenticated):
        let_in(bench, CARD, PHRASE)
    assert let_in(bench, CARD, OTHER) == subject


def test_a_hash_of_other_parameters_is_made_anew_when_its_person_comes(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined(bench)
    monkeypatch.setattr(passphrase, "TIME_COST", 2)
    passphrase._hasher.cache_clear()
    let_in(bench, CARD, PHRASE)
    with bench.store.read() as transaction:
        kept = transaction.identities.find(tag(bench.library.people.key(), card_identity(CARD)))
    assert kept is not None
    assert b",t=2," in (kept.data or b"")
    let_in(bench, CARD, PHRASE)


def test_the_database_alone_checks_no_passphrase(bench: Bench) -> None:
    joined(bench)
    with bench.store.read() as transaction:
        kept = transaction.identities.find(tag(bench.library.people.key(), card_identity(CARD)))
    assert kept is not None
    words = normal_passphrase(PHRASE)
    assert passphrase.check_hash(bench.library.people.key(), kept.data, words)
    assert not passphrase.check_hash(bytes(32), kept.data, words)


def test_letters_are_the_same_from_whatever_keyboard() -> None:
    assert card_identity("Ａ-１") == card_identity("a1")
    assert normal_passphrase("o\u02bcqish") == normal_passphrase("o\u02bcqish")
    assert normal_passphrase("й") == normal_passphrase("й") == "й"
