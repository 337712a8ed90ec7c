"""Let one thing of a name be done at a time in this process: whoever comes second sees what the first did."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Condition, get_ident


class OneAtATime:
    """Names under which something is being done, each by a thread."""

    def __init__(self) -> None:
        self._held: dict[Hashable, int] = {}
        self._changed = Condition()

    @contextmanager
    def of(self, name: Hashable) -> Iterator[None]:
        """Hold a name; wait for the other thread that holds it, however long that takes."""
        own = get_ident()
        with self._changed:
            if self._held.get(name) != own:
                self._changed.wait_for(lambda: name not in self._held)
            is_first = name not in self._held
            self._held[name] = own
        try:
            yield
        finally:
            if is_first:
                with self._changed:
                    del self._held[name]
                    self._changed.notify_all()
