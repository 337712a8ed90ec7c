"""Become a member by an invitation: what is joined is shown before, and nobody is put into a project."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger_service.domain.errors import ProjectPartNotFound, ProjectRefused
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.domain.people.session import Subject
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from reading_room.together.ports import KeptInvitation, KeptProject, Member, TogetherTables
from reading_room.together.rules.invitation import LONGEST_SECRET
from reading_room.together.rules.project import MOST_MEMBERS, ProjectId, ProjectState
from reading_room.together.rules.role import ProjectRole
from reading_room.together.rules.words import made_member_name
from reading_room.together.verbs.keys import MEMBER_NAME, TITLE, open_project_key
from reading_room.together.verbs.membership import Tables, name_of, note_change
from reading_room.together.verbs.projects import check_place_for

MOST_SHOWN = 100  # of one's own invitations, the newest


@dataclass(frozen=True)
class Joining:
    """What somebody is invited to. by: what the member who invites is called, empty for nothing or gone.

    members: how many there are; until: seconds since 1970 UTC; is_member: whether the caller is one already.
    """

    invitation: str
    project: ProjectId
    title: str
    role: ProjectRole
    by: str
    members: int
    until: int
    is_member: bool


def look_at_link(library: Library, tables: Tables, caller: Caller, secret: str) -> Joining:
    """Return what the link with this secret invites to, to whoever is signed in.

    Raises:
        ProjectPartNotFound: there is no such link, it has ended, or it was used up.
    """
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:
        room = transaction.room(tables)
        return _joining(library, room, caller, _by_secret(library, room, secret))


def join_by_link(
    library: Library, tables: Tables, caller: Caller, secret: str, name: str = ""
) -> ProjectId:
    """Return the project that the caller is a member of from now on. name: what they want to be called.

    Who is a member already stays what they are, and uses nothing up.

    Raises:
        ProjectPartNotFound: see `look_at_link`. InvalidProject: the name. ProjectRefused: the project is
        archived or full, or the caller is a member of too many.
    """
    reach(caller, Permission.PROJECT_OWN)
    name = made_member_name(name)
    with library.store.write() as transaction:
        room = transaction.room(tables)
        invitation = _by_secret(library, room, secret)
        if room.projects.member(invitation.project, caller.subject) is None:
            check_place_for(transaction, tables, caller)
            _let_in(library, room, caller, invitation, name)
    return invitation.project


def own_invitations(library: Library, tables: Tables, caller: Caller) -> list[Joining]:
    """Return what the caller is invited to by a card or an account of theirs, the newest first."""
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:
        room = transaction.room(tables)
        found = room.invitations.for_people(_persons(transaction, caller))
        now = library.clock()
        standing = [one for one in found if one.until > now]
        return [_joining(library, room, caller, one) for one in standing[:MOST_SHOWN]]


def accept_invitation(
    library: Library, tables: Tables, caller: Caller, invitation: str, name: str = ""
) -> ProjectId:
    """Return the project that the caller is a member of from now on; raise as `join_by_link`."""
    reach(caller, Permission.PROJECT_OWN)
    name = made_member_name(name)
    with library.store.write() as transaction:
        room = transaction.room(tables)
        found = _own(library, transaction, room, caller, invitation)
        if room.projects.member(found.project, caller.subject) is None:
            check_place_for(transaction, tables, caller)
            _let_in(library, room, caller, found, name)
        else:
            room.invitations.remove(found.id)
    return found.project


def refuse_invitation(library: Library, tables: Tables, caller: Caller, invitation: str) -> None:
    """Let an invitation of the caller's be gone; raise ProjectPartNotFound."""
    reach(caller, Permission.PROJECT_OWN)
    with library.store.write() as transaction:
        room = transaction.room(tables)
        room.invitations.remove(_own(library, transaction, room, caller, invitation).id)


def _by_secret(library: Library, room: TogetherTables, secret: str) -> KeptInvitation:
    found = room.invitations.by_secret(secret_digest(secret[:LONGEST_SECRET]))
    if found is None or found.until <= library.clock():
        raise ProjectPartNotFound("link")
    return found


def _persons(transaction: Transaction, caller: Caller) -> list[bytes]:
    identities = transaction.identities.of(Subject(Role.READER, caller.subject))
    return [person for person, _ in identities]


def _own(
    library: Library,
    transaction: Transaction,
    room: TogetherTables,
    caller: Caller,
    invitation: str,
) -> KeptInvitation:
    found = room.invitations.find(invitation)
    is_own = found is not None and found.person in _persons(transaction, caller)
    if found is None or not is_own or found.until <= library.clock():
        raise ProjectPartNotFound("invitation")
    return found


def _project(room: TogetherTables, invitation: KeptInvitation) -> KeptProject:
    found = room.projects.find(invitation.project)
    assert found is not None  # invitations go with their project
    return found


def _joining(
    library: Library, room: TogetherTables, caller: Caller, invitation: KeptInvitation
) -> Joining:
    kept = _project(room, invitation)
    key, members = open_project_key(library, kept), room.projects.members(kept.id)
    by = next((one for one in members if one.number == invitation.made_by), None)
    return Joining(
        invitation.id,
        kept.id,
        key.open(kept.title, TITLE).decode(),
        invitation.role,
        "" if by is None else name_of(key, by),
        len(members),
        invitation.until,
        any(one.reader == caller.subject for one in members),
    )


def _let_in(
    library: Library, room: TogetherTables, caller: Caller, invitation: KeptInvitation, name: str
) -> None:
    """Make the caller a member, and count the use of the invitation."""
    kept = _project(room, invitation)
    if kept.state is ProjectState.ARCHIVED:
        raise ProjectRefused("archived")
    if len(room.projects.members(kept.id)) >= MOST_MEMBERS:
        raise ProjectRefused("members", most=MOST_MEMBERS)
    key, number = open_project_key(library, kept), kept.numbers + 1
    sealed = key.seal(name.encode(), MEMBER_NAME) if name else None
    room.projects.set(replace(kept, numbers=number))
    room.projects.add_member(
        Member(kept.id, number, caller.subject, invitation.role, sealed, library.clock())
    )
    note_change(room, kept.id)
    if invitation.uses is not None:
        if invitation.uses > 1:
            room.invitations.set_uses(invitation.id, invitation.uses - 1)
        else:
            room.invitations.remove(invitation.id)
