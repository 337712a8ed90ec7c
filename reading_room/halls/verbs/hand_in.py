"""Hand in what was done in a laboratory, and have it countersigned; show a reader what they handed in."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import (
    HallNotFound,
    InvalidLabRecord,
    OverLimit,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.ed25519_keys import is_sound_key
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.lending.commitment import SALT_BYTES, commit
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library
from ledger_service.services.people.notices import own_key
from ledger_service.services.people.reader_seal import open_sealed, seal
from reading_room.halls.ports import KeptRecord
from reading_room.halls.rules.lab_record import LabRecord, receipt_text
from reading_room.halls.rules.manifest import Kind, Manifest
from reading_room.halls.rules.steps import check_answers
from reading_room.halls.verbs.signing import Tables, signer_in

PURPOSE = "laboratory"
MOST_A_DAY = 50
DAY_SECONDS = 86_400
SIGNATURE_BYTES = 64


@dataclass(frozen=True)
class HandedIn:
    """What a reader handed in, as it is theirs to keep. kept: its row; document: what they keep as a file."""

    kept: KeptRecord
    title: str
    document: dict[str, Any]

    @property
    def record(self) -> LabRecord:
        return LabRecord.parse(str(self.document["record"]).encode())


def hand_in(
    library: Library, tables: Tables, caller: Caller, data: bytes, signature: bytes
) -> HandedIn:
    """Return what was handed in, with the library's receipt.

    data: the record, canonical; signature: by the key that it names, empty if it names none.

    Raises:
        InvalidLabRecord: it is none, was signed by nobody or another, or is not of that laboratory.
        HallNotFound: there is no such version of it. OverLimit: there were too many within a day.
    """
    reach(caller, Permission.LAB_HAND_IN)
    record = LabRecord.parse(data)
    _check_signature(record, signature)
    manifest = _manifest(library, tables, record)
    check_answers(manifest.steps, record.answers)
    salt = secrets.token_bytes(SALT_BYTES)
    commitment = commit(salt, data)
    with library.store.write() as transaction:
        key, now = own_key(transaction, caller.subject), library.clock()
        room = transaction.room(tables)
        if room.count_records(caller.subject, now - DAY_SECONDS) >= MOST_A_DAY:
            raise OverLimit("lab-records", most=MOST_A_DAY)
        signer = signer_in(library, transaction, tables)
        told = (record.hall, record.version, commitment.hex(), now)
        receipt = signer.sign(receipt_text(library.key.name, *told))
        kind, statement = StatementType.LAB_RECORD, Digest(commitment.value)
        entry, _ = append_statement(transaction, kind, statement, library.steward, now)
        document = {
            "entry": entry,
            "key": signer.key.format(),
            "receipt": receipt,
            "record": data.decode(),
            "salt": salt.hex(),
            "signature": base64.b64encode(signature).decode(),
            "v": 1,
        }
        sealed = seal(key, PURPOSE, canonical_json.canonicalize(document))
        kept = KeptRecord(0, caller.subject, record.hall, record.version, now, entry, sealed)
        room.add_record(kept)
    return HandedIn(kept, manifest.title, document)


def list_handed_in(library: Library, tables: Tables, caller: Caller) -> list[HandedIn]:
    """Return what the caller handed in, newest first; raise NotAuthenticated for who was erased."""
    reach(caller, Permission.LAB_HAND_IN)
    with library.store.read() as transaction:
        key = own_key(transaction, caller.subject)
        return opened(transaction, tables, caller.subject, key)


def show_handed_in(library: Library, tables: Tables, caller: Caller, number: int) -> HandedIn:
    """Return one thing that the caller handed in; raise HallNotFound, also for another reader's."""
    reach(caller, Permission.LAB_HAND_IN)
    found = list_handed_in(library, tables, caller)
    one = next((each for each in found if each.kept.number == number), None)
    if one is None:
        raise HallNotFound("record")
    return one


def opened(transaction: Transaction, tables: Tables, reader: str, key: bytes) -> list[HandedIn]:
    """Return what a reader handed in, opened by their key."""
    room = transaction.room(tables)
    found = []
    for kept in room.records_of(reader):
        version = room.find(kept.hall, kept.version)
        title = "" if version is None else Manifest.parse(version.manifest).title
        document = canonical_json.parse(open_sealed(key, PURPOSE, kept.sealed))
        found.append(HandedIn(kept, title, document))
    return found


def _manifest(library: Library, tables: Tables, record: LabRecord) -> Manifest:
    """Return the manifest that a record names, of whichever version it was done by."""
    with library.store.read() as transaction:
        found = transaction.room(tables).find(record.hall, record.version)
    if found is None:
        raise HallNotFound(hall=record.hall[:40])
    manifest = Manifest.parse(found.manifest)
    if Digest.of(found.manifest) != record.manifest or manifest.kind is not Kind.LABORATORY:
        raise InvalidLabRecord("other-manifest")
    return manifest


def _check_signature(record: LabRecord, signature: bytes) -> None:
    if not record.key:
        if signature:
            raise InvalidLabRecord("signature")
        return
    public = bytes.fromhex(record.key)
    if not is_sound_key(public) or len(signature) != SIGNATURE_BYTES:
        raise InvalidLabRecord("signature")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, record.signed())
    except (InvalidSignature, ValueError) as exc:
        raise InvalidLabRecord("signature") from exc
