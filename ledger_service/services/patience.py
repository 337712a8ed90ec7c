"""How long one request may go on asking a chain node, which may be slow with each of many answers."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ledger_service.domain.errors import ChainUnavailable

_ends_at: ContextVar[float] = ContextVar("ends_at", default=math.inf)


@contextmanager
def patient_for(seconds: float) -> Iterator[None]:
    """Let what is done in this block ask for so long; the call that is under way then may still end."""
    token = _ends_at.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends_at.reset(token)


def check_patience() -> None:
    """Check that there is time for one more call; raise ChainUnavailable otherwise."""
    if time.monotonic() > _ends_at.get():
        raise ChainUnavailable("no-answer")
