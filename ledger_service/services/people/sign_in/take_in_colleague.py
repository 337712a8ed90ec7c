"""Take in a colleague whom a university's account, by the library's own rule, gives a role of the staff."""

from __future__ import annotations

import secrets

from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.identity import Identity, tag
from ledger_service.domain.people.session import Subject
from ledger_service.ports.people import KeptIdentity
from ledger_service.services.library import Library
from ledger_service.services.people.begin_session import end_sessions_of
from ledger_service.services.people.identities import find_identity

NAME_BYTES = 4


def take_in_colleague(library: Library, identity: Identity, role: Role, where: str) -> Subject:
    """Return the colleague of an identity, who has this role from now on.

    A new one gets a name that tells where they come from and nothing of who they are, such as
    `tatu-3f9c21ab`. Sessions in another role end.
    """
    wanted = tag(library.people.key(), identity)
    with library.store.write() as transaction:
        found = transaction.identities.find(wanted)
        if found is not None and found.subject.role is role:
            return found.subject
        if found is None:
            name = f"{where}-{secrets.token_hex(NAME_BYTES)}"
        else:
            name = found.subject.name
            end_sessions_of(transaction, found.subject)
        subject = Subject(role, name)
        transaction.identities.add(wanted, KeptIdentity(identity.kind, subject, library.clock()))
    return subject


def let_go_of_colleague(library: Library, identity: Identity) -> None:
    """End all that lets a colleague in whom the university calls one of the staff no more."""
    subject = find_identity(library, identity)
    if subject is not None:
        with library.store.write() as transaction:
            end_sessions_of(transaction, subject)
