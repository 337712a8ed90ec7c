"""What the services need of a consortium: what members said, how they are asked, and who speaks for us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.reasons import Reason


@dataclass(frozen=True)
class KeptMember:
    """What is kept of a member. text: its announcement with both signatures, which held when it was taken.

    heard_at: when it was taken, in seconds since 1970 UTC. fault: why the last time that its service was
    asked failed, None if it did not.
    """

    steward: StewardId
    text: str
    at: int
    heard_at: int
    fault: Reason | None = None


class MemberTable(Protocol):
    """The newest announcement of each member."""

    def all(self) -> list[KeptMember]:
        """Return what is kept, by steward."""

    def find(self, steward: StewardId) -> KeptMember | None:
        """Return what a steward said last, None if nothing is known."""

    def keep(self, member: KeptMember) -> None:
        """Keep this in the place of what the steward said before."""

    def note(self, steward: StewardId, fault: Reason | None) -> None:
        """Note how the last time went that its service was asked."""


class MemberClient(Protocol):
    """Asks the services of members. Nobody may make this machine ask others of its own network."""

    def check(self, url: str) -> None:
        """Check that a service of this address may be asked; raise InvalidReceiver.

        Where its name leads is seen when it is asked.
        """

    def get_json(self, url: str, path: str, *, most_bytes: int, seconds: float) -> Any:
        """Return the JSON value that a service has at a path. url: of the service; path: begins by /.

        The value is a stranger's: nothing of it was checked. seconds: after which it is given up.

        Raises:
            InvalidReceiver: see `check`.
            ServiceUnavailable: no answer in time, another status than 200, too long, or no JSON.
        """

    def post_json(
        self, url: str, path: str, value: object, *, most_bytes: int, seconds: float
    ) -> Any:
        """Send a JSON value, and return the JSON value of the answer, None if it has no body.

        Raises: as `get_json`; any status from 200 to 299 is an answer.
        """


class Announcer(Protocol):
    """Signs what this library says of itself, by keys as they are now."""

    @property
    def registrar(self) -> str:
        """Return the account (40 hex) that registers for this library now."""

    @property
    def witness(self) -> str:
        """Return the vkey of this library's witness, empty if it has none."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature (64 bytes) of the ledger's key."""

    def sign_by_witness(self, message: bytes) -> bytes:
        """Return the signature (64 bytes) of the witness's key, nothing if there is no witness."""

    def sign_digest(self, digest: bytes) -> bytes:
        """Return the signature (65 bytes: r, s, v) of the registrar's account over 32 bytes."""
