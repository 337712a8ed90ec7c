"""What the readers of files tell, and within which bounds; shared by both sides of the pipe."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from struct import Struct
from typing import Any

COVER_TYPE = "image/webp"
COVER_PIXELS = 480  # of its longer side
LARGEST_COVER_BYTES = 512 * 1024
LARGEST_TEXT_BYTES = 4 * 1024**2
LARGEST_TILES_BYTES = 64 * 1024**2
LARGEST_FACTS_BYTES = 64 * 1024
LONGEST_TYPE = 120  # characters
LONGEST_TITLE = 500
MOST_IDENTIFIERS = 16
LONGEST_IDENTIFIER = 200

ASK, TELL = b"A", b"T"
ASKED = Struct(">QI")  # where, and how many bytes
TOLD = Struct(">IIII")  # how long facts (JSON), cover, text and tiles are
WITH_TILES = "tiles"
"""The argument by which tiles are asked for."""


class Unreadable(Exception):
    """The file cannot be read: `problem` says why, as rules.Problem does."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass
class Facts:
    """What a file is, as far as it could be found.

    width, height: pixels; milliseconds: of sound or film; title and identifiers: as the file names
    itself; is_cut: its text is longer than what is kept of it; problem: why the rest was not found.
    """

    media_type: str = "application/octet-stream"
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    milliseconds: int | None = None
    title: str | None = None
    identifiers: list[str] = field(default_factory=list)
    is_cut: bool = False
    problem: str | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Found:
    """Facts, and what was made of the file: empty for none.

    cover: WebP; text: its words in UTF-8; tiles: a zip, of a picture's tiles or of a book's
    pages; see `tiles` and `pages`.
    """

    facts: Facts = field(default_factory=Facts)
    cover: bytes = b""
    text: bytes = b""
    tiles: bytes = b""

    def add_text(self, words: str) -> bool:
        """Take more of the text; return whether there is room for still more."""
        data = words.encode("utf-8", "replace")
        room = LARGEST_TEXT_BYTES - len(self.text)
        if len(data) > room:
            data = data[:room].decode("utf-8", "ignore").encode()
            self.facts.is_cut = True
        self.text += data
        return not self.facts.is_cut
