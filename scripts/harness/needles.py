"""Search for very many texts at once in bytes, by their first eight bytes in one sorted array."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

HEAD = 8
PIECE = 64 * 1024**2
HASHES = ("sha256", "sha1", "md5")


def forms_of(identifier: str) -> Iterator[bytes]:
    """Yield an identifier as it may be kept by mistake: plain, and its unkeyed hashes in usual spellings."""
    for text in {identifier, identifier.lower(), identifier.upper()}:
        plain = text.encode()
        yield plain
        for name in HASHES:
            digest = hashlib.new(name, plain).digest()
            yield digest
            yield digest.hex().encode()
            yield digest.hex().upper().encode()
            yield base64.b64encode(digest).rstrip(b"=")
            yield base64.urlsafe_b64encode(digest).rstrip(b"=")


class Needles:
    """Texts of at least eight bytes that are looked for together."""

    def __init__(self, texts: Iterable[bytes]) -> None:
        self._of_head: dict[int, list[bytes]] = {}
        for text in texts:
            if len(text) < HEAD:
                raise ValueError("too short to be looked for")
            self._of_head.setdefault(int.from_bytes(text[:HEAD], "little"), []).append(text)
        self._heads = np.array(sorted(self._of_head), dtype=np.uint64)
        self._longest = max(len(text) for some in self._of_head.values() for text in some)

    def __len__(self) -> int:
        return sum(len(some) for some in self._of_head.values())

    def found_in(self, data: bytes) -> set[bytes]:
        """Return those that stand somewhere in these bytes."""
        found: set[bytes] = set()
        for shift in range(HEAD):
            count = (len(data) - shift) // HEAD
            if count <= 0:
                break
            words = np.frombuffer(data, dtype="<u8", offset=shift, count=count)
            places = np.searchsorted(self._heads, words) % len(self._heads)
            for hit in np.nonzero(self._heads[places] == words)[0]:
                at = shift + HEAD * int(hit)
                some = self._of_head[int(words[hit])]
                found.update(text for text in some if data.startswith(text, at))
        return found

    def found_below(self, folder: Path) -> dict[str, set[bytes]]:
        """Return for each file of a folder what stands in it, where something does; pieces overlap."""
        found: dict[str, set[bytes]] = {}
        for path in sorted(folder.rglob("*")):
            if not path.is_file():
                continue
            hits: set[bytes] = set()
            data = path.read_bytes()
            for start in range(0, max(1, len(data)), PIECE):
                hits |= self.found_in(data[start : start + PIECE + self._longest])
            if hits:
                found[str(path.relative_to(folder))] = hits
        return found
