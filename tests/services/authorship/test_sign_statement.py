"""All authors of a work sign one statement, and then, and only then, the ledger attests it."""

from __future__ import annotations

import json

import pytest

from ledger_service.domain.authorship.credit import CreditRole
from ledger_service.domain.authorship.signed_statement import SignedBy
from ledger_service.domain.errors import (
    InvalidAuthors,
    OverLimit,
    RoleNotHeld,
    StatementClosed,
    StatementNotFound,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.people.notices.notice import NoticeKind
from ledger_service.ports.authorship import PlaceState, StatementState
from ledger_service.services.authorship import (
    NewPlace,
    ask_for_passkey,
    ask_for_wallet,
    begin_statement,
    find_statement,
    own_statements,
    sign_statement,
)
from ledger_service.services.authorship.accept_place import (
    end_statement,
    find_invitation,
    join_statement,
)
from ledger_service.services.authorship.begin_statement import MOST_BEGUN
from ledger_service.services.authorship.check_signatures import SignatureState
from ledger_service.services.authorship.end_statements import end_statements
from ledger_service.services.authorship.show_signed import signed_works, statement_file
from ledger_service.services.lending.forgetting.erase_reader import erase_reader
from ledger_service.services.people.notices import list_notices
from tests.simulators.bench import LIBRARIAN, OPERATOR, Bench
from tests.simulators.people.writers import (
    TITLE,
    WORK,
    PasskeyWriter,
    Writer,
    accepted,
    begun,
    signed,
)

DAY = 86_400


@pytest.fixture
def two(bench: Bench) -> tuple[Writer, Writer]:
    return Writer(bench, "Malika Karimova"), PasskeyWriter(bench, "Юсуф Ҳамидов")


def kinds(bench: Bench, writer: Writer) -> list[NoticeKind]:
    return [told.notice.kind for told in list_notices(bench.library, writer.caller)]


def test_when_all_have_signed_the_ledger_attests_it(
    bench: Bench, two: tuple[Writer, Writer]
) -> None:
    statement = accepted(bench, *two)
    first, second = two
    assert first.signs(statement) is False
    assert not bench.entries("attested")
    assert second.signs(statement) is True
    [entry] = bench.entries("attested")
    [work] = signed_works(bench.library, Digest.of(WORK))
    assert entry.facts == {
        "type": StatementType.COSIGNATURE.value,
        "statement": work.digest.hex(),
        "attester": bench.library.steward.hex(),
    }
    assert work.states == (SignatureState.HOLDS, SignatureState.HOLDS)
    assert [one.by for one in work.signed.signatures] == [SignedBy.KEY, SignedBy.PASSKEY]
    assert [name and name.text for name in work.names] == ["Malika Karimova", "Юсуф Ҳамидов"]
    told = work.signed.statement
    assert (told.title, told.digest, told.ledger) == (
        TITLE,
        Digest.of(WORK),
        bench.library.key.name,
    )
    assert [author.share for author in told.authors] == [None, 400]
    assert kinds(bench, first) == [NoticeKind.AUTHORS_SIGNED, NoticeKind.AUTHORS_SIGN]


def test_the_file_is_proved_by_the_anchored_ledger(
    bench: Bench, two: tuple[Writer, Writer]
) -> None:
    signed(bench, *two)
    [work] = signed_works(bench.library, Digest.of(WORK))
    assert statement_file(bench.library, work.digest).proof is None
    bench.registered()
    proof = statement_file(bench.library, work.digest).proof
    assert proof is not None
    assert work.digest.hex() in proof["entry"]


def test_an_erased_author_has_no_name_and_every_signature_holds(
    bench: Bench, two: tuple[Writer, Writer]
) -> None:
    signed(bench, *two)
    [before] = signed_works(bench.library, Digest.of(WORK))
    for writer in two:
        erase_reader(bench.library, OPERATOR, writer.reader)
    [after] = signed_works(bench.library, Digest.of(WORK))
    assert (after.signed, after.states) == (before.signed, before.states)
    assert after.names == (None, None)
    bench.registered()
    assert bench.audit().is_clean


def test_who_is_erased_before_the_end_ends_the_statement(
    bench: Bench, two: tuple[Writer, Writer]
) -> None:
    statement = accepted(bench, *two)
    first, second = two
    first.signs(statement)
    erase_reader(bench.library, OPERATOR, first.reader)
    with pytest.raises(StatementClosed):
        ask_for_passkey(bench.library, second.caller, statement)
    shown = find_statement(bench.library, second.caller, statement)
    assert (shown.state, shown.places[0].name) == (StatementState.ENDED, None)


def test_whoever_declines_ends_it_and_the_others_are_told(
    bench: Bench, two: tuple[Writer, Writer]
) -> None:
    statement = accepted(bench, *two)
    first, second = two
    first.signs(statement)
    end_statement(bench.library, second.caller, statement)
    assert kinds(bench, first)[0] is NoticeKind.AUTHORS_ENDED
    shown = find_statement(bench.library, first.caller, statement)
    assert shown.state is StatementState.ENDED
    assert shown.places[1].state is PlaceState.DECLINED
    with pytest.raises(StatementClosed):
        ask_for_passkey(bench.library, second.caller, statement)
    with pytest.raises(StatementClosed):
        end_statement(bench.library, first.caller, statement)


def test_what_is_not_signed_by_all_in_its_time_is_deleted(
    bench: Bench, two: tuple[Writer, Writer]
) -> None:
    statement = accepted(bench, *two)
    two[0].signs(statement)
    other = Writer(bench, "one alone")
    kept = signed(bench, other, work=b"%PDF another")
    bench.clock.advance(31 * DAY)
    with pytest.raises(StatementClosed):
        ask_for_passkey(bench.library, two[1].caller, statement)
    assert find_statement(bench.library, two[1].caller, statement).is_over
    end_statements(bench.library, lambda: False)
    assert own_statements(bench.library, two[0].caller) == []
    assert find_statement(bench.library, other.caller, kept).signed is not None


def test_a_signature_of_something_else_is_refused(bench: Bench, two: tuple[Writer, Writer]) -> None:
    first, second = two
    statement, other = accepted(bench, *two), accepted(bench, *two, work=b"%PDF another")
    asked = json.loads(ask_for_wallet(bench.library, first.caller, statement))
    for answer in (
        "",
        "0x",
        "0x00",
        "0x" + "11" * 65,
        Writer(bench, "somebody else").signature(asked),
        first.signature(json.loads(ask_for_wallet(bench.library, first.caller, other))),
        first.signature({**asked, "message": {**asked["message"], "title": "Another"}}),
    ):
        with pytest.raises(InvalidAuthors):
            sign_statement(bench.library, first.caller, statement, answer)
    device = PasskeyWriter(bench, "another device").device
    options = ask_for_passkey(bench.library, second.caller, statement)
    elsewhere = ask_for_passkey(bench.library, second.caller, other)
    for answer in ("", "{}", "[1]", device.show(options), second.device.show(elsewhere)):  # type: ignore[attr-defined]
        with pytest.raises(InvalidAuthors):
            sign_statement(bench.library, second.caller, statement, answer)
    second.device.flags = 1  # type: ignore[attr-defined]  # present, but not verified
    with pytest.raises(InvalidAuthors):
        sign_statement(bench.library, second.caller, statement, second.device.show(options))  # type: ignore[attr-defined]
    assert not bench.entries("attested")


def test_nobody_signs_twice_or_before_all_have_accepted(
    bench: Bench, two: tuple[Writer, Writer]
) -> None:
    first, second = two
    statement = begun(bench, *two)
    first.accepts(statement)
    with pytest.raises(StatementClosed):
        first.signs(statement)
    second.accepts(statement, CreditRole.SOFTWARE)
    with pytest.raises(StatementClosed):
        second.accepts(statement)
    first.signs(statement)
    with pytest.raises(StatementClosed):
        first.signs(statement)


def test_a_link_gives_one_place_to_one_person(bench: Bench, two: tuple[Writer, Writer]) -> None:
    first, second = two
    made = begin_statement(
        bench.library, first.caller, Digest.of(WORK), TITLE, [NewPlace(), NewPlace()]
    )
    one, other = made.codes
    assert one and other  # noqa: PT018
    asked = find_invitation(bench.library, second.caller, other)
    assert (asked.title, asked.place, asked.of) == (TITLE, 2, 2)
    assert join_statement(bench.library, second.caller, other) == made.id
    with pytest.raises(StatementNotFound):
        find_invitation(bench.library, first.caller, other)
    with pytest.raises(InvalidAuthors):
        join_statement(bench.library, second.caller, one)
    with pytest.raises(StatementNotFound):
        join_statement(bench.library, second.caller, "guessed")


def test_a_statement_is_shown_to_who_takes_part_alone(
    bench: Bench, two: tuple[Writer, Writer]
) -> None:
    statement = accepted(bench, *two)
    stranger = Writer(bench, "a stranger")
    for act in (find_statement, end_statement, ask_for_wallet, ask_for_passkey):
        with pytest.raises(StatementNotFound):
            act(bench.library, stranger.caller, statement)
        with pytest.raises(RoleNotHeld):
            act(bench.library, LIBRARIAN, statement)
    with pytest.raises(StatementNotFound):
        find_statement(bench.library, stranger.caller, "0" * 32)
    with pytest.raises(StatementNotFound):
        statement_file(bench.library, Digest.of(b"none"))


def test_two_authors_are_two_keys(bench: Bench, two: tuple[Writer, Writer]) -> None:
    first = two[0]
    twin = Writer(bench, first.name)
    statement = begun(bench, first, twin)
    first.accepts(statement)
    with pytest.raises(InvalidAuthors) as refused:
        twin.accepts(statement)
    assert refused.value.reason.name == "invalid-authors.same-key"


def test_a_reader_begins_so_many_at_once(bench: Bench) -> None:
    writer = Writer(bench, "somebody busy")
    place = [NewPlace(reader=writer.reader)]
    for number in range(20):
        digest = Digest.of(bytes([number]))
        begin_statement(bench.library, writer.caller, digest, TITLE, place)
    with pytest.raises(OverLimit):
        begin_statement(bench.library, writer.caller, Digest.of(WORK), TITLE, place)


def test_a_reader_begins_so_many_within_a_month_also_if_each_ends(bench: Bench) -> None:
    writer = Writer(bench, "somebody busier")
    place = [NewPlace(reader=writer.reader)]

    def begin() -> None:
        digest = Digest.of(WORK)
        made = begin_statement(bench.library, writer.caller, digest, TITLE, place, WORK)
        end_statement(bench.library, writer.caller, made.id)

    for _ in range(MOST_BEGUN):
        begin()
    with pytest.raises(OverLimit):
        begin()
    bench.clock.advance(31 * DAY)
    begin()
