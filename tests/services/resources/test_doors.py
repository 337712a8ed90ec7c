"""An upload, a claim and an import of the same resource get the same answer, whatever stands before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger_service.domain.content.content_id import DAG_PB, RAW, ContentId
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.import_item import ImportItem, decided_claim
from ledger_service.domain.imports.prepared_claim import REFUSED
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.caller import Role
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.claim import LARGEST_RAW_BYTES
from ledger_service.domain.resources.registration import (
    Metadata,
    RegistrationState,
    Route,
    WithdrawalReason,
)
from ledger_service.services.imports.import_resources import import_into
from ledger_service.services.library import Limits
from ledger_service.services.people.grant_access import issue_token
from ledger_service.services.resources.change_resource import withdraw_resource
from ledger_service.services.resources.register_claim import ClaimRequest, register_claims
from tests.simulators.bench import BOOK, LIBRARIAN, OPERATOR, STEWARD, Bench

TITLE, MEDIA_TYPE, LICENSE = "Xamsa", "application/pdf", "CC-BY-4.0"
LARGEST = 1_000_000
DIGEST = Digest.of(BOOK)


def by_upload(bench: Bench, data: bytes, title: str, license_name: str) -> str:
    return bench.register(data, license_name, title=title).state.value


def by_claim(bench: Bench, data: bytes, title: str, license_name: str) -> str:
    token = issue_token(bench.store, bench.clock, OPERATOR, Role.REGISTRAR, "x", 60)
    digest, metadata = Digest.of(data), Metadata(title, MEDIA_TYPE, len(data))
    cid = ContentId(RAW if len(data) <= LARGEST_RAW_BYTES else DAG_PB, digest.value)
    secret = secret_digest(token)
    request = ClaimRequest.of(bench.library, secret, digest, cid, license_name, metadata)
    return bench.library.append(register_claims, request).state


def by_import(bench: Bench, data: bytes, title: str, license_name: str) -> str:
    item = ImportItem(
        place="row 1",
        digest=Digest.of(data).hex(),
        cid="" if len(data) <= LARGEST_RAW_BYTES else ContentId(DAG_PB, bytes(32)).base16(),
        size_bytes=len(data),
        title=title,
        media_type=MEDIA_TYPE,
        license=license_name,
    )
    claim = decided_claim(item, bench.library.limits.largest_resource_bytes)
    with bench.store.write() as transaction:
        [result] = import_into(bench.library, transaction, [claim])
    if result.outcome == REFUSED:
        raise Refused(Reason.parse(result.reason).name.split(".")[0])
    return bench.registration(data).state.value


class Refused(Exception):
    """The door refused the claim with this slug."""


DOORS = {"upload": by_upload, "claim": by_claim, "import": by_import}
Door = Callable[[Bench, bytes, str, str], str]


def stands_nothing(bench: Bench) -> None:
    """Nothing was claimed before."""


def stands(bench: Bench) -> None:
    by_claim(bench, BOOK, TITLE, LICENSE)


def stands_on_chain(bench: Bench) -> None:
    bench.registered(title=TITLE)


def stands_waiting(bench: Bench) -> None:
    bench.register(signed_elsewhere=True, title=TITLE)


def is_rejected(bench: Bench) -> None:
    bench.register(title=TITLE)
    with bench.store.write() as transaction:
        rejected = RegistrationState.REJECTED
        transaction.registrations.set_state(DIGEST, STEWARD, rejected, rejection="no")


def is_being_withdrawn(bench: Bench) -> None:
    bench.registered(title=TITLE)
    withdraw_resource(bench.library, LIBRARIAN, DIGEST, WithdrawalReason.ERROR)


def is_withdrawn(bench: Bench) -> None:
    is_being_withdrawn(bench)
    bench.settle()


CASES = {
    "new": (stands_nothing, BOOK, TITLE, LICENSE, "accepted"),
    "again": (stands, BOOK, TITLE, LICENSE, "accepted"),
    "again, and on chain": (stands_on_chain, BOOK, TITLE, LICENSE, "registered"),
    "again, and waiting": (stands_waiting, BOOK, TITLE, LICENSE, "accepted"),
    "otherwise": (stands, BOOK, "Another title", LICENSE, "resource-already-registered"),
    "under another license": (stands, BOOK, TITLE, "CC0-1.0", "resource-already-registered"),
    "after a rejection": (is_rejected, BOOK, TITLE, LICENSE, "accepted"),
    "otherwise after a rejection": (is_rejected, BOOK, "Another title", LICENSE, "accepted"),
    "while it is withdrawn": (is_being_withdrawn, BOOK, TITLE, LICENSE, "resource-is-withdrawn"),
    "withdrawn": (is_withdrawn, BOOK, TITLE, LICENSE, "resource-is-withdrawn"),
    "withdrawn, and otherwise": (is_withdrawn, BOOK, "x", LICENSE, "resource-is-withdrawn"),
    "no bytes": (stands_nothing, b"", TITLE, LICENSE, "empty-resource"),
    "the largest": (stands_nothing, bytes(LARGEST), TITLE, LICENSE, "accepted"),
    "too many bytes": (stands_nothing, bytes(LARGEST + 1), TITLE, LICENSE, "resource-too-large"),
    "unknown license": (stands_nothing, BOOK, TITLE, "none", "unknown-license"),
}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_door_gives_the_same_answer(
    new_bench: Callable[[Limits], Bench], door: Door, case: tuple[object, ...]
) -> None:
    before, data, title, license_name, expected = case
    bench = new_bench(Limits(largest_resource_bytes=LARGEST, anchor_seconds=0))
    bench.license()
    bench.license("CC0-1.0", loan=60)
    before(bench)  # type: ignore[operator]
    size = len(bench.bodies())
    try:
        answer = door(bench, data, title, license_name)  # type: ignore[arg-type]
    except LedgerError as exc:
        answer = exc.slug()
    except Refused as exc:
        answer = str(exc)
    is_joined = door is by_upload and before is stands  # which came without its bytes
    assert answer == ("accepted" if is_joined else expected)
    is_new = expected == "accepted" and before in (stands_nothing, is_rejected)
    assert len(bench.bodies()) == size + (is_new or is_joined)


@pytest.mark.parametrize(
    ("door", "route"), [("upload", Route.HERE), ("claim", Route.BULK), ("import", Route.BULK)]
)
def test_a_door_says_how_the_claim_was_made(bench: Bench, door: str, route: Route) -> None:
    bench.license()
    DOORS[door](bench, BOOK, TITLE, LICENSE)
    assert bench.registration().route is route
    DOORS["import"](bench, BOOK, TITLE, LICENSE)
    assert bench.registration().route is route
