"""The bounded wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

WAIT_SECONDS = 60
POLL_SECONDS = 0.05


def wait_until(done: Callable[[], Any], what: str, seconds: float = WAIT_SECONDS) -> Any:
    """Return the first true value of `done`, asked again and again; fail when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = done()
        if found:
            return found
        time.sleep(POLL_SECONDS)
    raise AssertionError(f"after {seconds} seconds: {what}")
