"""What rooms found out of a resource is asked for once, however often a page shows it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from fastapi import Request

from ledger_service.domain.identifiers import Digest
from ledger_service.ports.content import MadeFile, MediaFacts, MediaFound
from ledger_service.web.media_facts import made_files, made_of, media_facts

BOOK, OTHER = Digest.of(b"book"), Digest.of(b"other")
COVER = MadeFile("cover", "image/webp", 1, "b", "/cover")


def test_a_page_asks_each_room_once_about_a_resource() -> None:
    asked: list[Digest] = []

    def knows(_: Any, digest: Digest) -> MediaFound | None:
        asked.append(digest)
        return MediaFound(MediaFacts(pages=3), (COVER,)) if digest == BOOK else None

    state = SimpleNamespace(library=None, renditions=[lambda *_: None, knows])
    request = Request({"type": "http", "app": SimpleNamespace(state=state)})
    assert made_files(request, BOOK) == [COVER]
    assert media_facts(request, BOOK.hex()) == MediaFacts(pages=3)
    assert (made_of(request, BOOK, "cover"), made_of(request, BOOK, "tiles")) == ("/cover", None)
    assert asked == [BOOK]
    assert (media_facts(request, OTHER), made_files(request, OTHER)) == (None, [])
    assert asked == [BOOK, OTHER]
