"""How often somebody may type a wrong code; counted in the memory of each serving process."""

from __future__ import annotations

from typing import Any

from ledger_service.domain.errors import InvalidCode, LedgerError
from ledger_service.services.people.attempts import Failures
from reading_room.events.attendance.verbs import Asked

MOST_WRONG, WRONG_SECONDS = 10, 300
_NAME = "events_wrong_codes"


def failures_of(state: Any) -> Failures:
    """Return what has failed in this process. state: of the application."""
    found: Failures | None = getattr(state, _NAME, None)
    if found is None:
        found = Failures(MOST_WRONG, WRONG_SECONDS)
        setattr(state, _NAME, found)
    return found


def check_may_try(state: Any, asked: Asked) -> None:
    """Check that somebody may type a code; raise TooManyAttempts."""
    failures_of(state).check(_name(asked))


def note_failure(state: Any, asked: Asked, error: LedgerError) -> None:
    """Count a code that was wrong."""
    if isinstance(error, InvalidCode):
        failures_of(state).count(_name(asked))


def _name(asked: Asked) -> str:
    return f"{asked.event} {asked.caller.subject}"
