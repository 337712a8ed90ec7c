"""See to it that every member's ledger is copied here, under its name and from where it is now.

A member that was suspended or is away keeps its copy: it is evidence. So does one that moved: the copy goes
on at the address of its newest announcement. One whose announcement counts no more gets no copy by it, and a
copy that it has goes on as before: whoever has the closed account may have named key and address.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from ledger_service.domain.errors import InvalidInput, MemberNotFound
from ledger_service.domain.identifiers import StewardId
from ledger_service.ports.publication import Mirrored
from ledger_service.services.consortium.list_members import find_member, list_members
from ledger_service.services.library import Library

logger = logging.getLogger("muhr.mirrors")

FOLLOW_SECONDS = 5.0  # between two looks who the members are


@dataclass
class MemberCopies:
    """The worker's step."""

    library: Library
    _due_at: float = 0.0

    def work(self, stops: Callable[[], bool]) -> None:
        """Do what is due now: nothing for a library that is alone."""
        if stops() or time.monotonic() < self._due_at or self.library.charter is None:
            return
        self._due_at = time.monotonic() + FOLLOW_SECONDS
        follow_members(self.library)


def follow_members(library: Library) -> list[Mirrored]:
    """Return the copies of the other members' ledgers, made, renamed and moved as their announcements say."""
    found = []
    for known in list_members(library, but_own=True):
        member = known.member
        if not known.counts:
            continue
        try:
            found.append(
                library.mirrors.follow(member.steward, member.name, member.url, member.key)
            )
        except InvalidInput as exc:  # `list_alarms` tells of it
            logger.info("the ledger of %s is copied under another key: %s", member.key.name, exc)
    return found


def mirror_of(library: Library, steward: StewardId) -> Mirrored | None:
    """Return the copy of a member's ledger, under the key that it announced; None if there is none."""
    try:
        member = find_member(library, steward).member
    except MemberNotFound:
        return None
    found = library.mirrors.of_ledger(member.key.name)
    return found if found is not None and found.key == member.key else None
