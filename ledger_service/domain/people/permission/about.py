"""What a decision is about, and the decision: how far somebody reaches, or why they do not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Actor, Caller, Role
from ledger_service.domain.reasons import Reason


class Reach(Enum):
    """How far a permission reaches for a caller."""

    OWN = "own"  # what is the caller's own
    ALL = "all"  # whatever the library has


@dataclass(frozen=True, slots=True)
class Thing:
    """What somebody wants to act on, as far as it decides. What is None is not known, or there is none.

    owner: by whose name it goes: a reader's random name, or a colleague's; owned_by: which of the two. A
    thing without an owner is the library's.
    role: of the token or the colleague that is given or ended.
    self_service: whether its license lets a reader decide in place of a registrar; license: its name.
    obstacle: what stands against it whoever asks: withdrawn, no grant, all seats taken, kept elsewhere.
    digest: of the resource that a private part is about; at: when it is asked for, in seconds.
    """

    owner: str | None = None
    owned_by: Actor | None = None
    role: Role | None = None
    self_service: bool | None = None
    license: str = ""
    obstacle: Reason | None = None
    digest: Digest | None = None
    at: int | None = None

    @classmethod
    def of_reader(cls, reader: str, **facts: bool | str | Reason | None) -> Thing:
        """Return what is this reader's; facts: see the class."""
        return cls(reader, Actor.READER, **facts)  # type: ignore[arg-type]

    @classmethod
    def of_token(cls, role: Role, subject: str) -> Thing:
        """Return a token of this role, or a colleague who has it."""
        return cls(subject, Caller.actor_of(role), role)

    def is_of(self, caller: Caller) -> bool:
        """Return whether it is the caller's own; a colleague who has a reader's name is not that reader."""
        return self.owner is not None and caller.is_named(self.owner, self.owned_by)


WHATEVER = Thing()
"""All that the library has."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether somebody may do something. why: by what right, or what stands against it.

    reach: how far the permission reaches, None if no role of the caller has it; refusal: the error to raise.
    """

    reach: Reach | None
    why: Reason
    refusal: LedgerError | None = None

    @property
    def allowed(self) -> bool:
        """Whether it may be done."""
        return self.refusal is None

    def check(self) -> None:
        """Raise the refusal, if it is one."""
        if self.refusal is not None:
            raise self.refusal
