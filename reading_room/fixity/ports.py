"""What the verbs need of the room's tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from ledger_service.domain.content.fixity import Outcome
from ledger_service.ports.paging import Page, PageRequest
from reading_room.fixity.rules import Finding, Run


class FixityTables(Protocol):
    """What is kept, and the runs that checked it."""

    def looked_to(self) -> str:
        """Return the cursor to which registrations were looked through, empty for the first."""

    def look_to(self, cursor: str, at: int) -> None:
        """Let this be the cursor. at: since when it was looked, if nobody looked before."""

    def looked_since(self) -> int | None:
        """Return when somebody looked first, None if nobody did."""

    def note_kept(self, cids: Iterable[str]) -> None:
        """Let these files be kept, as far as they are not known yet; base16, a few thousand."""

    def forget_kept(self, cids: Iterable[str]) -> None:
        """Let these files be kept no more; base16, a few thousand."""

    def count_kept(self) -> int:
        """Return how many files are kept."""

    def oldest(self, run: int, limit: int) -> list[str]:
        """Return files that this run has not checked, those first that were checked longest ago."""

    def add_findings(self, run: int, findings: Sequence[Finding]) -> None:
        """Add what a run found, and let their files be checked by it."""

    def newest(self) -> Run | None:
        """Return the newest run, None if there is none."""

    def find(self, number: int) -> Run | None:
        """Return a run, None if there is none of this number."""

    def set(self, run: Run) -> None:
        """Let the run be as it is told here; it may be new."""

    def page(self, request: PageRequest) -> Page[Run]:
        """Return a page of the runs, newest first. Raises InvalidCursor."""

    def findings(
        self, run: int, request: PageRequest, outcomes: Sequence[Outcome]
    ) -> Page[Finding]:
        """Return a page of what a run found, in order, of these outcomes. Raises InvalidCursor."""

    def forget_findings(self, before: int) -> None:
        """Remove the findings of runs before this one."""
