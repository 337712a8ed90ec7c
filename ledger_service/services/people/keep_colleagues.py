"""Add colleagues and remove them: each has a name and roles, and acts by tokens or sessions of these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger_service.domain.errors import ColleagueNotFound, InvalidInput
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import STAFF_ROLES, Caller, Role, check_holder
from ledger_service.domain.people.identity import IdentityKind
from ledger_service.domain.people.permission import (
    Permission,
    Thing,
    check_permitted,
    roles_ended_by,
    sees,
)
from ledger_service.domain.people.session import Subject
from ledger_service.ports.paging import every
from ledger_service.ports.people import Colleague, KeptToken, TokenFilter
from ledger_service.ports.store import Clock, Store, Transaction
from ledger_service.services.people.record_act import record_act


@dataclass(frozen=True)
class Means:
    """By what a colleague acts in a role. tokens: those that stand, sessions too.

    known_by: how many identities there are, by kind; an invitation is a link that was handed out.
    """

    known_by: Mapping[IdentityKind, int]
    tokens: Sequence[KeptToken]


def list_colleagues(store: Store, caller: Caller) -> list[Colleague]:
    """Return the colleagues who have a role that the caller ends, by number, each with all of their roles."""
    check_permitted(caller, Permission.COLLEAGUE_READ)
    ended = roles_ended_by(caller)
    with store.read() as transaction:
        everybody = transaction.colleagues.everybody()
    return [colleague for colleague in everybody if ended & colleague.since.keys()]


def find_colleague(store: Store, caller: Caller, number: int) -> Colleague:
    """Return one of those whom `list_colleagues` gives; raise ColleagueNotFound."""
    check_permitted(caller, Permission.COLLEAGUE_READ)
    found = next((one for one in list_colleagues(store, caller) if one.number == number), None)
    if found is None:
        raise ColleagueNotFound(number=number)
    return found


def means_of(store: Store, clock: Clock, caller: Caller, colleague: Colleague) -> dict[Role, Means]:
    """Return by what a colleague acts now, for each of the roles that the caller ends."""
    check_permitted(caller, Permission.COLLEAGUE_READ)
    ended = {role for role in colleague.since if ends(caller, colleague, role)}
    now = clock()
    with store.read() as transaction:
        return {role: _means(transaction, Subject(role, colleague.name), now) for role in ended}


def ends(caller: Caller, colleague: Colleague, role: Role) -> bool:
    """Return whether the caller takes this role away from the colleague."""
    about = Thing.of_token(role, colleague.name)
    return sees(caller, Permission.COLLEAGUE_REMOVE, about)


def _means(transaction: Transaction, subject: Subject, now: int) -> Means:
    which = TokenFilter(frozenset({subject.role}), "", role=subject.role, subject=subject.name)
    tokens = every(lambda page: transaction.access.page_of_tokens(which, page))
    known_by = Counter(kept.kind for _, kept in transaction.identities.of(subject))
    return Means(known_by, [kept for kept in tokens if kept.token.expires_at > now])


def add_colleague(store: Store, clock: Clock, caller: Caller, name: str, role: Role) -> Colleague:
    """Return the colleague of this name, who has the role from now on, and the roles from before.

    Raises:
        InvalidInput: a role that no colleague has.
        InvalidHolder: staff cannot be named so.
        RoleNotHeld: the caller does not give this role.
    """
    if role not in STAFF_ROLES:
        raise InvalidInput("role-of-no-token", role=role, roles=", ".join(STAFF_ROLES))
    check_permitted(caller, Permission.COLLEAGUE_ADD, Thing.of_token(role, name))
    check_holder(name)
    with store.write() as transaction:
        return give_role(transaction, caller, name, role, clock())


def give_role(
    transaction: Transaction, caller: Caller, name: str, role: Role, now: int
) -> Colleague:
    """Return the colleague of this name with this role, for a verb that has asked whether it may be given."""
    known = transaction.colleagues.named(name)
    found = transaction.colleagues.add(name, role, now)
    if known is None or role not in known.since:
        record_act(transaction, caller, now, ActKind.COLLEAGUE_ADDED, found.number)
    return found


def remove_colleague(
    store: Store, clock: Clock, caller: Caller, number: int, role: Role | None = None
) -> Colleague:
    """Return the colleague as before: the role is taken away, or all of them, and its tokens end at once.

    Raises:
        ColleagueNotFound: nobody of this number has this role, or any.
        RoleNotHeld: the caller does not end one of these roles; then none is.
    """
    check_permitted(caller, Permission.COLLEAGUE_REMOVE)
    with store.write() as transaction:
        found = transaction.colleagues.find(number)
        if found is None or (role is not None and role not in found.since):
            raise ColleagueNotFound(number=number)
        roles = list(found.since) if role is None else [role]
        for item in roles:
            about = Thing.of_token(item, found.name)
            check_permitted(caller, Permission.COLLEAGUE_REMOVE, about)
        for item in roles:
            transaction.colleagues.remove(number, item)
            transaction.access.remove_all_of(Subject(item, found.name))
            forget_identities(transaction, Subject(item, found.name))
        record_act(transaction, caller, clock(), ActKind.COLLEAGUE_REMOVED, number)
    return found


def forget_identities(transaction: Transaction, subject: Subject) -> None:
    """Forget by what a colleague was known, but a university's account: its rule would bring them back.

    The name at such an account is random, and tells nobody who it was.
    """
    for tag, kept in transaction.identities.of(subject):
        if kept.kind is not IdentityKind.UNIVERSITY:
            transaction.identities.remove(tag)
