"""How requests were answered: at the first try, or after waiting as long as the service said, or wrongly."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

MOST_EXAMPLES = 5


@dataclass
class Tally:
    """Counts of one family of requests, reads or writes. It is used by many threads."""

    asked: int = 0
    at_once: int = 0
    answered: int = 0
    longest_seconds: float = 0.0
    told_to_wait: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, why: str) -> None:
        """Count a try that has to be made again."""
        with self._lock:
            self.told_to_wait[why] += 1

    def end(self, seconds: float, tries: int, wrong: str = "") -> None:
        """Count a request that is over. wrong: what the answer was instead of the right one."""
        with self._lock:
            self.asked += 1
            self.longest_seconds = max(self.longest_seconds, seconds)
            if wrong:
                self.wrong.append(wrong)
            else:
                self.answered += 1
                self.at_once += tries == 1

    def figures(self) -> dict[str, Any]:
        """Return the counts as JSON."""
        return {
            "asked": self.asked,
            "at_once": self.at_once,
            "answered": self.answered,
            "longest_seconds": round(self.longest_seconds, 1),
            "told_to_wait": dict(sorted(self.told_to_wait.items())),
            "wrong": len(self.wrong),
            "examples": self.wrong[:MOST_EXAMPLES],
        }

    def share(self) -> float:
        """Return the share that was answered rightly within the patience of who asked."""
        return self.answered / max(1, self.asked)
