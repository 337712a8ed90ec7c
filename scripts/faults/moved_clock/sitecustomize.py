"""Moves the clock of every Python process that has this folder on its path.

The file that MOVED_CLOCK names holds by how many seconds; while there is none, the clock is right. The clock
that only measures durations (time.monotonic) is left alone, as it is when a machine's clock is set.
"""

import os
import time

_FILE = os.environ["MOVED_CLOCK"]
_right = time.time


def _moved() -> float:
    try:
        with open(_FILE) as file:
            return _right() + float(file.read())
    except (OSError, ValueError):
        return _right()


time.time = _moved
