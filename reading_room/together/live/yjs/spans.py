"""Which edits are deleted: for each client, spans of clocks that do not touch one another."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator

from reading_room.together.live.yjs.update import Run

MANY_RUNS = 256  # of one client, from which on all its spans are written anew


class Spans:
    """A set of edits."""

    def __init__(self, runs: Iterable[Run] = ()) -> None:
        self._of_client: dict[int, tuple[list[int], list[int]]] = {}
        self.add_all(runs)

    def add_all(self, runs: Iterable[Run]) -> None:
        """Add runs; many at once take no more time for each than few do, in whatever order they stand."""
        of_client: defaultdict[int, list[Run]] = defaultdict(list)
        for run in runs:
            of_client[run.client].append(run)
        for client, some in of_client.items():
            if len(some) < MANY_RUNS:
                for run in some:
                    self.add(run)
            else:
                self._write_anew(client, some)

    def _write_anew(self, client: int, more: list[Run]) -> None:
        had = zip(*self._of_client.get(client, ([], [])), strict=True)
        starts: list[int] = []
        ends: list[int] = []
        for start, end in sorted([*had, *((run.clock, run.end) for run in more if run.length)]):
            if ends and start <= ends[-1]:
                ends[-1] = max(ends[-1], end)
            else:
                starts.append(start)
                ends.append(end)
        self._of_client[client] = (starts, ends)

    def add(self, run: Run) -> None:
        """Add a run."""
        if not run.length:
            return
        starts, ends = self._of_client.setdefault(run.client, ([], []))
        # Those from `low` up to `high` touch the run, and become one with it.
        low, high = bisect_left(ends, run.clock), bisect_right(starts, run.end)
        touched = low < high
        first = min(run.clock, starts[low]) if touched else run.clock
        last = max(run.end, ends[high - 1]) if touched else run.end
        starts[low:high], ends[low:high] = [first], [last]

    def missing(self, run: Run) -> list[Run]:
        """Return the parts of a run that are not in the set."""
        starts, ends = self._of_client.get(run.client, ([], []))
        low, high = bisect_right(ends, run.clock), bisect_left(starts, run.end)
        found, at = [], run.clock
        for place in range(low, high):
            if starts[place] > at:
                found.append(Run(run.client, at, starts[place] - at))
            at = ends[place]
        if at < run.end:
            found.append(Run(run.client, at, run.end - at))
        return found

    def __contains__(self, edit: tuple[int, int]) -> bool:
        client, clock = edit
        starts, ends = self._of_client.get(client, ([], []))
        at = bisect_right(starts, clock) - 1
        return at >= 0 and clock < ends[at]

    def runs(self) -> Iterator[Run]:
        """Yield all, by client."""
        for client, (starts, ends) in self._of_client.items():
            for start, end in zip(starts, ends, strict=True):
                yield Run(client, start, end - start)
