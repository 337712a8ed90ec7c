"""Tell what a caller may do with a resource, and why or why not, and what would help.

It tells what the policy decides by what the library knows. Whoever opens something is decided about anew, on
the chain, and that is an entry; to ask here is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.errors import NotAuthenticated, RoleNotHeld
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.denial import Denial, why_not_readable
from ledger_service.domain.lending.grant import GRANT_STATES_STANDING, Grant, Scope
from ledger_service.domain.people.caller import Actor, Caller
from ledger_service.domain.people.permission import (
    Decision,
    Permission,
    Thing,
    check_permitted,
    decide,
)
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.registration import STATES_WITHDRAWN, Registration
from ledger_service.ports.resources import License
from ledger_service.services.library import Library
from ledger_service.services.resources.find_content import find_kept, registered_here


class Action(StrEnum):
    """What somebody may want to do with a resource."""

    READ = "read"  # in the page, or fetched under an opening
    DOWNLOAD = "download"
    PRINT = "print"
    ASK = "ask"  # to be lent it
    RENEW = "renew"
    RETURN = "return"


class Help(StrEnum):
    """What would help who may not."""

    SIGN_IN = "sign-in"
    AS_READER = "as-reader"  # sign in as one
    ASK = "ask"  # to be lent it
    WAIT = "wait"  # the grant is on its way
    LIBRARY = "library"  # ask its people
    SUCCESSOR = "successor"  # look for what stands in its place


@dataclass(frozen=True)
class Access:
    """Whether a caller may do something. helps: what would help if not, None if nothing does."""

    action: Action
    allowed: bool
    why: Reason
    helps: Help | None


@dataclass(frozen=True)
class ToldAccess:
    """What a caller may do with a resource. license: its name; until: the end of the caller's grant."""

    license: str
    is_open: bool
    until: int | None
    actions: tuple[Access, ...]

    @property
    def told(self) -> tuple[Access, ...]:
        """What is to be said before anybody signs in, or once they have."""
        return tuple(found for found in self.actions if found.helps is not Help.SIGN_IN)

    @property
    def may_read(self) -> bool:
        """Whether the caller may read it now."""
        return self.of(Action.READ).allowed

    def of(self, action: Action) -> Access:
        """Return what is told of an action."""
        return next(found for found in self.actions if found.action is action)


@dataclass(frozen=True)
class _Facts:
    """What decides. against: what stands against the resource, whoever asks."""

    caller: Caller
    license: License
    grant: Grant | None
    against: Denial | None
    now: int

    @property
    def why_no_grant(self) -> Denial | None:
        """Why the caller's grant permits no reading, or that there is none."""
        if self.grant is None:
            return Denial.NO_GRANT
        why = why_not_readable(self.grant)
        return Denial.EXPIRED if why is None and self.grant.until <= self.now else why

    @property
    def is_held(self) -> bool:
        """Whether the caller has a grant that is live, or on its way to be."""
        grant = self.grant
        return grant is not None and grant.state in GRANT_STATES_STANDING and grant.until > self.now


def tell_access(library: Library, caller: Caller, digest: Digest) -> ToldAccess:
    """Return what the caller may do with a resource; raise ResourceNotFound."""
    check_permitted(caller, Permission.RESOURCE_READ)
    with library.store.read() as transaction:
        registration = registered_here(transaction, library, digest, also_in_bulk=True)
        license_row = transaction.licenses.find(registration.license)
        is_reader = caller.actor is Actor.READER
        grants = transaction.grants.of_reader(caller.subject, digest) if is_reader else []
    assert license_row is not None  # licenses are never deleted
    against = _against(library, registration)
    now = library.clock()
    live = [grant for grant in grants if why_not_readable(grant) is None and grant.until > now]
    grant = next(iter(live or grants), None)
    facts = _Facts(caller, license_row, grant, against, now)
    actions = tuple(_access(facts, action) for action in Action)
    until = None if grant is None or not facts.is_held else grant.until
    return ToldAccess(license_row.name, license_row.terms.is_open, until, actions)


def _against(library: Library, registration: Registration) -> Denial | None:
    if registration.state in STATES_WITHDRAWN:
        return Denial.WITHDRAWN
    return Denial.ELSEWHERE if find_kept(library, registration) is False else None


def _access(facts: _Facts, action: Action) -> Access:
    decision, denial = _decided(facts, action)
    return Access(
        action,
        decision.allowed,
        decision.why if denial is None or decision.reach is None else denial,
        None if decision.allowed else _help(decision, denial, action),
    )


def _decided(facts: _Facts, action: Action) -> tuple[Decision, Reason | None]:
    """Return what the policy says, and what stands against it."""
    permission, against = _asked(facts, action)
    terms = facts.license.terms
    about = Thing(
        facts.caller.subject,
        facts.caller.actor,
        self_service=terms.self_service if action is Action.RENEW else None,
        license=facts.license.name,
        obstacle=against,
    )
    return decide(facts.caller, permission, about), against


def _asked(facts: _Facts, action: Action) -> tuple[Permission, Reason | None]:
    """Return the permission that an action needs, and what stands against it."""
    against = None if facts.against is None else facts.against.reason
    if action in _SCOPES:
        if facts.license.terms.is_open:
            return Permission.RESOURCE_READ, against
        why = facts.why_no_grant
        if why is None and facts.grant is not None and _SCOPES[action] not in facts.grant.scopes:
            why = Denial.SCOPE
        return Permission.CONTENT_OPEN, against or (None if why is None else why.reason)
    if action is Action.ASK:
        if facts.license.terms.is_open:
            against = against or Reason("access.open")
        elif facts.is_held:
            against = against or Reason("access.held")
        return Permission.REQUEST_MAKE, against
    why = None if facts.is_held else Denial.NO_GRANT
    needed = Permission.GRANT_RENEW if action is Action.RENEW else Permission.GRANT_RETURN
    if action is Action.RENEW and against is not None:
        return needed, against
    return needed, None if why is None else why.reason


def _help(decision: Decision, against: Reason | None, action: Action) -> Help | None:
    if isinstance(decision.refusal, NotAuthenticated):
        return Help.SIGN_IN
    if isinstance(decision.refusal, RoleNotHeld):
        return Help.AS_READER
    if against is None:
        return Help.LIBRARY
    if action in _SCOPES:
        return _HELPS.get(against.name, Help.ASK)
    return _HELPS.get(against.name) if action is Action.ASK else None


_SCOPES = {
    Action.READ: Scope.READ,
    Action.DOWNLOAD: Scope.DOWNLOAD,
    Action.PRINT: Scope.PRINT,
}
_HELPS = {
    Denial.WITHDRAWN.reason.name: Help.SUCCESSOR,
    Denial.ELSEWHERE.reason.name: Help.LIBRARY,
    Denial.NOT_ISSUED.reason.name: Help.WAIT,
    Denial.SCOPE.reason.name: Help.LIBRARY,
}
