"""What the verbs need of the room's tables. What people wrote is sealed there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from reading_room.together.rules.project import PaperId, ProjectId, ProjectState
from reading_room.together.rules.role import ProjectRole


@dataclass(frozen=True)
class KeptProject:
    """A project as it is kept. key: wrapped; title: sealed under it.

    made_at: seconds since 1970 UTC. numbers: how many were ever members, of whom each has a number.
    generation: rises whenever somebody's rights become others.
    """

    id: ProjectId
    key: bytes
    title: bytes
    state: ProjectState
    made_at: int
    numbers: int
    generation: int


@dataclass(frozen=True)
class Member:
    """A member. number: from 1, in this project, and nobody's after them; name: sealed, None for none.

    reader: the random name by which the library knows them, which no other member is shown.
    """

    project: ProjectId
    number: int
    reader: str
    role: ProjectRole
    name: bytes | None
    joined_at: int


@dataclass(frozen=True)
class KeptPaper:
    """A paper as it is kept. key: of what is written in it, wrapped; title: sealed under the project's key.

    made_by: the number of a member, who may have left.
    """

    id: PaperId
    project: ProjectId
    title: bytes
    key: bytes
    made_by: int
    made_at: int


@dataclass(frozen=True)
class KeptInvitation:
    """An invitation as it is kept. secret: SHA-256 of the secret of its link; person: the tag of an identity.

    One of both is None. about: for whom it is, as the lead wrote it, sealed. uses: how many may still come by
    it, None for any number. until: seconds since 1970 UTC.
    """

    id: str
    project: ProjectId
    role: ProjectRole
    secret: bytes | None
    person: bytes | None
    about: bytes | None
    uses: int | None
    made_by: int
    made_at: int
    until: int


@dataclass(frozen=True)
class KeptFile:
    """A file as it is kept. name: sealed; newest: the number of its newest version."""

    id: str
    project: ProjectId
    name: bytes
    newest: int
    made_at: int


@dataclass(frozen=True)
class KeptVersion:
    """A version of a file as it is kept. cid: where its ciphertext lies; key: of it, sealed; about: sealed.

    size_bytes: of the file as it came. made_by: the number of a member, who may have left.
    """

    file: str
    project: ProjectId
    number: int
    cid: str
    key: bytes
    about: bytes
    size_bytes: int
    made_by: int
    made_at: int


class ProjectTables(Protocol):
    """Projects and their members."""

    def add(self, project: KeptProject) -> None:
        """Add a project."""

    def find(self, project: ProjectId) -> KeptProject | None:
        """Return a project; None if there is none."""

    def set(self, project: KeptProject) -> None:
        """Let a project that stands be as told here."""

    def remove(self, project: ProjectId) -> None:
        """Remove a project and every row of the room that belongs to it or to one of its papers."""

    def member(self, project: ProjectId, reader: str) -> Member | None:
        """Return this reader as a member; None if they are none."""

    def members(self, project: ProjectId) -> list[Member]:
        """Return all members, by number."""

    def memberships(self, reader: str) -> list[Member]:
        """Return all that this reader is a member of, the newest first."""

    def add_member(self, member: Member) -> None:
        """Add a member with a new number."""

    def set_member(self, member: Member) -> None:
        """Let a member be as told here."""

    def remove_member(self, project: ProjectId, number: int) -> None:
        """Remove a member."""


class PaperTable(Protocol):
    """Papers."""

    def add(self, paper: KeptPaper) -> None:
        """Add a paper."""

    def set(self, paper: KeptPaper) -> None:
        """Let the paper have this title."""

    def find(self, paper: PaperId) -> KeptPaper | None:
        """Return a paper; None if there is none."""

    def of(self, project: ProjectId) -> list[KeptPaper]:
        """Return all papers of a project, the newest first."""

    def remove(self, paper: PaperId) -> None:
        """Remove a paper and every row of the room that belongs to it."""


class InvitationTable(Protocol):
    """Invitations."""

    def add_all(self, invitations: Sequence[KeptInvitation]) -> None:
        """Add invitations."""

    def find(self, invitation: str) -> KeptInvitation | None:
        """Return the invitation of this id; None if there is none."""

    def by_secret(self, secret: bytes) -> KeptInvitation | None:
        """Return the invitation of the link with this digest; None if there is none."""

    def of(self, project: ProjectId) -> list[KeptInvitation]:
        """Return all invitations of a project, the newest first."""

    def for_people(self, persons: Sequence[bytes]) -> list[KeptInvitation]:
        """Return the invitations for any of these tags, the newest first."""

    def set_uses(self, invitation: str, uses: int) -> None:
        """Let so many still come by it."""

    def remove(self, invitation: str) -> None:
        """Remove an invitation."""

    def remove_ended(self, until: int) -> None:
        """Remove what ended up to this time."""

    def remove_for(self, persons: Sequence[bytes]) -> None:
        """Remove the invitations for any of these tags."""


class FileTables(Protocol):
    """Files and their versions."""

    def add(self, file: KeptFile) -> None:
        """Add a file."""

    def set_newest(self, file: str, newest: int) -> None:
        """Let this version of a file be the newest."""

    def set_name(self, file: str, name: bytes) -> None:
        """Let a file have this name."""

    def find(self, file: str) -> KeptFile | None:
        """Return a file; None if there is none."""

    def of(self, project: ProjectId) -> list[KeptFile]:
        """Return all files of a project, by when they were made."""

    def remove(self, file: str) -> None:
        """Remove a file with its versions."""

    def add_version(self, version: KeptVersion) -> None:
        """Add a version."""

    def version(self, file: str, number: int) -> KeptVersion | None:
        """Return a version of a file; None if there is none."""

    def versions(self, file: str) -> list[KeptVersion]:
        """Return all versions of a file, the newest first."""

    def newest_of(self, project: ProjectId) -> dict[str, KeptVersion]:
        """Return the newest version of each file of a project, by file."""

    def bytes_of(self, project: ProjectId) -> int:
        """Return how many bytes the kept contents of a project's versions have, each content once."""

    def cids_of(self, project: ProjectId) -> set[str]:
        """Return where the contents of a project's versions lie."""

    def cids_since(self, at: int) -> list[str]:
        """Return where the contents of all versions lie that were made since then, in seconds."""

    def cids_after(self, after: str, limit: int) -> list[str]:
        """Return so many at most of all places of contents that follow this one, in order."""


class TogetherTables(Protocol):
    """The room's tables."""

    @property
    def projects(self) -> ProjectTables:
        """Return projects and members."""

    @property
    def papers(self) -> PaperTable:
        """Return papers."""

    @property
    def invitations(self) -> InvitationTable:
        """Return invitations."""

    @property
    def files(self) -> FileTables:
        """Return files and their versions."""
