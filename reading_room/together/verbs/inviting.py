"""Invite people into a project: by a link, by a card number or an account, and by a class list.

Whether the library knows somebody who is invited by name is told to nobody: the invitation waits for whoever
signs in as them, and all are answered alike. Of cards and accounts a keyed tag is kept, and what the lead
typed, sealed under the project's key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger_service.domain.errors import (
    InvalidCohort,
    InvalidInput,
    InvalidProject,
    ProjectPartNotFound,
    ProjectRefused,
)
from ledger_service.domain.lending.class_list import ClassList, ListColumn, ListRow, understand
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.lending.list_file import table_of
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.identity import Identity, IdentityKind, tag
from ledger_service.domain.people.local_account import card_identity
from ledger_service.domain.people.notices.notice import PROJECTS
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.notices import NoticeKind, tell_once
from reading_room.together.ports import KeptInvitation
from reading_room.together.rules.invitation import (
    LONGEST_PERSON,
    MOST_INVITATIONS,
    check_invited,
    end_of,
    new_secret,
)
from reading_room.together.rules.project import ProjectId, ProjectState, new_id
from reading_room.together.rules.role import ProjectRole, Right
from reading_room.together.verbs.keys import INVITED, open_project_key
from reading_room.together.verbs.membership import Entered, Tables, enter_project


@dataclass(frozen=True)
class Offer:
    """As what people are invited, and for how many days."""

    role: ProjectRole
    days: int


@dataclass(frozen=True)
class MadeLink:
    """A link that invites, the only time that its secret is told. until: seconds since 1970 UTC."""

    id: str
    secret: str
    until: int

    @property
    def path(self) -> str:
        """The path of the page that shows what is joined."""
        return f"/join/{self.secret}"


@dataclass(frozen=True)
class ShownInvitation:
    """An invitation as leads see it. about: for whom, empty for a link; uses: left, None for any number."""

    id: str
    role: ProjectRole
    about: str
    uses: int | None
    made_at: int
    until: int

    @property
    def is_link(self) -> bool:
        """Whether whoever has the link may join."""
        return not self.about


def invite_by_link(
    library: Library,
    tables: Tables,
    caller: Caller,
    project: ProjectId,
    offer: Offer,
    *,
    is_for_many: bool = False,
) -> MadeLink:
    """Return a new link, by which one person joins, or whoever has it.

    Raises as `check_member`, and InvalidProject: the role or the days. ProjectRefused: it is archived, or has
    too many invitations.
    """
    reach(caller, Permission.PROJECT_OWN)
    check_invited(offer.role)
    secret, now = new_secret(), library.clock()
    until = end_of(now, offer.days)
    with library.store.write() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.MANAGE)
        _check_open(entered)
        room = transaction.room(tables).invitations
        room.remove_ended(now)
        _check_places(len(room.of(project)) + 1)
        made = KeptInvitation(
            new_id(),
            project,
            offer.role,
            secret_digest(secret),
            None,
            None,
            None if is_for_many else 1,
            entered.member.number,
            now,
            until,
        )
        room.add_all([made])
    return MadeLink(made.id, secret, until)


def invite_people(
    library: Library,
    tables: Tables,
    caller: Caller,
    project: ProjectId,
    offer: Offer,
    cards: Sequence[str],
) -> int:
    """Invite who has these card numbers, or will have them; return how many these are.

    Raises as `invite_by_link`, and InvalidInput: one is no card number. InvalidProject: there are none.
    """
    reach(caller, Permission.PROJECT_OWN)
    key = library.people.key()
    persons = {tag(key, card_identity(one)): one.strip()[:LONGEST_PERSON] for one in cards}
    if not persons:
        raise InvalidProject("nobody")
    _invite(library, tables, caller, project, offer, persons)
    return len(persons)


def invite_list(
    library: Library,
    tables: Tables,
    caller: Caller,
    project: ProjectId,
    offer: Offer,
    data: bytes,
    issuer: str = "",
) -> ClassList:
    """Invite whom a class list names; return what was understood of it.

    issuer: of the accounts that it names. Raises as `invite_by_link`, and InvalidCohort: it is no list, or
    names accounts without an issuer. InvalidProject: it names nobody.
    """
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:  # before a list of strangers is read
        enter_project(transaction, tables, caller, project, Right.MANAGE)
    found = understand(table_of(data), MOST_INVITATIONS)
    if not issuer and any(row.column is ListColumn.ACCOUNT for row in found.rows):
        raise InvalidCohort("no-issuer")
    persons: dict[bytes, str] = {}
    for row in found.rows:
        try:
            person = tag(library.people.key(), _identity(row, issuer))
        except InvalidInput:
            found.too_long += 1
            continue
        found.doubles += person in persons
        persons.setdefault(person, row.text)
    if not persons:
        raise InvalidProject("nobody")
    found.rows = [row for row in found.rows if row.text in set(persons.values())]
    _invite(library, tables, caller, project, offer, persons)
    return found


def list_invitations(
    library: Library, tables: Tables, caller: Caller, project: ProjectId
) -> list[ShownInvitation]:
    """Return the invitations that stand, the newest first, to a lead; raise as `check_member`."""
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.MANAGE)
        kept = transaction.room(tables).invitations.of(project)
    key, now = open_project_key(library, entered.project), library.clock()
    return [
        ShownInvitation(
            one.id,
            one.role,
            "" if one.about is None else key.open(one.about, INVITED).decode(),
            one.uses,
            one.made_at,
            one.until,
        )
        for one in kept
        if one.until > now
    ]


def end_invitation(
    library: Library, tables: Tables, caller: Caller, project: ProjectId, invitation: str
) -> None:
    """Let nobody come by an invitation any more; raise as `check_member`, ProjectPartNotFound."""
    reach(caller, Permission.PROJECT_OWN)
    with library.store.write() as transaction:
        enter_project(transaction, tables, caller, project, Right.MANAGE)
        room = transaction.room(tables).invitations
        found = room.find(invitation)
        if found is None or found.project != project:
            raise ProjectPartNotFound("invitation")
        room.remove(found.id)


def _invite(
    library: Library,
    tables: Tables,
    caller: Caller,
    project: ProjectId,
    offer: Offer,
    persons: Mapping[bytes, str],
) -> None:
    """Invite who has these tags; who was invited into the project before is so anew."""
    check_invited(offer.role)
    now = library.clock()
    until = end_of(now, offer.days)
    with library.store.write() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.MANAGE)
        _check_open(entered)
        room = transaction.room(tables).invitations
        room.remove_ended(now)
        standing = room.of(project)
        again = {one.id for one in standing if one.person in persons}
        before = {one.person for one in standing}
        _check_places(len(standing) - len(again) + len(persons))
        for one in again:
            room.remove(one)
        key, number = open_project_key(library, entered.project), entered.member.number
        room.add_all(
            [
                KeptInvitation(
                    new_id(),
                    project,
                    offer.role,
                    None,
                    person,
                    key.seal(text.encode(), INVITED),
                    1,
                    number,
                    now,
                    until,
                )
                for person, text in persons.items()
            ]
        )
        _tell(transaction, [one for one in persons if one not in before], now)


def _tell(transaction: Transaction, persons: Sequence[bytes], now: int) -> None:
    """Tell those whom the library knows that they are invited; whoever invites learns nothing of it."""
    known = transaction.identities.find_all(persons)
    for reader in sorted(
        {one.subject.name for one in known.values() if one.subject.role is Role.READER}
    ):
        tell_once(transaction, reader, NoticeKind.PROJECT_INVITED, PROJECTS, now)


def _identity(row: ListRow, issuer: str) -> Identity:
    if row.column is ListColumn.CARD:
        return card_identity(row.text)
    return Identity(IdentityKind.UNIVERSITY, issuer, row.text)


def _check_open(entered: Entered) -> None:
    if entered.project.state is ProjectState.ARCHIVED:
        raise ProjectRefused("archived")


def _check_places(wanted: int) -> None:
    if wanted > MOST_INVITATIONS:
        raise ProjectRefused("invitations", most=MOST_INVITATIONS)
