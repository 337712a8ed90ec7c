"""What is known of a file by its content, and of what was made of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.identifiers import Digest

MOST_TRIES = 3
"""So often a file may end the worker that reads it, or be left amid, before it is left alone."""


class Problem(StrEnum):
    """Why a file told no more of itself."""

    LOCKED = "locked"  # by a password
    MALFORMED = "malformed"
    TOO_LARGE = "too-large"  # once it is unpacked
    TOO_SLOW = "too-slow"
    STOPPED = "stopped"  # whatever read it ended amid


class RenditionKind(StrEnum):
    """What was made of a file."""

    COVER = "cover"
    TEXT = "text"
    TILES = "tiles"  # a zip of them, see `reading.tiles`
    PAGES = "pages"  # a zip of pictures of them, see `reading.pages`


@dataclass(frozen=True)
class Rendition:
    """What was made of a file and is kept as a file itself."""

    kind: RenditionKind
    media_type: str
    cid: ContentId
    size_bytes: int


@dataclass(frozen=True)
class Media:
    """What is known of a resource by its content.

    at: seconds since 1970 UTC; by: the readers and their versions; tries: how often its reading was begun
    and did not end; is_asked: somebody wants it read again. width, height: pixels; milliseconds: of
    sound or film. title, identifiers: as the file names itself; is_cut: the text is longer than what is kept.
    """

    digest: Digest
    at: int
    by: str
    tries: int = 0
    is_asked: bool = False
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    milliseconds: int | None = None
    title: str | None = None
    identifiers: tuple[str, ...] = ()
    is_cut: bool = False
    problem: Problem | None = None
    renditions: tuple[Rendition, ...] = ()

    @property
    def is_due(self) -> bool:
        """Whether it is to be read: it was begun and left, but not too often, or somebody asked for it."""
        return self.is_asked or 0 < self.tries < MOST_TRIES

    def rendition(self, kind: RenditionKind) -> Rendition | None:
        """Return what of this kind was made, None if nothing was."""
        return next((made for made in self.renditions if made.kind is kind), None)
