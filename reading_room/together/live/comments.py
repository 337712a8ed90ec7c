"""What an update changes: nothing but comments, for members who may comment and not write.

An update does not say of an edit to which part of a paper it belongs if it stands behind another edit, nor
whether that takes others in which it says that it stands. So it is applied to a copy of the paper, which
tells what has changed; the copy is made for the first who comments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pycrdt import Doc, Map, Text

from reading_room.together.live.bounds import COMMENTS, ROOTS


class CommentCheck:
    """A copy of a paper that tells what an update changes."""

    def __init__(self, updates: list[bytes]) -> None:
        self._changed: set[str] = set()
        self._document: Doc[Any] = Doc()
        parts = {name: Text() if name == "text" else Map() for name in sorted(ROOTS)}
        for name, part in parts.items():
            self._document[name] = part
        for update in updates:
            self._document.apply_update(update)
        self._watching = [part.observe_deep(self._noting(name)) for name, part in parts.items()]

    def _noting(self, name: str) -> Callable[[object], None]:
        return lambda _: self._changed.add(name)

    def apply(self, update: bytes) -> bool:
        """Apply an update; return whether it changes comments alone.

        Raises:
            ValueError, RuntimeError: it cannot be applied; the copy is no more to be used.
        """
        self._changed.clear()
        self._document.apply_update(update)
        return self._changed <= {COMMENTS}
