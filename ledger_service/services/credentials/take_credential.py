"""Let a holder take their credential: it gets its place in a status list, and is signed."""

from __future__ import annotations

import secrets
from dataclasses import replace

from ledger_service.domain import canonical_json
from ledger_service.domain.credentials.attendance import (
    CLAIM,
    Attendance,
    attendance_claim,
    path_to,
    split_leaves,
)
from ledger_service.domain.credentials.credential import (
    STATUS_PATH,
    TYPE,
    TYPES_PATH,
    Credential,
    Place,
)
from ledger_service.domain.credentials.issuer_key import PublicKey
from ledger_service.domain.credentials.sd_jwt import Presentation, hide
from ledger_service.domain.credentials.status_list import PLACES, ListState, list_bytes
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.ports.credentials.tables import KeptState
from ledger_service.ports.store import Transaction
from ledger_service.services.credentials.attest_attendance import PURPOSE, sealed_text
from ledger_service.services.credentials.check_signature import check_point
from ledger_service.services.credentials.show_credentials import OwnCredential, own_credential
from ledger_service.services.credentials.sign_tokens import ready_key, signed_by
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library
from ledger_service.services.people.reader_seal import seal

DAY_SECONDS = 86_400
MOST_TAKEN = PLACES // 2  # of a list: more than half empty, a free place is found at once


def take_credential(
    library: Library, caller: Caller, credential_id: str, holder: PublicKey | None = None
) -> OwnCredential:
    """Return the holder's credential, signed; one that was taken before is as it was.

    holder: a key of the holder's, to which it is bound, so that nobody else can show it; None: whoever has
    its text can.

    Raises:
        CredentialNotFound: it is not the caller's. InvalidCredential: the key is none.
    """
    reach(caller, Permission.CREDENTIAL_OWN)
    if holder is not None:
        check_point(holder)
    newest = library.issuer.newest()
    with library.store.write() as transaction:
        own, reader_key = own_credential(transaction, caller, credential_id)
        if own.credential.place is not None:
            return own
        key = ready_key(transaction, library, newest)
        place = free_place(transaction, library)
        payload = _payload(transaction, library, own, place, holder)
        token = signed_by(library, key, TYPE, payload)
        sealed = seal(reader_key, PURPOSE, sealed_text(own.fields, token))
        taken = replace(own.credential, place=place, taken_at=library.clock(), sealed=sealed)
        transaction.credentials.replace(taken)
        return OwnCredential(taken, own.fields, Presentation(token, own.fields), own.attendance)


def list_uri(library: Library, list_number: int) -> str:
    """Return where a status list is published."""
    return f"{library.public_url}{STATUS_PATH}{list_number}"


def free_place(transaction: Transaction, library: Library) -> Place:
    """Return a place that nobody has, drawn at random; a new list is begun and attested if it must be."""
    number, taken = transaction.credentials.newest_list()
    if number == 0 or taken >= MOST_TAKEN:
        number += 1
        append_state(transaction, library, number)
    while True:
        place = Place(number, secrets.randbelow(PLACES))
        if transaction.credentials.at(place) is None:
            return place


def append_state(transaction: Transaction, library: Library, list_number: int) -> int:
    """Return the index of the entry that attests a list as it is now."""
    data = list_bytes(transaction.credentials.revoked(list_number))
    before = next(iter(transaction.credentials.states(list_number, 1)), None)
    state = ListState.after(
        None if before is None else before.state, list_uri(library, list_number), data
    )
    now = library.clock()
    entry, _ = append_statement(
        transaction, StatementType.STATUS_LIST, state.statement, library.steward, now
    )
    transaction.credentials.add_state(list_number, KeptState(state, entry, now))
    return entry


def _payload(
    transaction: Transaction,
    library: Library,
    own: OwnCredential,
    place: Place,
    holder: PublicKey | None,
) -> dict[str, object]:
    claims: dict[str, object] = {
        "iss": library.public_url,
        # By the day: the second would tell two holders of one event apart.
        "iat": library.clock() // DAY_SECONDS * DAY_SECONDS,
        "vct": f"{library.public_url}{TYPES_PATH}{own.credential.kind.value}",
        "status": {
            "status_list": {"idx": place.place, "uri": list_uri(library, place.list_number)}
        },
    }
    if holder is not None:
        claims["cnf"] = {"jwk": holder.bound}
    if own.credential.statement is not None:
        claims[CLAIM] = _claim(transaction, own.credential, own.credential.statement)
    return hide(claims, own.fields)


def _claim(
    transaction: Transaction, credential: Credential, statement: Digest
) -> dict[str, object]:
    kept = transaction.credentials.attendance(statement)
    assert kept is not None  # kept with the credential
    assert credential.leaf is not None
    attendance = Attendance.of_value(canonical_json.parse(kept.body))
    path = path_to(split_leaves(kept.leaves), credential.leaf)
    return attendance_claim(attendance, credential.leaf, path)
