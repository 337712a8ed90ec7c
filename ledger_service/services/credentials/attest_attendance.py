"""Attest who was at an event: one entry for all, and for each participant what becomes their credential."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger_service.domain import canonical_json
from ledger_service.domain.credentials.attendance import (
    MOST_PARTICIPANTS,
    Attendance,
    leaf_of,
)
from ledger_service.domain.credentials.credential import Credential, CredentialKind
from ledger_service.domain.credentials.sd_jwt import SALT_BYTES, Disclosure, Value
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.credentials.tables import KeptAttendance
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library
from ledger_service.services.people.reader_seal import seal
from ledger_service.services.people.record_act import record_act

PURPOSE = "credential"
READERS_AT_ONCE = 500
ID_BYTES = 16


@dataclass(frozen=True)
class Present:
    """Who was there. reader: by the library's own name; role: a word, of which the number is public.

    fields: what their credential will say, each of which its holder may show or not.
    """

    reader: str
    role: str
    fields: Mapping[str, Value]


@dataclass(frozen=True)
class Prepared:
    """An attendance that is ready to be attested. made: credentials without the place in the ledger."""

    attendance: Attendance
    leaves: bytes
    made: tuple[Credential, ...]


def prepare_attendance(
    library: Library, caller: Caller, event: str, times: tuple[int, int], present: Sequence[Present]
) -> Prepared:
    """Return what is to be attested of an event; it is done before the lock of appends is taken.

    event: its name in addresses; times: from when until when it was, in seconds.

    Raises:
        InvalidInput: nobody was there, or more than one event has.
    """
    check_permitted(caller, Permission.CREDENTIAL_ISSUE)
    if not 1 <= len(present) <= MOST_PARTICIPANTS:
        raise InvalidInput("nobody-present", most=MOST_PARTICIPANTS)
    shuffled = list(present)
    secrets.SystemRandom().shuffle(shuffled)  # so that a leaf's place tells nothing
    keys = _keys_of(library, [one.reader for one in shuffled])
    leaves, made, now = [], [], library.clock()
    for one in shuffled:
        fields = _disclosures(one.fields)
        leaves.append(leaf_of(event, [field.digest for field in fields]))
        made.append(_made(one.reader, keys.get(one.reader), fields, now))
    attendance = Attendance.of(event, *times, leaves, [one.role for one in shuffled])
    counted = tuple(_counted(one, attendance, leaf) for leaf, one in enumerate(made))
    return Prepared(attendance, b"".join(leaves), counted)


def append_attendance(
    transaction: Transaction, library: Library, caller: Caller, prepared: Prepared
) -> int:
    """Return the index of the entry that attests it, with everybody's credential to be taken."""
    check_permitted(caller, Permission.CREDENTIAL_ISSUE)
    now, statement = library.clock(), prepared.attendance.statement
    entry, _ = append_statement(
        transaction, StatementType.ATTENDANCE, statement, library.steward, now
    )
    transaction.credentials.add_attendance(
        KeptAttendance(statement, prepared.attendance.format(), prepared.leaves, entry, now)
    )
    transaction.credentials.add(prepared.made)
    record_act(transaction, caller, now, ActKind.ATTESTED, statement, entry)
    return entry


def sealed_text(fields: Sequence[Disclosure], token: str = "") -> bytes:
    """Return what is kept of a credential, before it is sealed. token: as it was signed, if it was."""
    return canonical_json.canonicalize({"fields": [one.text for one in fields], "token": token})


def _disclosures(fields: Mapping[str, Value]) -> list[Disclosure]:
    return [
        Disclosure.make(secrets.token_bytes(SALT_BYTES), name, value)
        for name, value in fields.items()
    ]


def _made(reader: str, key: bytes | None, fields: Sequence[Disclosure], now: int) -> Credential:
    """Return the credential of a participant; of one who was erased meanwhile, nobody's."""
    name, kind = secrets.token_hex(ID_BYTES), CredentialKind.ATTENDANCE
    if key is None:
        return Credential(name, kind, None, b"", now)
    return Credential(name, kind, reader, seal(key, PURPOSE, sealed_text(fields)), now)


def _counted(one: Credential, attendance: Attendance, leaf: int) -> Credential:
    statement = attendance.statement
    return Credential(one.id, one.kind, one.reader, one.sealed, one.made_at, statement, leaf)


def _keys_of(library: Library, readers: Sequence[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with library.store.read() as transaction:
        for at in range(0, len(readers), READERS_AT_ONCE):
            some = readers[at : at + READERS_AT_ONCE]
            found.update(transaction.access.reader_keys(some))
    return found
