"""A served library that is started again when its service ends, as by docs/service/muhr.service."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from types import TracebackType

from scripts.harness.processes import NotServed, children_of
from scripts.harness.served_library import ServedLibrary

RESTART_SECONDS = 5  # RestartSec of the unit
WORKER, CHAIN = "ledger_service.worker", "ganache.mjs"
_CLOCK = Path(__file__).parent / "moved_clock"


class KeptLibrary(ServedLibrary):
    """A served library whose processes may be killed, and whose clock may be moved.

    Attributes:
        restarts: how many times the service was started again.
        clock_moves: how many times its clock was set.
    """

    def __init__(self, folder: Path, origin: str) -> None:
        self._clock = folder / "clock"
        settings = {
            "PYTHONPATH": str(_CLOCK),
            "MOVED_CLOCK": str(self._clock),
            "MUHR_LEASE_SECONDS": "5",
            "MUHR_WAITING_IMPORTS": "100000",
        }
        super().__init__(folder, origin, settings=settings)
        self.restarts = self.clock_moves = 0
        self._ending = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="keeper")

    def __enter__(self) -> KeptLibrary:
        super().__enter__()
        self._keeper.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ending.set()
        self._keeper.join()
        super().__exit__(kind, error, traceback)

    def kill(self, part: str = "") -> None:
        """Kill the worker or the chain; the service itself if no part is named."""
        os.kill(self.process_of(part) if part else self.process_id, signal.SIGKILL)

    def process_of(self, part: str) -> int:
        """Return the newest process of the service that runs a part; ProcessLookupError if none does."""
        for pid in sorted(children_of(self.process_id), reverse=True):
            if part in Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "):
                return pid
        raise ProcessLookupError(part)

    def move_clock(self, seconds: int) -> None:
        """Set the clock of the service and the worker so far ahead, or back; 0 sets it right."""
        new = self._clock.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self._clock)
        self.clock_moves += 1

    def _keep(self) -> None:
        while not self._ending.wait(0.1):
            if self.is_running or self._ending.wait(RESTART_SECONDS):
                continue
            self.restarts += 1
            try:
                self.serve()
            except NotServed:
                continue
