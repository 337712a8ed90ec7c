"""A work as viewers are told of it: what is cited, and what of its content everybody may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger_service.domain.content.picture_pack import PackedPicture
from ledger_service.domain.exports.cited_work import Work
from ledger_service.ports.content import MadeFile, MediaFacts
from ledger_service.ports.resources import Remark

COVER, TEXT, TILES, PAGES = "cover", "text", "tiles", "pages"
"""Kinds of files that rooms make of a resource."""


@dataclass(frozen=True)
class Captions:
    """A text that runs with a sound or a film. address: of the file, in WebVTT; language: a tag or empty."""

    address: str
    language: str
    title: str


@dataclass(frozen=True)
class ShownWork:
    """What a manifest is made of.

    public_url: how people reach the service; steward_id: 64 hex; is_open: whether everybody may read it here
    now. What follows is empty unless it is open. files: what was made of it, by kind; pictures: by page, or
    `picture_pack.WHOLE` for a picture that is no page; cover: its width and height in pixels; remarks: what
    was written of it for everybody.
    """

    work: Work
    public_url: str
    steward_id: str
    is_open: bool
    facts: MediaFacts = field(default_factory=MediaFacts)
    files: Mapping[str, MadeFile] = field(default_factory=dict)
    pictures: Mapping[int, PackedPicture] = field(default_factory=dict)
    cover: tuple[int, int] | None = None
    captions: tuple[Captions, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def address(self) -> str:
        """Below which everything of its manifest has its address."""
        return f"{self.public_url}/iiif/{self.work.digest}"

    @property
    def media_address(self) -> str:
        """Below which the pictures have their services."""
        return f"{self.public_url}/api/v1/resources/{self.work.digest}/media"

    @property
    def is_book_by_page(self) -> bool:
        """Whether its pages were pictured."""
        return PAGES in self.files and bool(self.pictures)

    @property
    def is_searched(self) -> bool:
        """Whether its words can be found by page."""
        return self.is_book_by_page and TEXT in self.files
