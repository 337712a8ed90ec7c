"""Find who an identity is of; take in whoever is new; bind identities to somebody, and take them away.

Identities are kept as tags under the people key, so that no name, number or account of a person is kept.
"""

from __future__ import annotations

import secrets

from ledger_service.domain.errors import IdentityInUse
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.identity import Identity, tag
from ledger_service.domain.people.session import Subject
from ledger_service.ports.people import KeptIdentity
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library

READER_KEY_BYTES = 32


def find_identity(library: Library, identity: Identity) -> Subject | None:
    """Return whose an identity is, None if nobody's."""
    wanted = tag(library.people.key(), identity)
    with library.store.read() as transaction:
        found = transaction.identities.find(wanted)
    return None if found is None else found.subject


def find_or_enroll(library: Library, identity: Identity, role: Role) -> Subject:
    """Return whose an identity is; of an unknown one, a new reader.

    The border has checked the identity, and that its role is so by the library's rules. A colleague is never
    taken in here: somebody who may decide that has bound the identity to a name before.

    Returns:
        The subject in the role that the identity has here, whatever is asked for.

    Raises:
        IdentityInUse: it is nobody's, and no reader's role is asked for.
    """
    wanted = tag(library.people.key(), identity)
    with library.store.read() as transaction:
        found = transaction.identities.find(wanted)
    if found is not None:
        return found.subject
    if role is not Role.READER:
        raise IdentityInUse("not-bound", role=role)
    with library.store.write() as transaction:
        found = transaction.identities.find(wanted)  # by whoever came at the same time
        if found is not None:
            return found.subject
        subject = Subject(role, add_reader(transaction))
        kept = KeptIdentity(identity.kind, subject, library.clock())
        transaction.identities.add(wanted, kept)
    return subject


def add_reader(transaction: Transaction) -> str:
    """Return the random name of a new reader, who is known only by it and by a key."""
    reader = secrets.token_hex(16)
    transaction.access.add_reader(reader, secrets.token_bytes(READER_KEY_BYTES))
    return reader


def bind(
    library: Library,
    transaction: Transaction,
    identity: Identity,
    subject: Subject,
    data: bytes | None = None,
) -> None:
    """Let an identity be somebody's from now on. data: what it is checked by.

    Raises:
        IdentityInUse: it is another's, or theirs in another role.
    """
    check_free(library, transaction, identity, subject)
    wanted = tag(library.people.key(), identity)
    kept = KeptIdentity(identity.kind, subject, library.clock(), data)
    transaction.identities.add(wanted, kept)


def check_free(
    library: Library, transaction: Transaction, identity: Identity, subject: Subject
) -> None:
    """Check that an identity is this person's or nobody's; raise IdentityInUse otherwise."""
    found = transaction.identities.find(tag(library.people.key(), identity))
    if found is not None and found.subject != subject:
        raise IdentityInUse("of-another")


def unbind(library: Library, transaction: Transaction, identity: Identity) -> bool:
    """Let an identity be nobody's from now on; return whether it was somebody's."""
    return transaction.identities.remove(tag(library.people.key(), identity))
