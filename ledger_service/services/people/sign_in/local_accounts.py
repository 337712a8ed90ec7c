"""Let somebody in by card number and passphrase, and change a passphrase.

Whatever is wrong, the answer is the same and takes as long: an account that nobody has is checked against a
hash, too.
"""

from __future__ import annotations

from dataclasses import replace

from ledger_service.domain.errors import InvalidInput, NotAuthenticated
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.identity import Identity, IdentityKind, tag
from ledger_service.domain.people.local_account import (
    OWN_ISSUER,
    card_identity,
    check_passphrase,
    normal_passphrase,
)
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.domain.people.session import Subject
from ledger_service.ports.people import KeptIdentity
from ledger_service.services.library import Library
from ledger_service.services.people.attempts import Attempts
from ledger_service.services.people.sign_in.passphrase import (
    check_hash,
    hash_passphrase,
    is_outdated,
)

NOBODY = Identity(IdentityKind.CARD, OWN_ISSUER, "-")
"""Who types what is no card number; a card number has no dash."""


def let_in_by_card(
    library: Library, attempts: Attempts, address: str, card: str, passphrase: str
) -> Subject:
    """Return who has this card and this passphrase. It takes about 0.1 seconds of a core, and 64 MiB.

    Raises:
        TooManyAttempts: too many failed, of the card or of the address.
        NotAuthenticated: something is wrong; what it is, is not told.
    """
    key = library.people.key()
    wanted = tag(key, _identity(card))
    attempts.check(address, wanted)
    with library.store.read() as transaction:
        found = transaction.identities.find(wanted)
    kept = None if found is None else found.data
    is_right = check_hash(key, kept, normal_passphrase(passphrase))
    if found is None or kept is None or not is_right:
        attempts.failed(address, wanted)
        raise NotAuthenticated("card")
    attempts.succeeded(wanted)
    if is_outdated(kept):
        _keep(library, wanted, found, hash_passphrase(key, normal_passphrase(passphrase)))
    return found.subject


def change_passphrase(
    library: Library,
    caller: Caller,
    attempts: Attempts,
    address: str,
    card: str,
    old: str,
    new: str,
) -> None:
    """Keep a new passphrase of one's own, and end all of one's sessions; the caller begins a new one.

    Raises:
        TooManyAttempts, NotAuthenticated: as `let_in_by_card`, also if the card is another's.
        InvalidInput: the new passphrase is not taken.
    """
    reach(caller, Permission.TOKEN_REVOKE)
    identity, passphrase = _identity(card), normal_passphrase(new)
    subject = let_in_by_card(library, attempts, address, card, old)
    if subject.name != caller.subject or subject.role not in caller.roles:
        raise NotAuthenticated("card")
    if normal_passphrase(old) == passphrase:
        raise InvalidInput("passphrase-same")
    check_passphrase(passphrase, identity)
    key, now = library.people.key(), library.clock()
    kept = hash_passphrase(key, passphrase)
    with library.store.write() as transaction:
        wanted = tag(key, identity)
        found = transaction.identities.find(wanted)
        if found is None or found.subject != subject:  # it was taken away meanwhile
            raise NotAuthenticated("card")
        transaction.identities.add(wanted, replace(found, data=kept))
        transaction.access.end_sessions(subject, now, 0)


def _identity(card: str) -> Identity:
    try:
        return card_identity(card)
    except InvalidInput:
        return NOBODY


def _keep(library: Library, wanted: bytes, found: KeptIdentity, kept: bytes) -> None:
    with library.store.write() as transaction:
        if transaction.identities.find(wanted) == found:
            transaction.identities.add(wanted, replace(found, data=kept))
