"""Tell what the library's people did, and erase the name of one who has left."""

from __future__ import annotations

from dataclasses import replace

from ledger_service.domain.errors import InvalidDigest
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import UNNAMED, Caller
from ledger_service.domain.people.permission import Permission, Reach, check_permitted, reach
from ledger_service.domain.people.session import Subject
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.people import ActFilter, KeptAct
from ledger_service.ports.store import Store, Transaction
from ledger_service.services.people.keep_colleagues import forget_identities


def list_acts(
    store: Store, caller: Caller, which: ActFilter, request: PageRequest
) -> Page[KeptAct]:
    """Return a page of acts, newest first: a colleague's own, or all of the library; raise InvalidCursor.

    which.about: of a resource, also the act that took it in.

    Raises:
        RoleNotHeld: acts are asked for by a name that the caller may not see.
    """
    if reach(caller, Permission.ACT_READ) is Reach.OWN:
        which = replace(which, holder=caller.subject)
    elif which.holder is not None:
        check_permitted(caller, Permission.ACT_HOLDER)
    with store.read() as transaction:
        if which.entry is None and which.about is not None:
            which = replace(which, entry=_entry_of(transaction, caller, which.about))
        return transaction.acts.page(which, request)


def erase_colleague(store: Store, caller: Caller, holder: str) -> bool:
    """Erase a name: acts keep a number, imports are nobody's, tokens and sign-in end; tell if it had acts."""
    check_permitted(caller, Permission.COLLEAGUE_ERASE)
    with store.write() as transaction:
        colleague = transaction.colleagues.named(holder)
        if colleague is not None:
            for role in colleague.since:
                transaction.colleagues.remove(colleague.number, role)
                forget_identities(transaction, Subject(role, holder))
        transaction.access.remove_tokens_of(holder)
        transaction.imports.rename_caller(holder, UNNAMED)
        return transaction.acts.erase(holder)


def _entry_of(transaction: Transaction, caller: Caller, about: str) -> int | None:
    try:
        found = transaction.registrations.find(Digest.parse(about), caller.steward)
    except InvalidDigest:
        return None
    return None if found is None else found.accepted_entry
