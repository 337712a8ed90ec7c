"""What the worker does for people's own pages: it tells by mail that there is news."""

from __future__ import annotations

import time
from collections.abc import Callable

from ledger_service.services.library import Library
from ledger_service.services.people.notices.send_news import send_news

LOOK_SECONDS = 60  # while somebody waits for the next mail
REST_SECONDS = 0.5

Stops = Callable[[], bool]


def work(library: Library, stops: Stops) -> None:
    """Send what is due; rest a while if the rest is due later; return soon when told to stop."""
    if not send_news(library, stops):
        return
    until = time.monotonic() + LOOK_SECONDS
    while not stops() and time.monotonic() < until:
        time.sleep(REST_SECONDS)
