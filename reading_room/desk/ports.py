"""What the desk's verbs need of its tables."""

from __future__ import annotations

from typing import Protocol

from reading_room.desk.rules import Session


class DeskTables(Protocol):
    """The sessions of browsers at the desk."""

    def find(self, name: bytes) -> Session | None:
        """Return the session of this name, ended or not; None if there is none."""

    def add(self, session: Session, now: int, most: int) -> None:
        """Add a session; those that have ended go, and of its token all but the latest `most`."""

    def remove(self, name: bytes) -> None:
        """Remove a session, if it is there."""
