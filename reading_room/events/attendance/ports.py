"""What the verbs of attendance need of its tables."""

from __future__ import annotations

from typing import Protocol

from reading_room.events.attendance.rules import CheckInState


class AttendanceTables(Protocol):
    """How people check in at events, and who was seen in which step."""

    def find_check_in(self, event: str) -> CheckInState | None:
        """Return how people check in at an event; None if nobody ever could."""

    def keep_check_in(self, check_in: CheckInState) -> None:
        """Let it be so."""

    def is_seen(self, place: str, step: int) -> bool:
        """Return whether somebody was seen in this step."""

    def place_of_device(self, event: str, device: bytes) -> str | None:
        """Return the place for which a device checked in at an event; None if it has not."""

    def add_sighting(
        self, event: str, place: str, step: int, at: int, device: bytes | None
    ) -> None:
        """Note that somebody was seen."""

    def times_of(self, place: str) -> int:
        """Return how often somebody was seen."""

    def sightings(self, event: str) -> list[tuple[str, int]]:
        """Return (place, time in seconds) of all sightings at an event."""

    def count_places(self, event: str) -> int:
        """Return how many were seen at an event."""

    def forget_sightings(self, event: str) -> None:
        """Forget who was seen when: what the ledger attests of it is kept elsewhere."""

    def forget_device(self, place: str) -> None:
        """Forget by which device somebody checked in."""
