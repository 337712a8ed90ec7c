"""Seal a version of a paper: those who wrote it are asked to sign the file that is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ledger_service.domain.authorship.author import WHOLE
from ledger_service.domain.authorship.credit import CreditRole
from ledger_service.domain.errors import ProjectPartNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.services.authorship import Begun, NewPlace, begin_statement
from ledger_service.services.library import Library
from reading_room.together.live.authors import characters_of_members
from reading_room.together.live.read import PaperState
from reading_room.together.rules.project import PaperId
from reading_room.together.rules.role import Right
from reading_room.together.verbs.membership import Tables, enter_paper

WROTE = (CreditRole.WRITING_ORIGINAL_DRAFT,)
"""What is proposed to who wrote; each author decides."""


def shares_of(state: PaperState) -> dict[int, int]:
    """Return how much of the text each member wrote, by number, in thousandths; who left is counted, too."""
    written = characters_of_members(state)
    whole = sum(written.values())
    return {number: WHOLE * count // whole for number, count in written.items()} if whole else {}


def seal_paper(
    library: Library,
    tables: Tables,
    caller: Caller,
    paper: PaperId,
    title: str,
    file: bytes,
    authors: Sequence[int],
    shares: Mapping[int, int],
) -> Begun:
    """Return the statement by which authors sign a version of a paper; each is told.

    Args:
        file: what was made of that version. authors: numbers of members, in the order of their names.
        shares: of the text, by number, as they are to be told; nothing tells none.

    Raises:
        ProjectPartNotFound: no such paper, or no member has one of the numbers. ProjectRightNotHeld: the
        caller may not write in it. InvalidAuthors, OverLimit: as `begin_statement`.
    """
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:
        kept, _ = enter_paper(transaction, tables, caller, paper, Right.WRITE)
        members = transaction.room(tables).projects.members(kept.project)
    readers = {one.number: one.reader for one in members}
    if not set(authors) <= set(readers):
        raise ProjectPartNotFound("member")
    places = [NewPlace(WROTE, readers[number], shares.get(number)) for number in authors]
    return begin_statement(library, caller, Digest.of(file), title, places, file)
