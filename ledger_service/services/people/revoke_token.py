"""List access tokens and revoke them: everybody their own, and those of the roles that they end."""

from __future__ import annotations

from ledger_service.domain.errors import TokenNotFound
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.permission import (
    Permission,
    Thing,
    reach,
    reaches,
    roles_ended_by,
)
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
    reach(caller, Permission.TOKEN_REVOKE)
    own_roles = frozenset(each for each in Role if Caller.actor_of(each) is caller.actor)
    which = TokenFilter(roles_ended_by(caller), caller.subject, own_roles, role, subject)
    with store.read() as transaction:
        return transaction.access.page_of_tokens(which, request)


def revoke_token(store: Store, clock: Clock, caller: Caller, token_id: str) -> KeptToken:
    """Return the token, which lets nobody in from now on: every request looks its token up.

    Raises:
        TokenNotFound: there is none of this id, or none that the caller may revoke.
    """
    reach(caller, Permission.TOKEN_REVOKE)
    with store.write() as transaction:
        found = transaction.access.named_token(token_id)
        if found is None or not reaches(
            caller, Permission.TOKEN_REVOKE, Thing.of_token(found.token.role, found.token.subject)
        ):
            raise TokenNotFound(token_id=token_id[:40])
        transaction.access.remove_token(found.digest)
        record_act(transaction, caller, clock(), ActKind.TOKEN_REVOKED, found.id)
    return found
