"""What the room knows of a reader: of which projects they are a member, and what they are called there.

What they wrote there belongs to all members, and stays with those that are left; it has a number for who
wrote it, and no name.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.session import Subject
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from reading_room.together.ports import Member
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.keys import TITLE, open_project_key
from reading_room.together.verbs.membership import name_of, take_away


def export(library: Library, reader: str) -> Mapping[str, object]:
    """Return a reader's memberships, the newest first; nothing if there are none."""
    with library.store.read() as transaction:
        room = transaction.room(SqlTogether)
        told = [_told(library, room, member) for member in room.projects.memberships(reader)]
    return {"projects": told} if told else {}


def erase(transaction: Transaction, reader: str) -> None:
    """Take a reader out of all projects, and remove what invites them; their identities are there still."""
    room = transaction.room(SqlTogether)
    for member in room.projects.memberships(reader):
        take_away(transaction, room, member)
    identities = transaction.identities.of(Subject(Role.READER, reader))
    room.invitations.remove_for([tag for tag, _ in identities])


def _told(library: Library, room: SqlTogether, member: Member) -> dict[str, object]:
    kept = room.projects.find(member.project)
    assert kept is not None  # a project goes with its last member
    key = open_project_key(library, kept)
    return {
        "project": member.project,
        "title": key.open(kept.title, TITLE).decode(),
        "number": member.number,
        "name": name_of(key, member),
        "role": member.role.value,
        "joined_at": member.joined_at,
    }
