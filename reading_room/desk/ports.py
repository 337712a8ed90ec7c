"""What the desk's verbs need of its tables."""

from __future__ import annotations

from typing import Protocol

from ledger_service.ports.paging import Page, PageRequest
from reading_room.desk.audit_run import AuditRun


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
