"""Copies that are lent where a license asks for it: one a grant, in the private part, traced by staff."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from ledger_service.domain.errors import (
    CopyNotMade,
    InvalidLicenseTerms,
    LicenseNameTaken,
    RoleNotHeld,
)
from ledger_service.domain.identifiers import CopyId, Digest
from ledger_service.domain.lending.grant import Grant
from ledger_service.domain.lending.lent_copy import marks_in
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.resources.license import LicenseTerms, policy_digest
from ledger_service.domain.resources.policies.odrl import odrl_digest
from ledger_service.domain.verification.likeness import Like, Likeness
from ledger_service.domain.verification.verdict_state import VerdictState
from ledger_service.ports.lending import Opening
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.people import ActFilter
from ledger_service.services.lending.lend_copy import lent_content
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.lending.read_opening import opened_content
from ledger_service.services.lending.trace_copy import Traced, trace_copy
from ledger_service.services.limits import Limits
from ledger_service.services.resources.define_license import define_license
from ledger_service.services.resources.read_content import Content
from ledger_service.services.verification.find_likes import find_likes
from tests.ports.lending.books import pdf
from tests.services.lending.test_open_resource import private_part
from tests.simulators.bench import HOUR, LIBRARIAN, STEWARD, Bench, as_reader

BOOK = pdf(2)
TERMS = LicenseTerms("https://licenses.example.uz/marked", 5, 30 * 86_400, False)


def lent(bench: Bench, data: bytes = BOOK, **claim: object) -> tuple[str, Grant]:
    """Return a reader, and their grant for a book whose license asks for marked copies."""
    define_license(bench.library, LIBRARIAN, "marked", TERMS, is_marked=True)
    bench.settle()
    digest = bench.registered(data, license_name="marked", **claim).digest
    return granted(bench, digest)


def granted(bench: Bench, digest: Digest) -> tuple[str, Grant]:
    reader = bench.reader()
    grant = bench.grant(digest, reader, HOUR)
    bench.settle()
    return reader, grant


def content_of(bench: Bench, reader: str, opening: Opening) -> Content:
    opened = opened_content(bench.library, as_reader(reader), opening.secret)
    return lent_content(bench.library, opened)


def opened(bench: Bench, reader: str, digest: Digest) -> tuple[Opening, bytes]:
    opening = open_resource(bench.library, as_reader(reader), digest=digest)
    content = content_of(bench, reader, opening)
    data = b"".join(content.pieces(0, content.size))
    assert Digest.of(data) == content.digest
    return opening, data


def traced(bench: Bench, data: bytes) -> list[Traced]:
    return trace_copy(bench.library, LIBRARIAN, Digest.of(data), marks_in(data))


def test_each_grant_has_its_copy_and_every_opening_gives_the_same(bench: Bench) -> None:
    reader, grant = lent(bench)
    opening, data = opened(bench, reader, grant.digest)
    assert opening.is_marked
    [number] = marks_in(data)
    part = private_part(bench, opening.entry)
    assert part["copy"] == number.hex()
    assert opened(bench, reader, grant.digest)[1] == data
    other, _ = granted(bench, grant.digest)
    assert marks_in(opened(bench, other, grant.digest)[1]) not in ([number], [])
    assert bench.findings() == set()
    assert number.hex() not in str(bench.entries())
    assert Digest.of(data).hex() not in str(bench.entries())


def test_ranges_of_a_copy_are_of_the_copy(bench: Bench) -> None:
    reader, grant = lent(bench)
    opening, data = opened(bench, reader, grant.digest)
    bench.library.copies._held.clear()  # type: ignore[attr-defined]
    content = content_of(bench, reader, opening)
    assert b"".join(content.pieces(100, 200)) == data[100:200]


def test_what_cannot_carry_a_mark_is_lent_as_it_is_and_the_opening_says_so(bench: Bench) -> None:
    reader, grant = lent(bench, b"RIFF a recording", media_type="audio/x-wav")
    opening, data = opened(bench, reader, grant.digest)
    assert (opening.is_marked, data) == (False, b"RIFF a recording")
    assert "copy" not in private_part(bench, opening.entry)


def test_nothing_is_lent_unmarked_in_place_of_a_copy_that_cannot_be_made(bench: Bench) -> None:
    reader, grant = lent(bench, b"%PDF-1.7 and nothing more")
    opening = open_resource(bench.library, as_reader(reader), digest=grant.digest)
    with pytest.raises(CopyNotMade):
        content_of(bench, reader, opening)


def test_what_is_too_large_for_a_copy_is_not_opened(new_bench) -> None:
    bench = new_bench(Limits(anchor_seconds=0, largest_marked_bytes=100))
    reader, grant = lent(bench)
    size = len(bench.entries())
    with pytest.raises(CopyNotMade, match="too-large"):
        open_resource(bench.library, as_reader(reader), digest=grant.digest)
    assert len(bench.entries()) == size


def test_a_copy_is_traced_by_its_number_and_by_its_bytes_and_that_it_was_is_kept(
    bench: Bench,
) -> None:
    reader, grant = lent(bench)
    opening, data = opened(bench, reader, grant.digest)
    [by_bytes] = trace_copy(bench.library, LIBRARIAN, Digest.of(data), [])
    assert (by_bytes.grant.id, by_bytes.is_unchanged) == (grant.id, True)
    assert (by_bytes.copy.entry, by_bytes.hour) == (
        opening.entry,
        bench.entries()[opening.entry].at,
    )
    [by_number] = traced(bench, data + b"notes")
    assert (by_number.grant.id, by_number.is_unchanged) == (grant.id, False)
    assert trace_copy(bench.library, LIBRARIAN, Digest.of(b""), [CopyId.random()]) == []
    with bench.store.read() as transaction:
        acts = transaction.acts.page(ActFilter(kind=ActKind.TRACED), PageRequest()).items
    assert {act.act.about for act in acts} == {
        Digest.of(file).hex() for file in (data, data + b"notes", b"")
    }


def test_only_who_lends_traces(bench: Bench) -> None:
    reader, _ = lent(bench)
    for caller in (as_reader(reader), Caller.of_token(Role.AUDITOR, "auditor", STEWARD)):
        with pytest.raises(RoleNotHeld):
            trace_copy(bench.library, caller, Digest.of(b""), [])


def test_a_copy_of_an_erased_reader_is_traced_to_the_grant(bench: Bench) -> None:
    reader, grant = lent(bench)
    _, data = opened(bench, reader, grant.digest)
    with bench.store.engine.begin() as connection:
        connection.execute(text("UPDATE reader SET key = NULL"))
        connection.execute(text("UPDATE private_part SET salt = NULL, body = NULL"))
    [found] = traced(bench, data)
    assert found.grant.id == grant.id


def test_whoever_asks_learns_of_a_copy_what_it_was_made_of_and_not_for_whom(bench: Bench) -> None:
    reader, grant = lent(bench, title="Xamsa")
    _, data = opened(bench, reader, grant.digest)
    numbers = [Like(Likeness.COPY, Digest(number.value)) for number in marks_in(data)]
    for file, likes in ((Digest.of(data), []), (Digest.of(b"saved anew"), numbers)):
        [hint] = find_likes(bench.library, file, likes)
        told = str(hint.to_json())
        assert (hint.like.likeness, hint.like.digest) == (Likeness.COPY, grant.digest)
        assert grant.id.hex() not in told
        assert numbers[0].digest.hex() not in told
    assert bench.verdict(data).verdicts[0].state is VerdictState.NOT_REGISTERED
    stranger = [Like(Likeness.COPY, Digest.of(b"made up"))]
    assert find_likes(bench.library, Digest.of(b"x"), stranger) == []


def test_the_id_of_a_license_commits_to_the_marking(bench: Bench) -> None:
    row = define_license(bench.library, LIBRARIAN, "marked", TERMS, 26, is_marked=True)
    assert row.terms.policy_digest == odrl_digest(TERMS, 26, is_marked=True)
    assert policy_digest(26, is_marked=True).hex().startswith("a0f9494892518af5")  # as before
    assert policy_digest(None) == bytes(32)
    for checkouts, is_marked in ((26, False), (None, True)):
        with pytest.raises(LicenseNameTaken):
            define_license(bench.library, LIBRARIAN, "marked", TERMS, checkouts, is_marked)
    open_terms = LicenseTerms("https://creativecommons.org/licenses/by/4.0/", 5, 86_400, False)
    with pytest.raises(InvalidLicenseTerms):
        define_license(bench.library, LIBRARIAN, "open", open_terms, is_marked=True)
    bench.settle()
    assert bench.findings() == set()
