"""A people key in memory."""

from __future__ import annotations

import hashlib


class PeopleSimulator:
    """Implements ports.PeopleKeeper with a key that follows from a word."""

    def __init__(self, word: str) -> None:
        self._key = hashlib.sha256(word.encode()).digest()

    def key(self) -> bytes:
        return self._key
