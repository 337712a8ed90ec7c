"""Decide whether a caller may do something to something, by the tables of `held`; whatever they do not
give is denied.

A refusal is an error with its reason and values, and so is what `Decision.why` tells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ledger_service.domain.chain_errors import NotSelfService
from ledger_service.domain.errors import (
    LedgerError,
    NoCaseStands,
    NoLiveGrant,
    NotAuthenticated,
    NotPermitted,
    RoleNotHeld,
)
from ledger_service.domain.people.caller import Actor, Caller, Role
from ledger_service.domain.people.permission.about import WHATEVER, Decision, Reach, Thing
from ledger_service.domain.people.permission.held import ENDS, GIVES, HELD, roles_with
from ledger_service.domain.people.permission.listed import OWN, PUBLIC, Permission
from ledger_service.domain.reasons import Reason


def decide(caller: Caller, action: Permission, about: Thing = WHATEVER) -> Decision:
    """Return whether the caller may do this to that, and why: the only function that says so.

    First the role: a permission reaches all, or what is the caller's own, or is not held. Then what is
    known of the thing.
    """
    how_far = _held(caller, action)
    if how_far is None:
        return _refused(None, _not_held(caller, action))
    if how_far is Reach.OWN and not about.is_of(caller):
        named = about.owner is not None
        refusal = RoleNotHeld("own-name") if named else _own_only(action)
        return _refused(how_far, refusal)
    condition = _CONDITIONS.get(action)
    against = None if condition is None else condition(caller, how_far, about)
    if against is not None:
        return _refused(how_far, against)
    return Decision(how_far, _by_right(caller, action, how_far))


def reach(caller: Caller, permission: Permission) -> Reach:
    """Return how far a permission reaches for a caller, who holds it, or its form for what is their own.

    Borders ask it, which do not know yet what is asked about.

    Raises:
        NotAuthenticated: the caller has sent no token, and this needs one.
        RoleNotHeld: none of the caller's roles holds it.
    """
    how_far = _held(caller, permission)
    if how_far is None:
        raise _not_held(caller, permission)
    return how_far


def check_permitted(caller: Caller, permission: Permission, about: Thing = WHATEVER) -> None:
    """Check that a caller may do this to that, or to whatever the library has; raise why not."""
    decide(caller, permission, about).check()


def reaches(caller: Caller, permission: Permission, about: Thing) -> bool:
    """Return whether a permission reaches a thing; raise as `reach` if it is not held at all."""
    reach(caller, permission)
    return decide(caller, permission, about).allowed


def sees(caller: Caller, permission: Permission, about: Thing) -> bool:
    """Return whether a permission reaches a thing, for who is shown less without it."""
    return decide(caller, permission, about).allowed


def holds(caller: Caller, permission: Permission) -> bool:
    """Return whether a role of the caller has the whole permission, for who may do less without it.

    What is asked about may still speak against it.
    """
    return _held(caller, permission) is Reach.ALL


def roles_ended_by(caller: Caller) -> frozenset[Role]:
    """Return the roles whose tokens the caller lists and ends, beside their own."""
    if not holds(caller, Permission.TOKEN_REVOKE):
        return frozenset()
    return frozenset().union(*(ENDS.get(role, frozenset()) for role in caller.roles))


def _held(caller: Caller, permission: Permission) -> Reach | None:
    if permission in PUBLIC or _has(caller, permission):
        return Reach.ALL
    own = OWN.get(permission)
    return Reach.OWN if own is not None and _has(caller, own) else None


def _has(caller: Caller, permission: Permission) -> bool:
    """Return whether a role has it, and the token was not made for less."""
    if caller.scopes is not None and permission.value not in caller.scopes:
        return False
    return any(permission in HELD[role] for role in caller.roles)


def _not_held(caller: Caller, permission: Permission) -> NotPermitted:
    if caller.actor is Actor.ANYBODY:
        return NotAuthenticated("no-token")
    return RoleNotHeld(
        "permission",
        permission=permission,
        roles=", ".join(roles_with(permission)),
        held=", ".join(sorted(caller.roles)),
    )


def _own_only(permission: Permission) -> NotPermitted:
    return RoleNotHeld("own", permission=permission, own=OWN[permission])


def _refused(how_far: Reach | None, refusal: LedgerError) -> Decision:
    return Decision(how_far, refusal.reason, refusal)


def _by_right(caller: Caller, action: Permission, how_far: Reach) -> Reason:
    if action in PUBLIC:
        return Reason("allowed.anybody")
    if how_far is Reach.OWN:
        return Reason("allowed.own")
    return Reason("allowed.role", {"roles": ", ".join(sorted(caller.roles))})


def _by_service(_: Caller, how_far: Reach, about: Thing) -> LedgerError | None:
    """A reader decides in place of a registrar only where the license lets them."""
    if how_far is Reach.OWN and about.self_service is False:
        return NotSelfService(license=about.license) if about.license else NotSelfService("renewal")
    return _against(about)


def _in_own_name(caller: Caller, _: Reach, about: Thing) -> LedgerError | None:
    """Whoever opens something does so in their own name, under a grant that stands."""
    if about.owner is not None and not about.is_of(caller):
        return RoleNotHeld("own-name")
    return _against(about)


def _unless_against(_: Caller, __: Reach, about: Thing) -> LedgerError | None:
    """What stands against a thing stands against everybody."""
    return _against(about)


def _in_case(caller: Caller, _: Reach, about: Thing) -> LedgerError | None:
    """An auditor looks at private parts in a case that is about them, and else at nothing."""
    cases = [case for case in caller.cases if about.at is None or case.stands_at(about.at)]
    if about.digest is None:
        return None if cases else NoCaseStands("none")
    if any(case.covers(about.digest) for case in cases):
        return None
    return NoCaseStands("about", digest=str(about.digest)) if cases else NoCaseStands("none")


def _gives(caller: Caller, _: Reach, about: Thing) -> LedgerError | None:
    """Nobody gives a role but by the table."""
    return _beyond(GIVES, caller, about)


def _ends(caller: Caller, _: Reach, about: Thing) -> LedgerError | None:
    """Everybody ends their own token; what others have, by the table only."""
    return None if about.is_of(caller) else _beyond(ENDS, caller, about)


def _beyond(
    table: Mapping[Role, frozenset[Role]], caller: Caller, about: Thing
) -> LedgerError | None:
    role = about.role
    if role is None or any(role in table.get(held, ()) for held in caller.roles):
        return None
    return RoleNotHeld("role", role=role, held=", ".join(sorted(caller.roles)))


def _against(about: Thing) -> LedgerError | None:
    return None if about.obstacle is None else NoLiveGrant("obstacle", why=about.obstacle)


Condition = Callable[[Caller, Reach, Thing], LedgerError | None]
"""condition(caller, how_far, about) returns what speaks against it, None if nothing does."""
_CONDITIONS: Mapping[Permission, Condition] = {
    Permission.GRANT_ISSUE: _by_service,
    Permission.GRANT_RENEW: _by_service,
    Permission.CONTENT_OPEN: _in_own_name,
    Permission.RESOURCE_READ: _unless_against,
    Permission.GRANT_RETURN: _unless_against,
    Permission.REQUEST_MAKE: _unless_against,
    Permission.PRIVATE_PART_READ: _in_case,
    Permission.READER_ENROLL: _gives,
    Permission.TOKEN_ISSUE: _gives,
    Permission.COLLEAGUE_ADD: _gives,
    Permission.COLLEAGUE_REMOVE: _ends,
    Permission.TOKEN_REVOKE: _ends,
}
