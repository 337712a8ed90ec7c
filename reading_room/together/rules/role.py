"""What a member of a project is, and what each role may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Protocol, TypeVar

from ledger_service.domain.errors import InvalidProject
from ledger_service.domain.reasons import Reason


class Right(StrEnum):
    """What may be done in a project."""

    READ = "read"  # see files, papers and members
    COMMENT = "comment"  # say something beside a text
    WRITE = "write"  # change papers and files
    MANAGE = "manage"  # invite, give roles, rename and archive


class ProjectRole(StrEnum):
    """What a member is to a project, from the least to the most."""

    READER = "reader"
    COMMENTER = "commenter"
    WRITER = "writer"
    LEAD = "lead"

    @property
    def rights(self) -> frozenset[Right]:
        """What this role may do."""
        return RIGHTS[self]

    @property
    def word(self) -> Reason:
        """What this role is called."""
        return _WORDS[self]

    @property
    def rank(self) -> int:
        """How much it may do: from 0."""
        return list(ProjectRole).index(self)


_EACH = tuple(zip(ProjectRole, Right, strict=True))
RIGHTS: Mapping[ProjectRole, frozenset[Right]] = {
    role: frozenset(right for _, right in _EACH[: place + 1])
    for place, (role, _) in enumerate(_EACH)
}
"""Each role may do what those before it may, and one thing more."""
_WORDS = {
    ProjectRole.READER: Reason("project-role.reader"),
    ProjectRole.COMMENTER: Reason("project-role.commenter"),
    ProjectRole.WRITER: Reason("project-role.writer"),
    ProjectRole.LEAD: Reason("project-role.lead"),
}


class Ranked(Protocol):
    """Somebody with a role, and a number that rises with who came later."""

    @property
    def role(self) -> ProjectRole:
        """What they are."""

    @property
    def number(self) -> int:
        """As the how many-th they came."""


Somebody = TypeVar("Somebody", bound=Ranked)


def parse_role(text: str) -> ProjectRole:
    """Return the role of this name; raise InvalidProject."""
    if text not in set(ProjectRole):
        raise InvalidProject("role", roles=", ".join(ProjectRole))
    return ProjectRole(text)


def heir(members: Iterable[Somebody]) -> Somebody | None:
    """Return who leads a project that has lost its last lead: of the highest role, who came first."""
    return min(members, key=lambda one: (-one.role.rank, one.number), default=None)
