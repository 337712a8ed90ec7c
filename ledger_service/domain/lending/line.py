"""Lines: who is next for a seat that frees, and for how long it is kept for them.

A seat is not kept by its number: as many seats are kept as there are readers whose turn has come.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ledger_service.domain.lending.request import Request, RequestState


class Step(NamedTuple):
    """What becomes of a request. held_until: seconds since 1970 UTC, if its turn has come."""

    request: Request
    state: RequestState
    held_until: int | None = None


def next_steps(line: Sequence[Request], free: int, now: int, pick_up_seconds: int) -> list[Step]:
    """Return what is due in a line. line: those that wait or are ready, in order.

    free: how many seats no grant holds. Who did not come in time leaves the line. Each seat that is then free
    and kept for nobody is kept for the next. If seats that were kept were given away, the last to be ready
    wait again, at their old places.
    """
    steps, ready = [], []
    for request in line:
        if request.state is RequestState.READY:
            if (request.held_until or 0) <= now:
                steps.append(Step(request, RequestState.LAPSED))
            else:
                ready.append(request)
    free = max(free, 0)
    steps += [Step(request, RequestState.WAITING) for request in ready[free:]]
    waiting = [request for request in line if request.state is RequestState.WAITING]
    for request in waiting[: max(0, free - len(ready))]:
        steps.append(Step(request, RequestState.READY, now + pick_up_seconds))
    return steps


def count_before(line: Sequence[Request], mine: Request | None) -> int:
    """Return how many seats are kept from somebody: for those who are ready, and for those before them.

    line: those that wait or are ready. mine: the request of whoever asks, None if they have none: then
    everybody in line is before them.
    """
    others = [request for request in line if mine is None or request.serial != mine.serial]
    if mine is None:
        return len(others)
    if mine.state is RequestState.READY:
        return sum(one.state is RequestState.READY and one.serial < mine.serial for one in others)
    return sum(one.state is RequestState.READY or one.serial < mine.serial for one in others)


def is_due_to_end(until: int, begun: int, now: int, notice_seconds: int) -> bool:
    """Return whether a loan's end is near enough to tell; of a short loan, in its last quarter."""
    return now < until <= now + min(notice_seconds, max(1, (until - begun) // 4))
