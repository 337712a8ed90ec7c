"""The papers of a project: list, make, rename and remove them. What is written in them is live's."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger_service.domain.errors import ProjectPartNotFound, ProjectRefused
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.services.library import Library
from reading_room.together.ports import KeptPaper, KeptProject
from reading_room.together.rules.project import MOST_PAPERS, PaperId, ProjectId, new_id
from reading_room.together.rules.role import Right
from reading_room.together.rules.words import made_title
from reading_room.together.verbs.keys import PAPER_TITLE, new_paper_key, open_project_key
from reading_room.together.verbs.membership import Tables, enter_paper, enter_project


@dataclass(frozen=True)
class Paper:
    """A paper. wrapped_key: what is written in it is sealed under it (keys.open_paper_key).

    made_by: the number of a member, who may have left. made_at: seconds since 1970 UTC.
    """

    id: PaperId
    project: ProjectId
    title: str
    wrapped_key: bytes
    made_by: int
    made_at: int


def make_paper(
    library: Library, tables: Tables, caller: Caller, project: ProjectId, title: str
) -> Paper:
    """Return a new paper; raise as `check_member`, InvalidProject, ProjectRefused."""
    reach(caller, Permission.PROJECT_OWN)
    title, which = made_title(title), PaperId(new_id())
    with library.store.write() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.WRITE)
        room = transaction.room(tables)
        if len(room.papers.of(project)) >= MOST_PAPERS:
            raise ProjectRefused("papers", most=MOST_PAPERS)
        kept = KeptPaper(
            which,
            project,
            open_project_key(library, entered.project).seal(title.encode(), PAPER_TITLE),
            new_paper_key(library, which),
            entered.member.number,
            library.clock(),
        )
        room.papers.add(kept)
    return Paper(which, project, title, kept.key, kept.made_by, kept.made_at)


def list_papers(
    library: Library, tables: Tables, caller: Caller, project: ProjectId
) -> list[Paper]:
    """Return the papers of a project, the newest first; raise as `check_member`."""
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.READ)
        kept = transaction.room(tables).papers.of(project)
    return _opened(library, entered.project, kept)


def find_paper(
    library: Library, tables: Tables, caller: Caller, paper: PaperId, right: Right = Right.READ
) -> Paper:
    """Return a paper with which the caller may do this; raise as `enter_paper`."""
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:
        kept, entered = enter_paper(transaction, tables, caller, paper, right)
    [found] = _opened(library, entered.project, [kept])
    return found


def rename_paper(
    library: Library, tables: Tables, caller: Caller, paper: PaperId, title: str
) -> Paper:
    """Return the paper under another title; raise as `enter_paper`, and InvalidProject."""
    reach(caller, Permission.PROJECT_OWN)
    title = made_title(title)
    with library.store.write() as transaction:
        kept, entered = enter_paper(transaction, tables, caller, paper, Right.WRITE)
        sealed = open_project_key(library, entered.project).seal(title.encode(), PAPER_TITLE)
        transaction.room(tables).papers.set(replace(kept, title=sealed))
    return Paper(kept.id, kept.project, title, kept.key, kept.made_by, kept.made_at)


def remove_paper(
    library: Library, tables: Tables, caller: Caller, project: ProjectId, paper: PaperId
) -> None:
    """Destroy a paper with its key and all that was written in it; raise as `enter_paper`."""
    reach(caller, Permission.PROJECT_OWN)
    with library.store.write() as transaction:
        kept, _ = enter_paper(transaction, tables, caller, paper, Right.MANAGE)
        if kept.project != project:
            raise ProjectPartNotFound("paper")
        transaction.room(tables).papers.remove(paper)


def _opened(library: Library, project: KeptProject, kept: list[KeptPaper]) -> list[Paper]:
    key = open_project_key(library, project)
    return [
        Paper(
            one.id,
            one.project,
            key.open(one.title, PAPER_TITLE).decode(),
            one.key,
            one.made_by,
            one.made_at,
        )
        for one in kept
    ]
