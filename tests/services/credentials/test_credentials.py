"""Credentials from an attendance to a check: what holds, what is refused, and what stays after an erasure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_service.domain import canonical_json
from ledger_service.domain.credentials.compact_jws import sign_token
from ledger_service.domain.credentials.credential import Place, RevocationReason
from ledger_service.domain.credentials.sd_jwt import Disclosure, Presentation
from ledger_service.domain.errors import (
    CredentialNotFound,
    CredentialRevoked,
    InvalidCredential,
    InvalidInput,
    RoleNotHeld,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry
from ledger_service.services.credentials.attest_attendance import (
    Present,
    append_attendance,
    prepare_attendance,
)
from ledger_service.services.credentials.check_credential import BINDING_TYPE
from ledger_service.services.credentials.own_source import check_own_credential
from ledger_service.services.credentials.publish import issuer_metadata, list_states
from ledger_service.services.credentials.revoke_credential import revoke_credential
from ledger_service.services.credentials.show_credentials import OwnCredential, find_own, list_own
from ledger_service.services.credentials.take_credential import take_credential
from ledger_service.services.library import Library
from tests.simulators.bench import LIBRARIAN, Bench, as_reader
from tests.simulators.people.issuer import IssuerSimulator

TIMES = (1_700_000_000, 1_700_007_200)
EVENT = "seminar-7"


@pytest.fixture
def library(bench: Bench) -> Library:
    return replace(bench.library, public_url="https://library.example.uz")


def held(library: Library, *readers: str) -> list[OwnCredential]:
    """Attest that these readers were there, and return what each holds of it, newest."""
    present = [
        Present(reader, "speaker" if number == 0 else "participant", fields(number))
        for number, reader in enumerate(readers)
    ]
    prepared = prepare_attendance(library, LIBRARIAN, EVENT, TIMES, present)
    with library.store.write() as transaction:
        append_attendance(transaction, library, LIBRARIAN, prepared)
    return [list_own(library, as_reader(reader))[0] for reader in readers]


def fields(number: int) -> dict[str, str | int]:
    return {"event": "Seminar", "name": f"Guest {number}", "role": "participant", "minutes": 90}


def taken(library: Library, reader: str, own: OwnCredential) -> Presentation:
    found = take_credential(library, as_reader(reader), own.credential.id)
    assert found.taken is not None
    return found.taken


def test_a_credential_shows_what_its_holder_chooses(bench: Bench, library: Library) -> None:
    readers = [bench.reader() for _ in range(7)]
    [first, *_] = held(library, *readers)
    shown = taken(library, readers[0], first).show(["event", "role"]).format()
    checked = check_own_credential(library, shown)
    assert checked.shown == {"event": "Seminar", "role": "participant"}
    assert checked.stands is True
    assert "Guest" not in str(checked.claims)
    kinds = {entry: Entry.parse(body) for entry, body in enumerate(bench.bodies())}
    assert kinds[checked.key_entry].text("type") == "issuer-key"
    assert kinds[checked.attendance_entry or 0].text("type") == "attendance"
    assert kinds[checked.status_entry or 0].text("type") == "status-list"
    assert check_own_credential(library, taken(library, readers[0], first).format()).shown["name"]


def test_an_attendance_is_one_entry_and_names_nobody(bench: Bench, library: Library) -> None:
    before = len(bench.bodies())
    found = held(library, *(bench.reader() for _ in range(5)))
    assert len(bench.bodies()) == before + 1
    assert found[0].attendance is not None
    assert found[0].attendance.by_role == {"speaker": 1, "participant": 4}
    assert all(one.attendance == found[0].attendance for one in found)
    assert "Guest" not in found[0].attendance.format().decode()


def test_a_revoked_credential_is_told_as_such_and_its_list_is_attested(
    bench: Bench, library: Library
) -> None:
    reader = bench.reader()
    [own] = held(library, reader)
    shown = taken(library, reader, own).format()
    place = find_own(library, as_reader(reader), own.credential.id).credential.place
    assert place is not None
    with pytest.raises(RoleNotHeld):
        revoke_credential(library, as_reader(reader), place, RevocationReason.ABSENT)
    revoke_credential(library, LIBRARIAN, place, RevocationReason.ABSENT)
    checked = check_own_credential(library, shown)
    assert checked.stands is False
    assert checked.status is not None
    assert checked.status.revocation is not None
    assert checked.status.revocation.reason is RevocationReason.ABSENT
    newest, first = list_states(library, place.list_number)
    assert newest.state.before == first.state.statement.hex()
    assert checked.status_entry == newest.entry
    with pytest.raises(CredentialRevoked):
        revoke_credential(library, LIBRARIAN, place, RevocationReason.ERROR)
    with pytest.raises(CredentialNotFound):
        other = Place(place.list_number, (place.place + 1) % 2**17)
        revoke_credential(library, LIBRARIAN, other, RevocationReason.ERROR)


def test_after_an_erasure_proofs_hold_and_names_are_gone(bench: Bench, library: Library) -> None:
    leaver, stayer = bench.reader(), bench.reader()
    gone, kept = held(library, leaver, stayer)
    shown = taken(library, leaver, gone).show(["event"]).format()
    with bench.store.write() as transaction:
        transaction.access.erase_reader(leaver)
    with bench.store.read() as transaction:
        row = transaction.credentials.find(gone.credential.id)
    assert row is not None
    assert (row.reader, row.sealed) == (None, b"")
    assert check_own_credential(library, shown).stands is True
    assert check_own_credential(library, taken(library, stayer, kept).format()).stands is True
    with pytest.raises(CredentialNotFound):
        find_own(library, as_reader(stayer), gone.credential.id)


def test_what_was_changed_or_is_somebody_elses_does_not_hold(
    bench: Bench, library: Library
) -> None:
    reader, other = bench.reader(), bench.reader()
    [own, others] = held(library, reader, other)
    mine, theirs = taken(library, reader, own), taken(library, other, others)
    made_up = Disclosure.make(b"0" * 16, "name", "Somebody")
    cases = {
        "field-not-held": Presentation(mine.issued, (made_up,)),
        "field-twice": Presentation(mine.issued, mine.disclosures + mine.disclosures[:1]),
        "not-bound": replace(mine, binding=mine.issued),
    }
    for reason, wrong in cases.items():
        with pytest.raises(InvalidCredential) as caught:
            check_own_credential(library, wrong.format())
        assert caught.value.reason.name == f"invalid-credential.{reason}"
    with pytest.raises(InvalidCredential) as caught:
        check_own_credential(library, Presentation(mine.issued, theirs.disclosures).format())
    assert caught.value.reason.name == "invalid-credential.field-not-held"
    head, payload, signature = mine.issued.split(".")
    flipped = signature[:-3] + ("A" if signature[-3] != "A" else "B") + signature[-2:]
    with pytest.raises(InvalidCredential):
        check_own_credential(library, Presentation(f"{head}.{payload}.{flipped}", ()).format())


def test_the_issuers_key_alone_makes_no_attendance(bench: Bench, library: Library) -> None:
    reader = bench.reader()
    [own] = held(library, reader)
    mine = taken(library, reader, own)
    payload = mine.claims() | {"_sd": [Disclosure.make(b"1" * 16, "name", "Nobody").digest]}
    for name in ("event", "name", "role", "minutes"):
        payload.pop(name)
    key = library.issuer.newest()
    header = {"typ": "dc+sd-jwt", "kid": key.name}
    forged = sign_token(header, payload, lambda message: library.issuer.sign(key, message))
    with pytest.raises(InvalidCredential) as caught:
        check_own_credential(library, Presentation(forged, ()).format())
    assert caught.value.reason.name == "invalid-credential.not-counted"


def test_a_new_key_signs_and_what_the_old_one_signed_holds(bench: Bench, library: Library) -> None:
    reader = bench.reader()
    [old] = held(library, reader)
    first = taken(library, reader, old).format()
    assert isinstance(library.issuer, IssuerSimulator)
    library.issuer.words.append("rotated")
    [new] = held(library, reader)
    second = taken(library, reader, new).format()
    told = issuer_metadata(library)
    assert isinstance(told["jwks"], dict)
    assert len(told["jwks"]["keys"]) == 2
    entries = [check_own_credential(library, text).key_entry for text in (first, second)]
    assert entries[0] < entries[1]


def test_a_bound_credential_is_shown_by_its_holder_alone(bench: Bench, library: Library) -> None:
    reader, wallet = bench.reader(), IssuerSimulator("wallet")
    [own] = held(library, reader)
    key = wallet.newest()
    bound = take_credential(library, as_reader(reader), own.credential.id, key).taken
    assert bound is not None
    shown = bound.show(["role"])
    answer = {
        "aud": "https://employer.example",
        "nonce": "n-1",
        "iat": library.clock(),
        "sd_hash": shown.sd_hash,
    }
    sign = {"typ": BINDING_TYPE}, answer, lambda message: wallet.sign(key, message)
    whole = replace(shown, binding=sign_token(*sign))
    checked = check_own_credential(library, whole.format())
    assert (checked.is_bound, checked.nonce) == (True, "n-1")
    for reason, wrong in {
        "holder-silent": shown,
        "other-fields": replace(whole, disclosures=bound.disclosures),
    }.items():
        with pytest.raises(InvalidCredential) as caught:
            check_own_credential(library, wrong.format())
        assert caught.value.reason.name == f"invalid-credential.{reason}"
    bench.clock.advance(3600)
    with pytest.raises(InvalidCredential) as caught:
        check_own_credential(library, whole.format())
    assert caught.value.reason.name == "invalid-credential.binding-old"


def test_an_attendance_of_nobody_is_none(library: Library) -> None:
    with pytest.raises(InvalidInput):
        prepare_attendance(library, LIBRARIAN, EVENT, TIMES, [])
    with pytest.raises(RoleNotHeld):
        prepare_attendance(library, as_reader("x"), EVENT, TIMES, [Present("x", "speaker", {})])


def test_the_statement_of_an_attendance_is_the_digest_of_its_canonical_form(
    bench: Bench, library: Library
) -> None:
    [own] = held(library, bench.reader())
    assert own.attendance is not None
    data = canonical_json.canonicalize(own.attendance.value())
    assert own.credential.statement == Digest.of(data)
