"""Invite readers and colleagues: a link that ends, by which somebody sets the passphrase of a card, once.

Of an invitation the library keeps a tag of its secret and, sealed, the tag of the card, so that the database
tells neither.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import (
    IdentityInUse,
    InvalidInput,
    InvitationNotFound,
    UnknownReader,
)
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import STAFF_ROLES, Caller, Role, check_holder
from ledger_service.domain.people.identity import Identity, IdentityKind, tag
from ledger_service.domain.people.local_account import (
    OWN_ISSUER,
    card_identity,
    check_passphrase,
    normal_passphrase,
)
from ledger_service.domain.people.permission import Permission, Thing, check_permitted
from ledger_service.domain.people.session import Subject
from ledger_service.ports.people import KeptIdentity
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.identities import add_reader, check_free
from ledger_service.services.people.keep_colleagues import give_role
from ledger_service.services.people.reader_seal import open_sealed, seal
from ledger_service.services.people.record_act import record_act
from ledger_service.services.people.sign_in.passphrase import hash_passphrase

INVITATION_SECONDS = 7 * 86_400
_PURPOSE = "invitation"


@dataclass(frozen=True)
class Invitation:
    """The only time that the secret of a link is told. until: when it ends, in seconds since 1970 UTC."""

    subject: Subject
    secret: str
    until: int

    @property
    def path(self) -> str:
        """The path of the page at which a passphrase is set."""
        return f"/invitation/{self.secret}"


def invite_reader(
    library: Library, caller: Caller, card: str, reader: str | None = None
) -> Invitation:
    """Return an invitation for whoever has this card: who has it already, or the reader named, or a new one.

    Raises:
        InvalidInput: no card number. UnknownReader: no reader of this name.
        IdentityInUse: somebody else has the card.
    """
    identity = card_identity(card)
    check_permitted(caller, Permission.READER_ENROLL, Thing(role=Role.READER))
    with library.store.write() as transaction:
        subject = _reader(library, transaction, identity, reader)
        record_act(transaction, caller, library.clock(), ActKind.READER_INVITED, subject.role)
        return _invite(library, transaction, identity, subject)


def invite_colleague(
    library: Library, caller: Caller, name: str, role: Role, card: str | None = None
) -> Invitation:
    """Return an invitation for a colleague, who signs in by their name, or by what `card` says.

    Raises:
        InvalidInput: no role of staff. InvalidHolder: staff cannot be named so.
        RoleNotHeld: the caller does not give this role.
        IdentityInUse: somebody else signs in so, or the same colleague in another role.
    """
    check_permitted(caller, Permission.COLLEAGUE_ADD, Thing.of_token(role, name))
    check_holder(name)
    if role not in STAFF_ROLES:
        raise InvalidInput("role-of-no-token", role=role, roles=", ".join(STAFF_ROLES))
    identity = card_identity(card or name)
    with library.store.write() as transaction:
        subject = Subject(role, name)
        check_free(library, transaction, identity, subject)
        give_role(transaction, caller, name, role, library.clock())
        record_act(transaction, caller, library.clock(), ActKind.COLLEAGUE_INVITED, role)
        return _invite(library, transaction, identity, subject)


def find_invitation(library: Library, secret: str) -> Subject:
    """Return whom the link with this secret invites; raise InvitationNotFound."""
    with library.store.read() as transaction:
        return _open(library, transaction, secret)[0]


def accept_invitation(library: Library, secret: str, card: str, passphrase: str) -> Subject:
    """Return who has the passphrase from now on; the link is used up. What let them in before is ended.

    Raises:
        InvitationNotFound: there is no such link, it has ended, or it is for another card.
        InvalidInput: no card number, or a passphrase that is not taken; the link can be used again.
    """
    identity, passphrase = card_identity(card), normal_passphrase(passphrase)
    with library.store.read() as transaction:
        _check_card(library, transaction, secret, identity)
    check_passphrase(passphrase, identity)
    kept = hash_passphrase(library.people.key(), passphrase)
    with library.store.write() as transaction:
        subject = _check_card(library, transaction, secret, identity)
        check_free(library, transaction, identity, subject)
        now = library.clock()
        row = KeptIdentity(IdentityKind.CARD, subject, now, kept)
        transaction.identities.add(tag(library.people.key(), identity), row)
        transaction.identities.remove(_tag(library, secret))
        transaction.access.end_sessions(subject, now, 0)
    return subject


def _invite(
    library: Library,
    transaction: Transaction,
    identity: Identity,
    subject: Subject,
) -> Invitation:
    secret, now, key = secrets.token_urlsafe(32), library.clock(), library.people.key()
    until = now + INVITATION_SECONDS
    for other, kept in transaction.identities.of(subject):
        if kept.kind is IdentityKind.INVITATION:  # the newest link is the only one that holds
            transaction.identities.remove(other)
    told = canonical_json.canonicalize({"card": tag(key, identity).hex(), "until": until})
    row = KeptIdentity(IdentityKind.INVITATION, subject, now, seal(key, _PURPOSE, told))
    transaction.identities.add(_tag(library, secret), row)
    return Invitation(subject, secret, until)


def _reader(
    library: Library, transaction: Transaction, identity: Identity, reader: str | None
) -> Subject:
    if reader is not None:
        if transaction.access.reader_key(reader) is None:
            raise UnknownReader(reader=reader[:80])
        subject = Subject(Role.READER, reader)
        check_free(library, transaction, identity, subject)
    else:
        wanted = tag(library.people.key(), identity)
        found = transaction.identities.find(wanted)
        subject = found.subject if found else Subject(Role.READER, add_reader(transaction))
    if subject.role is not Role.READER:
        raise IdentityInUse("of-another")
    now = library.clock()
    wanted = tag(library.people.key(), identity)
    if transaction.identities.find(wanted) is None:
        transaction.identities.add(wanted, KeptIdentity(IdentityKind.CARD, subject, now))
    return subject


def _open(library: Library, transaction: Transaction, secret: str) -> tuple[Subject, str]:
    """Return whom a link invites, and the tag of the card in hex."""
    found = transaction.identities.find(_tag(library, secret))
    if found is None or found.kind is not IdentityKind.INVITATION or found.data is None:
        raise InvitationNotFound()
    told = canonical_json.parse(open_sealed(library.people.key(), _PURPOSE, found.data))
    if told["until"] <= library.clock():
        raise InvitationNotFound()
    return found.subject, str(told["card"])


def _check_card(
    library: Library, transaction: Transaction, secret: str, identity: Identity
) -> Subject:
    subject, card = _open(library, transaction, secret)
    if card != tag(library.people.key(), identity).hex():
        raise InvitationNotFound("card")
    return subject


def _tag(library: Library, secret: str) -> bytes:
    identity = Identity(IdentityKind.INVITATION, OWN_ISSUER, secret[:100] or "-")
    return tag(library.people.key(), identity)
