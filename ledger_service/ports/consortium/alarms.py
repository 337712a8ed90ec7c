"""Where alarms are kept while they last."""

from __future__ import annotations

from typing import Protocol

from ledger_service.domain.consortium.alarm import Alarm


class AlarmTable(Protocol):
    """The alarms that have begun and not ended, by steward, kind and what they are about."""

    def all(self) -> list[Alarm]:
        """Return them, the oldest first."""

    def keep(self, alarm: Alarm) -> None:
        """Keep an alarm, in the place of what was kept under its name."""

    def end(self, alarm: Alarm) -> None:
        """Keep an alarm no more."""
