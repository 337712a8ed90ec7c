"""A file whose bytes are asked for through a pipe, piece by piece: it lies on no disk of this process."""

from __future__ import annotations

import io
import os
from collections import OrderedDict
from typing import Any

from reading_room.media.reading.findings import ASK, ASKED

PIECE_BYTES = 2**20  # as a leaf of the file's DAG
PIECES_HELD = 8


class AskedFile(io.RawIOBase):
    """Reads from whoever holds the file: asked on one pipe, it answers on the other.

    size: bytes of the file. asks, answers: file descriptors.
    """

    def __init__(self, size: int, asks: int, answers: int) -> None:
        super().__init__()
        self.size = size
        self._asks, self._answers = asks, answers
        self._at = 0
        self._held: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        if origin + offset < 0:
            raise OSError("a place before the file")
        self._at = origin + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer; fewer bytes only at the end of the file."""
        with memoryview(buffer) as given, given.cast("B") as whole:
            filled = 0
            while filled < len(whole) and self._at < self.size:
                number, within = divmod(self._at, PIECE_BYTES)
                part = self._piece(number)[within : within + len(whole) - filled]
                whole[filled : filled + len(part)] = part
                filled += len(part)
                self._at += len(part)
            return filled

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, fewer only at the end of the file."""
        left = max(self.size - self._at, 0)
        data = bytearray(left if size < 0 else min(size, left))
        self.readinto(data)
        return bytes(data)

    def _piece(self, number: int) -> bytes:
        if number in self._held:
            self._held.move_to_end(number)
            return self._held[number]
        start = number * PIECE_BYTES
        length = min(PIECE_BYTES, self.size - start)
        _write(self._asks, ASK + ASKED.pack(start, length))
        piece = _read(self._answers, length)
        self._held[number] = piece
        if len(self._held) > PIECES_HELD:
            self._held.popitem(last=False)
        return piece


def _write(pipe: int, data: bytes) -> None:
    while data:
        data = data[os.write(pipe, data) :]


def _read(pipe: int, length: int) -> bytes:
    parts = []
    while length:
        part = os.read(pipe, length)
        if not part:
            raise SystemExit("nobody answers")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
