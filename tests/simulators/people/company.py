"""People at a place by one process, as presence is passed on between processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ledger_service.services.group_appends import Appender
from ledger_service.services.library import Library
from ledger_service.services.people.presence.presences import Presences
from ledger_service.services.people.presence.told_states import States

WAIT_SECONDS = 10


@dataclass
class CompanySimulator:
    """Implements presences.Company. here: who is present; others: who is by each other process."""

    here: dict[int, tuple[int, str]] = field(default_factory=dict)
    others: dict[str, States] = field(default_factory=dict)

    def present(self) -> States:
        return self.here

    def hear_of(self, process: str, states: States) -> None:
        self.others[process] = states

    def seen(self) -> dict[int, tuple[int, str]]:
        """Return who is present by any other process."""
        return {client: one for states in self.others.values() for client, one in states.items()}


class ProcessSimulator:
    """What one process of a library has: its appender, and its presences, in the loop of the test."""

    def __init__(self, library: Library) -> None:
        self.library = replace(library, appender=Appender(library.store))
        self.presences = Presences(self.library)

    def come(self, place: str, **states: str) -> CompanySimulator:
        """Return the company at a place, which is opened. states: of client `_5`, its state."""
        company = CompanySimulator({int(name[1:]): (1, text) for name, text in states.items()})
        self.presences.open(place, company)
        return company

    def kill(self) -> None:
        """End without a word."""
        assert self.presences._going is not None
        self.presences._going.cancel()
        self.close()

    def close(self) -> None:
        """End the thread of the appender."""
        assert self.library.appender is not None
        self.library.appender.close()


async def until(is_so: Callable[[], object]) -> None:
    """Wait until something is so; raise TimeoutError if that takes too long."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not is_so():
            await asyncio.sleep(0.01)
