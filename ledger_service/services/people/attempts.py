"""How often signing in may fail in a time: of one account first, since a whole campus may be one address.

Counted in the memory of each serving process, which forgets it when it ends. An account that nobody has is
counted as one that somebody has, so that the limit tells nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from ledger_service.domain.errors import TooManyAttempts

MOST_NAMES = 50_000  # that are remembered
ACCOUNT_FAILURES, ACCOUNT_SECONDS = 20, 15 * 60
ADDRESS_FAILURES, ADDRESS_SECONDS = 600, 10 * 60

Name = bytes | str


class Failures:
    """How often each name has failed since its time began.

    Args:
        most: failures, in so many seconds; with the next attempt, whoever has this name is sent away.
        clock: seconds that never go back.
    """

    def __init__(
        self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._counted: dict[Name, tuple[float, int]] = {}
        self._lock = Lock()

    def check(self, name: Name) -> None:
        """Check that this name may try; raise TooManyAttempts."""
        with self._lock:
            begun, count = self._counted.get(name, (0.0, 0))
        left = begun + self._seconds - self._clock()
        if count >= self._most and left > 0:
            raise TooManyAttempts(minutes=int(left // 60) + 1)

    def count(self, name: Name) -> None:
        """Count a failure of this name."""
        with self._lock:
            now = self._clock()
            begun, count = self._counted.pop(name, (now, 0))
            if begun + self._seconds <= now:
                begun, count = now, 0
            self._counted[name] = (
                begun,
                count + 1,
            )  # put last: the name that failed longest ago is first
            if len(self._counted) > MOST_NAMES:
                del self._counted[next(iter(self._counted))]

    def forget(self, name: Name) -> None:
        """Forget the failures of a name, which has succeeded."""
        with self._lock:
            self._counted.pop(name, None)


class Attempts:
    """Failures of accounts and of addresses, for one serving process."""

    def __init__(self) -> None:
        self._of_account = Failures(ACCOUNT_FAILURES, ACCOUNT_SECONDS)
        self._of_address = Failures(ADDRESS_FAILURES, ADDRESS_SECONDS)

    def check(self, address: str, account: bytes | None = None) -> None:
        """Check that somebody at this address may try; raise TooManyAttempts.

        account: the tag of who they say they are, if they say it.
        """
        if account is not None:
            self._of_account.check(account)
        self._of_address.check(address)

    def failed(self, address: str, account: bytes | None = None) -> None:
        """Count an attempt that failed."""
        if account is not None:
            self._of_account.count(account)
        self._of_address.count(address)

    def succeeded(self, account: bytes) -> None:
        """Forget the failures of an account."""
        self._of_account.forget(account)
