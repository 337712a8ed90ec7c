"""A key keeper in memory, whose keys follow from words; it can be away, and be given newer keys."""

from __future__ import annotations

import hashlib

from ledger_service.adapters.content_keys import NAME_BYTES, name_in, unwrap_key, wrap_key
from ledger_service.domain.errors import ContentKeyUnavailable, ContentKeyWrong


class KeeperSimulator:
    """Implements ports.KeyKeeper. words: of its keys, the newest last."""

    def __init__(self, *words: str) -> None:
        self.is_away = False
        self._keys: dict[str, bytes] = {}
        for word in words:
            self.add(word)

    def add(self, word: str) -> None:
        """Get one more key, which wraps from now on."""
        name = hashlib.sha256(f"name of {word}".encode()).digest()[:NAME_BYTES].hex()
        self._keys[name] = hashlib.sha256(word.encode()).digest()

    def forget_all_but_the_newest(self) -> None:
        """Have only the key that wraps."""
        self._keys = {self.name: self._keys[self.name]}

    @property
    def name(self) -> str:
        if self.is_away or not self._keys:
            raise ContentKeyUnavailable("missing", name="")
        return list(self._keys)[-1]

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        return wrap_key(self._keys[self.name], self.name, key, bound_to)

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        if self.is_away:
            raise ContentKeyUnavailable("missing", name="")
        name = name_in(wrapped)
        if name not in self._keys:
            raise ContentKeyWrong("other", name=name)
        return unwrap_key(self._keys[name], wrapped, bound_to)
