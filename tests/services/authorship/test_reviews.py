"""Reports and endorsements: attested when written, open at once, or blind until their writer opens them."""

from __future__ import annotations

import json

import pytest

from ledger_service.domain import canonical_json
from ledger_service.domain.authorship.review import Review, ReviewKind
from ledger_service.domain.errors import (
    InvalidAuthors,
    OverLimit,
    ResourceNotFound,
    ReviewNotFound,
    RoleNotHeld,
    StatementClosed,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.services.authorship.reviews import (
    export_reviews,
    open_review,
    own_reviews,
    review_body,
    reviews_of,
    write_review,
)
from ledger_service.services.lending.forgetting.erase_reader import erase_reader
from ledger_service.services.people.grant_access import enroll_reader
from tests.simulators.bench import BOOK, LIBRARIAN, OPERATOR, Bench, as_reader

WORK = Digest.of(BOOK)
TEXT = "Яхши ёзилган.\nThe second chapter needs sources."


@pytest.fixture
def reader(bench: Bench) -> str:
    bench.registered()
    return enroll_reader(bench.store, OPERATOR)


def written(
    bench: Bench, reader: str, kind: ReviewKind = ReviewKind.REPORT, *, is_blind: bool = False
) -> Digest:
    caller = as_reader(reader)
    return write_review(bench.library, caller, WORK, kind, TEXT, "Prof. A", is_blind=is_blind)


@pytest.mark.parametrize("kind", ReviewKind)
def test_the_ledger_attests_it_when_it_is_written(
    bench: Bench, reader: str, kind: ReviewKind
) -> None:
    digest = written(bench, reader, kind)
    [entry] = bench.entries("attested")
    assert (entry.text("type"), entry.text("statement")) == (kind.value, digest.hex())
    [shown] = reviews_of(bench.library, WORK)
    assert (shown.text, shown.name and shown.name.text) == (TEXT, "Prof. A")
    made = Review.parse(review_body(bench.library, digest))
    assert (made.digest, made.attester.hex()) == (digest, entry.text("attester"))
    assert shown.name is not None
    assert shown.name.commitment() == made.name
    bench.anchored_twice()
    assert bench.audit().is_clean


def test_a_blind_one_is_opened_by_who_wrote_it_alone(bench: Bench, reader: str) -> None:
    digest = written(bench, reader, is_blind=True)
    [shown] = reviews_of(bench.library, WORK)
    assert (shown.text, shown.name, shown.opened_at) == (None, None, None)
    with pytest.raises(ReviewNotFound):
        review_body(bench.library, digest)
    [own] = own_reviews(bench.library, as_reader(reader))
    assert own.text == TEXT
    other = enroll_reader(bench.store, OPERATOR)
    with pytest.raises(ReviewNotFound):
        open_review(bench.library, as_reader(other), digest)
    bench.clock.advance(60)
    open_review(bench.library, as_reader(reader), digest)
    [shown] = reviews_of(bench.library, WORK)
    assert (shown.text, shown.opened_at) == (TEXT, shown.made_at + 60)
    assert Digest.of(review_body(bench.library, digest)) == digest
    with pytest.raises(StatementClosed):
        open_review(bench.library, as_reader(reader), digest)
    assert len(bench.entries("attested")) == 1


def test_an_erased_reader_has_no_name_and_what_was_closed_is_gone(
    bench: Bench, reader: str
) -> None:
    public, blind = written(bench, reader), written(bench, reader, is_blind=True)
    assert [told["text"] for told in export_reviews(bench.library, reader)] == [TEXT, TEXT]
    erase_reader(bench.library, OPERATOR, reader)
    [shown] = reviews_of(bench.library, WORK)
    assert (shown.digest, shown.text, shown.name) == (public, TEXT, None)
    assert Digest.of(review_body(bench.library, public)) == public
    with pytest.raises(ReviewNotFound):
        review_body(bench.library, blind)
    assert b"Prof. A" not in review_body(bench.library, public)
    bench.anchored_twice()
    assert bench.audit().is_clean


def test_what_is_refused(bench: Bench, reader: str) -> None:
    caller, kind = as_reader(reader), ReviewKind.REPORT
    for text, name in (
        ("", "A"),
        ("a\x1b[0m", "A"),
        ("a" * 20_001, "A"),
        ("a", ""),
        ("a", "b\n" * 90),
    ):
        with pytest.raises(InvalidAuthors):
            write_review(bench.library, caller, WORK, kind, text, name, is_blind=False)
    with pytest.raises(ResourceNotFound):
        none = Digest.of(b"none")
        write_review(bench.library, caller, none, kind, TEXT, "A", is_blind=False)
    with pytest.raises(RoleNotHeld):
        write_review(bench.library, LIBRARIAN, WORK, kind, TEXT, "A", is_blind=False)
    for _ in range(10):
        written(bench, reader)
    with pytest.raises(OverLimit):
        written(bench, reader)


@pytest.mark.parametrize(
    "change",
    [{"kind": "gossip"}, {"text": ""}, {"text": "a "}, {"at": "1"}, {"more": 1}, {"format": "x"}],
)
def test_other_bytes_are_no_review(bench: Bench, reader: str, change: dict[str, object]) -> None:
    told = json.loads(review_body(bench.library, written(bench, reader))) | change
    with pytest.raises(InvalidAuthors):
        Review.parse(canonical_json.canonicalize(told))
