"""Whoever changes who was at an event, or what is revoked, is found by an audit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger_service.domain import canonical_json
from ledger_service.domain.credentials.compact_jws import encode64
from ledger_service.domain.credentials.credential import Place, RevocationReason
from ledger_service.domain.credentials.status_list import list_bytes, pack
from ledger_service.domain.identifiers import Commitment, Digest
from ledger_service.domain.ledger.entry import Entry, StatementType
from ledger_service.domain.reasons import Reason
from ledger_service.services.audit.attested.check_credentials import check_credentials
from ledger_service.services.credentials.attest_attendance import (
    Present,
    append_attendance,
    prepare_attendance,
)
from ledger_service.services.credentials.publish import list_states
from ledger_service.services.credentials.revoke_credential import revoke_credential
from ledger_service.services.credentials.show_credentials import list_own
from ledger_service.services.credentials.take_credential import append_state, take_credential
from ledger_service.services.ledger.attest_statement import append_statement
from reading_room.desk.own_source import OwnSource
from tests.simulators.bench import LIBRARIAN, STEWARD, Bench, as_reader

TIMES = (1_700_000_000, 1_700_007_200)


def event(bench: Bench, name: str, *readers: str) -> None:
    present = [Present(reader, "participant", {"event": name}) for reader in readers]
    prepared = prepare_attendance(bench.library, LIBRARIAN, name, TIMES, present)
    with bench.store.write() as transaction:
        append_attendance(transaction, bench.library, LIBRARIAN, prepared)


def take(bench: Bench, reader: str) -> Place:
    [own] = list_own(bench.library, as_reader(reader))
    place = take_credential(bench.library, as_reader(reader), own.credential.id).credential.place
    assert place is not None
    return place


@pytest.fixture
def revoked(bench: Bench) -> Bench:
    """Return a bench with two events, and a list of four states: three were at one, and it revoked them."""
    readers = [bench.reader() for _ in range(3)]
    event(bench, "seminar-7", *readers)
    event(bench, "defense-8", bench.reader())
    for reader in readers:
        revoke_credential(bench.library, LIBRARIAN, take(bench, reader), RevocationReason.ERROR)
    bench.anchored_twice()
    return bench


def test_what_the_library_shows_as_it_attests_it_is_no_finding(revoked: Bench) -> None:
    assert len(list_states(revoked.library, 1)) == 4
    report = revoked.audit()
    assert (report.is_clean, report.attested["attendance"], report.attested["status-list"]) == (
        True,
        2,
        4,
    )


def test_the_desks_own_audit_reads_the_same(revoked: Bench) -> None:
    entries = {at: Entry.parse(body) for at, body in enumerate(revoked.bodies())}
    found: list[Reason] = []
    check_credentials(OwnSource(revoked.library), entries, STEWARD, found.append)
    assert found == []


def test_what_came_after_the_checkpoint_is_no_finding(revoked: Bench) -> None:
    reader = revoked.reader()
    event(revoked, "later", reader)
    revoke_credential(revoked.library, LIBRARIAN, take(revoked, reader), RevocationReason.ERROR)
    with revoked.store.write() as transaction:
        append_state(transaction, revoked.library, 2)
    assert revoked.findings() == set()


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "one more": lambda told: told.update(size=told["size"] + 1),
    "another root": lambda told: told.update(root="00" * 32),
    "another count": lambda told: told["by_role"].update(participant=300),
    "another form": lambda told: told.clear(),
    "another text": lambda told: told.update(size="three"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_another_attendance_than_the_ledger_attests_is_found(revoked: Bench, change: str) -> None:
    def changed(told: dict[str, Any]) -> dict[str, Any]:
        CHANGES[change](told)
        return told

    revoked.source.change_attendance = changed
    assert revoked.findings() == {"attendance-differs"}


def test_what_nobody_shows_is_found(bench: Bench) -> None:
    with bench.store.write() as transaction:
        for kind in (StatementType.ATTENDANCE, StatementType.STATUS_LIST):
            append_statement(transaction, kind, Digest.of(b"shown by nobody"), STEWARD, 1)
            of_others = Digest.of(b"of somebody else"), Commitment(bytes(32))
            append_statement(transaction, kind, *of_others, 1)
    bench.anchored_twice()
    found = sorted(item.name for item in bench.audit().findings)
    assert found == ["attendance-missing", "status-list-missing"]


def other_bytes(body: str) -> str:
    told = canonical_json.parse(body.encode())
    return canonical_json.canonicalize(told | {"list_digest": "00" * 32}).decode()


SHOWN: dict[str, tuple[Callable[[list[str]], list[str]], set[str]]] = {
    "newest left out": (
        lambda told: [one for one in told if '"number":3' not in one],
        {"status-list-missing", "status-list-differs"},
    ),
    "an older one left out": (
        lambda told: [one for one in told if '"number":1' not in one],
        {"status-list-missing", "status-list-differs"},
    ),
    "an older one changed": (
        lambda told: [other_bytes(one) if '"number":1' in one else one for one in told],
        {"status-list-missing", "status-list-differs"},
    ),
    "none": (lambda _: [], {"status-list-missing"}),
    "no JSON": (lambda _: ["{"], {"status-list-missing", "status-list-differs"}),
    "another form": (lambda _: ["{}"], {"status-list-missing", "status-list-differs"}),
    "the same for ever": (
        lambda told: [*told, *told],
        {"status-list-differs"},
    ),
}


@pytest.mark.parametrize("change", SHOWN)
def test_states_that_are_withheld_or_changed_are_found(revoked: Bench, change: str) -> None:
    revoked.source.change_states, names = SHOWN[change]
    assert revoked.findings() == names


def token_of(revoked: list[int]) -> Callable[[str], str]:
    def changed(token: str) -> str:
        header, _, signature = token.split(".")
        body = canonical_json.canonicalize({"status_list": {"lst": pack(list_bytes(revoked))}})

        return f"{header}.{encode64(body)}.{signature}"

    return changed


@pytest.mark.parametrize(
    "change", [token_of([]), token_of([1, 2, 3]), lambda _: "x", lambda _: "a.b.c"]
)
def test_a_published_list_in_which_somebody_is_not_revoked_is_found(
    revoked: Bench, change: Callable[[str], str]
) -> None:
    revoked.source.change_list = change
    assert revoked.findings() == {"status-list-differs"}
