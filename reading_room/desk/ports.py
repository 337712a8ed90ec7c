"""What the desk's verbs need of its tables."""

from __future__ import annotations

from typing import Protocol

from ledger_service.ports.paging import Page, PageRequest
from reading_room.desk.audit_run import AuditRun
from reading_room.desk.rules import Session


class DeskTables(Protocol):
    """The sessions of browsers at the desk."""

    def find(self, name: bytes) -> Session | None:
        """Return the session of this name, ended or not; None if there is none."""

    def add(self, session: Session, now: int, most: int) -> None:
        """Add a session; those that have ended go, and of its token all but the latest `most`."""

    def remove(self, name: bytes) -> None:
        """Remove a session, if it is there."""


class AuditTables(Protocol):
    """The audits that the worker makes."""

    def find(self, number: int) -> AuditRun | None:
        """Return the run of this number, None if there is none."""

    def newest(self) -> AuditRun | None:
        """Return the run that was asked for last, None if none was."""

    def page(self, request: PageRequest) -> Page[AuditRun]:
        """Return a page of the runs, newest first; raise InvalidCursor."""

    def set(self, run: AuditRun) -> None:
        """Let the run of this number be as it is told here; forget those that are too old to be kept."""
