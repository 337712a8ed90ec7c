"""Who asks for something: made at the border, required by every verb that acts or shows what is private."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.errors import InvalidHolder
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.people.case import Case

LONGEST_HOLDER = 64  # characters
UNNAMED = "unnamed"
"""Who holds a staff token that was made before tokens named their holders."""
OPERATOR_NAME = "operator"
"""Who acts at the library's own machine: its commands, and the tokens that `muhr init` makes."""


class Role(StrEnum):
    """What a caller is to the library. An operator acts at its machine, and has no token of this role.

    An admin looks after the steward's colleagues, a consortium's admin after the admins of its stewards; a
    service is a program that sends what others catalog.
    """

    READER = "reader"
    REGISTRAR = "registrar"
    AUDITOR = "auditor"
    ADMIN = "admin"
    CONSORTIUM_ADMIN = "consortium-admin"
    SERVICE = "service"
    OPERATOR = "operator"


TOKEN_ROLES = (
    Role.REGISTRAR,
    Role.READER,
    Role.AUDITOR,
    Role.ADMIN,
    Role.CONSORTIUM_ADMIN,
    Role.SERVICE,
)
"""The roles that a token can have."""
STAFF_ROLES = tuple(role for role in TOKEN_ROLES if role is not Role.READER)
"""The roles that a colleague can have."""


class Actor(StrEnum):
    """What kind of actor a caller is; it says how the subject is to be read."""

    ANYBODY = "anybody"  # sent no token; the subject is empty
    READER = "reader"  # the subject is the random name of a reader
    STAFF = "staff"  # the subject is the name that the library gave to whoever holds the token
    OPERATOR = "operator"  # the subject is OPERATOR_NAME


class ActorClass(StrEnum):
    """Of what class an actor is, as it is told of what is done."""

    HUMAN = "human"  # a reader
    STAFF = "staff"  # a colleague, or the operator
    ROBOT = "robot"  # the library's own worker, which decides nothing
    AGENT = "agent"  # a program with a token that a person made for some permissions
    SERVICE = "service"  # a program with a role of its own


PROGRAMS = (ActorClass.AGENT, ActorClass.SERVICE)
"""Of actors that are no people; the library's own worker brings no decision about."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. subject: the name by which callers are told apart; steward: for whom the library acts.

    scopes: the only permissions that the token was made for, by their names; None: all of its role.
    cases: those of an auditor that stood when they called.

    A reader's subject is random, and staff are named by their work: neither is ever in an entry or on
    chain.
    """

    actor: Actor
    subject: str
    roles: frozenset[Role]
    steward: StewardId
    scopes: frozenset[str] | None = None
    cases: tuple[Case, ...] = ()

    @classmethod
    def anybody(cls, steward: StewardId) -> Caller:
        """Return the caller who has sent no token."""
        return cls(Actor.ANYBODY, "", frozenset(), steward)

    @classmethod
    def operator(cls, steward: StewardId) -> Caller:
        """Return the caller of a command that runs with the library's own database."""
        return cls(Actor.OPERATOR, OPERATOR_NAME, frozenset({Role.OPERATOR}), steward)

    @classmethod
    def of_token(
        cls, role: Role, subject: str, steward: StewardId, scopes: frozenset[str] | None = None
    ) -> Caller:
        """Return the caller who holds a token of this role."""
        return cls(cls.actor_of(role), subject, frozenset({role}), steward, scopes)

    @staticmethod
    def actor_of(role: Role) -> Actor:
        """Return what kind of actor has a token of this role."""
        return Actor.READER if role is Role.READER else Actor.STAFF

    @property
    def actor_class(self) -> ActorClass:
        """Of what class this actor is."""
        if self.scopes is not None:
            return ActorClass.AGENT
        if Role.SERVICE in self.roles:
            return ActorClass.SERVICE
        return ActorClass.HUMAN if self.actor is Actor.READER else ActorClass.STAFF

    def case_for(self, digest: Digest | None, at: int) -> Case | None:
        """Return the case in which they look at what is of this resource; None if none stands then."""
        cases = (case for case in self.cases if case.stands_at(at) and case.covers(digest))
        return next(cases, None)

    def is_named(self, name: str, actor: Actor | None = None) -> bool:
        """Return whether the caller has this name, as an actor of this kind where one is given."""
        return self.actor in (actor or self.actor,) and self.subject == name


def check_holder(name: str) -> None:
    """Check that staff may be named so; raise InvalidHolder otherwise."""
    is_printable = name.isprintable() and name == name.strip()
    if not is_printable or not 1 <= len(name) <= LONGEST_HOLDER:
        raise InvalidHolder("form", longest=LONGEST_HOLDER)
    if name == UNNAMED:
        raise InvalidHolder("taken", name=UNNAMED)
