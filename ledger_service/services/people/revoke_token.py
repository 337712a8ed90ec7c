"""List access tokens and revoke them: everybody their own, registrars readers', the operator all."""

from __future__ import annotations

from ledger_service.domain.errors import TokenNotFound
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import TOKEN_ROLES, Caller, Role
from ledger_service.domain.people.permission import Permission, Reach, holds, reach
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.people import KeptToken, TokenFilter
from ledger_service.ports.store import Clock, Store
from ledger_service.services.people.record_act import record_act


def list_tokens(
    store: Store,
    caller: Caller,
    request: PageRequest,
    role: Role | None = None,
    subject: str | None = None,
) -> Page[KeptToken]:
    """Return a page of the tokens that the caller may revoke, expired ones too; raise InvalidCursor.

    role, subject: only of these, where they are given.
    """
    reached = _roles(caller, reach(caller, Permission.TOKEN_REVOKE))
    which = TokenFilter(reached, caller.subject, role, subject)
    with store.read() as transaction:
        return transaction.access.page_of_tokens(which, request)


def revoke_token(store: Store, clock: Clock, caller: Caller, token_id: str) -> KeptToken:
    """Return the token, which lets nobody in from now on: every request looks its token up.

    Raises:
        TokenNotFound: there is none of this id, or none that the caller may revoke.
    """
    reached = _roles(caller, reach(caller, Permission.TOKEN_REVOKE))
    with store.write() as transaction:
        found = transaction.access.named_token(token_id)
        if found is None or not (
            found.token.role in reached or found.token.subject == caller.subject
        ):
            raise TokenNotFound(token_id=token_id[:40])
        transaction.access.remove_token(found.digest)
        record_act(transaction, caller, clock(), ActKind.TOKEN_REVOKED, found.id)
    return found


def _roles(caller: Caller, how_far: Reach) -> frozenset[Role]:
    """Return the roles of which the caller reaches all tokens, beside their own."""
    if how_far is Reach.ALL:
        return frozenset(TOKEN_ROLES)
    return frozenset({Role.READER} if holds(caller, Permission.READER_ENROLL) else ())
