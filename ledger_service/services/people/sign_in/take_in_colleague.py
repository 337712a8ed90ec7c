"""Take in a colleague whom a university's account, by the library's own rule, gives a role of the staff."""

from __future__ import annotations

import secrets

from ledger_service.domain.errors import SignInRefused
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.identity import Identity, tag
from ledger_service.domain.people.session import Subject
from ledger_service.ports.people import KeptIdentity
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.begin_session import end_sessions_of
from ledger_service.services.people.identities import find_identity
from ledger_service.services.people.keep_colleagues import forget_identities, give_role

NAME_BYTES = 4


def take_in_colleague(library: Library, identity: Identity, role: Role, where: str) -> Subject:
    """Return the colleague of an identity, who has this role from now on.

    A new one gets a name that tells where they come from and nothing of who they are, such as
    `tatu-3f9c21ab`. What let them in by another role ends.

    Raises:
        SignInRefused: an administrator of the library has removed the colleague.
    """
    wanted = tag(library.people.key(), identity)
    with library.store.write() as transaction:
        found = transaction.identities.find(wanted)
        if found is None:
            name = f"{where}-{secrets.token_hex(NAME_BYTES)}"
        else:
            name = found.subject.name
            _check_kept(transaction, found.subject)
            if found.subject.role is role:
                return found.subject
            _take_role(transaction, found.subject)
        subject, now = Subject(role, name), library.clock()
        themselves = Caller.of_token(role, name, library.steward)
        give_role(transaction, themselves, name, role, now)
        transaction.identities.add(wanted, KeptIdentity(identity.kind, subject, now))
    return subject


def let_go_of_colleague(library: Library, identity: Identity) -> None:
    """End all that lets a colleague in, also by passkeys, whom the university calls of the staff no more."""
    subject = find_identity(library, identity)
    if subject is not None:
        with library.store.write() as transaction:
            end_sessions_of(transaction, subject)
            forget_identities(transaction, subject)


def _check_kept(transaction: Transaction, subject: Subject) -> None:
    colleague = transaction.colleagues.named(subject.name)
    if colleague is None or subject.role not in colleague.since:
        raise SignInRefused("removed")


def _take_role(transaction: Transaction, subject: Subject) -> None:
    end_sessions_of(transaction, subject)
    forget_identities(transaction, subject)
    number = transaction.colleagues.number(subject.name)
    transaction.colleagues.remove(number, subject.role)
