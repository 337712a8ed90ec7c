"""Who may read and write beside a resource: whoever may open it. Its earlier editions are found here, too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from ledger_service.domain.errors import AnnotationNotFound, ContentClosed, NotAuthenticated
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Actor, Caller
from ledger_service.domain.people.permission import Permission, check_permitted, holds, reach
from ledger_service.domain.resources.registration import (
    STATES_WITHDRAWN,
    Link,
    Registration,
)
from ledger_service.ports.store import Transaction
from ledger_service.services.lending.tell_access import ToldAccess, tell_access
from ledger_service.services.library import Library
from reading_room.annotations.rules.audience import Audience, Container

MOST_EDITIONS = 20  # that are followed back
IsMember = Callable[[Library, Caller, str], bool]
"""Tells whether a caller is in a group; what the room that knows groups has."""


def _no_groups(_: Library, __: Caller, ___: str) -> bool:
    """Return that nobody is in a group, where no room knows any."""
    return False


@dataclass(frozen=True)
class Reaches:
    """What a caller may do beside one resource."""

    library: Library
    caller: Caller
    digest: Digest
    is_member: IsMember = _no_groups

    @cached_property
    def told(self) -> ToldAccess:
        """What the library tells the caller of the resource; raises ResourceNotFound."""
        return tell_access(self.library, self.caller, self.digest)

    @property
    def is_reader(self) -> bool:
        """Whether the caller has annotations of their own."""
        is_reader = self.caller.actor is Actor.READER
        return is_reader and holds(self.caller, Permission.ANNOTATION_OWN)

    @property
    def may_write(self) -> bool:
        """Whether the caller may write here now."""
        return self.is_reader and self.told.may_read

    @property
    def moderates(self) -> bool:
        """Whether the caller hides what others wrote."""
        return holds(self.caller, Permission.ANNOTATION_HIDE)

    def check_write(self, container: Container) -> None:
        """Check that the caller may write here.

        Raises:
            NotAuthenticated, RoleNotHeld: no reader. ResourceNotFound: nothing that can be annotated.
            ContentClosed: the caller may not open it now. AnnotationNotFound: not of this group.
        """
        check_permitted(self.caller, Permission.ANNOTATION_OWN)
        self._check_open()
        self._check_group(container)

    def check_read(self, container: Container) -> None:
        """Check that the caller may read here; raise as `check_write`.

        What is the caller's own they read also once a loan has ended; who moderates reads what is public.
        """
        if container.audience is Audience.PRIVATE:
            check_permitted(self.caller, Permission.ANNOTATION_OWN)
            return
        if container.audience is Audience.GROUP:
            check_permitted(self.caller, Permission.ANNOTATION_OWN)
            self._check_group(container)
        elif self.moderates:
            return
        self._check_open()

    def _check_group(self, container: Container) -> None:
        if container.audience is Audience.GROUP and not self.is_member(
            self.library, self.caller, container.group
        ):
            raise AnnotationNotFound()

    def _check_open(self) -> None:
        reach(self.caller, Permission.RESOURCE_READ)
        if self.told.may_read:
            return
        if self.caller.actor is Actor.ANYBODY:
            raise NotAuthenticated("no-token")
        raise ContentClosed(digest=str(self.digest), license=self.told.license)


def earlier_editions(reaches: Reaches) -> list[Digest]:
    """Return what this resource has taken the place of, here: the newest first, as far as it goes.

    A withdrawn edition is left out, and so is one under another license that the caller may not open.
    """
    library, digest = reaches.library, reaches.digest
    found: list[Registration] = []
    with library.store.read() as transaction:
        own = transaction.registrations.find(digest, library.steward)
        wanted, seen = [digest], {digest}
        while own is not None and wanted and len(found) < MOST_EDITIONS:
            for before in _taken_over(library, transaction, wanted.pop(0)):
                edition = transaction.registrations.find(before, library.steward)
                if edition is not None and before not in seen:
                    seen.add(before)
                    wanted.append(before)
                    found.append(edition)
    standing = [one for one in found[:MOST_EDITIONS] if one.state not in STATES_WITHDRAWN]
    return [
        edition.digest
        for edition in standing
        if own is not None
        and (
            edition.license == own.license
            or tell_access(library, reaches.caller, edition.digest).may_read
        )
    ]


def _taken_over(library: Library, transaction: Transaction, digest: Digest) -> list[Digest]:
    """Return whose place a resource took directly, unless that was taken back."""
    found: dict[str, None] = {}
    for event in transaction.chain_index.links_to(digest.hex()):
        is_own = event.text("steward") == library.steward.hex()
        if not (is_own and Link(event.number("relation")).takes_place):
            continue
        if event.name == "ResourceSuperseded":
            found[event.subject] = None
        else:
            found.pop(event.subject, None)
    return [Digest.parse(subject) for subject in found]
