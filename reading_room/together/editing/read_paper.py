"""Read a paper's text as it is kept: what a member may see without the editor."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.services.library import Library
from reading_room.together.editing.document import document_of, text_in, version_of
from reading_room.together.editing.ports import Tables
from reading_room.together.live.keep import read_log
from reading_room.together.ports import Member
from reading_room.together.rules.project import PaperId, ProjectState
from reading_room.together.rules.role import Right
from reading_room.together.verbs.keys import PAPER_TITLE, open_project_key
from reading_room.together.verbs.membership import CHANGING, Entered, enter_paper, name_of


@dataclass(frozen=True)
class OpenedPaper:
    """A paper as a member reads it.

    rights: what the member may do now; names: of all members by number, empty for
    none; writers: numbers of those who ever wrote; at: when it last changed, in seconds since 1970 UTC.
    """

    id: PaperId
    project: str
    title: str
    text: str
    member: Member
    rights: frozenset[Right]
    names: dict[int, str]
    writers: tuple[int, ...]
    at: int

    @property
    def version(self) -> str:
        """By what it is told whether the text is still this one."""
        return version_of(self.text)

    @property
    def authors(self) -> tuple[str, ...]:
        """The names of those who wrote, as far as they gave one and are members still."""
        found = (self.names.get(number, "") for number in self.writers)
        return tuple(name for name in found if name)


def open_paper(library: Library, tables: Tables, caller: Caller, paper: PaperId) -> OpenedPaper:
    """Return a paper; raise as `enter_paper`, and what `read_log` raises."""
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:
        kept, entered = enter_paper(transaction, tables, caller, paper, Right.READ)
        log = read_log(library, transaction, tables, paper)
        members = transaction.room(tables).projects.members(kept.project)
    key = open_project_key(library, entered.project)
    updates = [log.whole.update, *(one.update for one in log.written)]
    times = [one.at for one in log.written]
    return OpenedPaper(
        id=paper,
        project=kept.project,
        title=key.open(kept.title, PAPER_TITLE).decode(),
        text=text_in(document_of(updates)),
        member=entered.member,
        rights=_rights(entered),
        names={one.number: name_of(key, one) for one in members},
        writers=tuple(sorted({*log.clients.values(), *(one.member for one in log.written)})),
        at=max([kept.made_at, *times]),
    )


def _rights(entered: Entered) -> frozenset[Right]:
    """Return what a member may do now: what is archived is read, and not changed."""
    held = entered.member.role.rights
    return held - CHANGING if entered.project.state is ProjectState.ARCHIVED else held
