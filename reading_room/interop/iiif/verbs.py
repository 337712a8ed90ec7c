"""Find what viewers are told: a work with what of it everybody may see, and lists of works."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.content.picture_pack import PackedPicture, PicturePack
from ledger_service.domain.errors import (
    ContentCorrupt,
    ContentNotFound,
    MediaNotFound,
    ResourceGone,
)
from ledger_service.domain.exports.cited_work import work_of
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import (
    STATES_READABLE,
    STATES_WITHDRAWN,
    Registration,
)
from ledger_service.ports.content import MadeFile, MediaFound
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.resources import Remark
from ledger_service.services.library import Library
from ledger_service.services.resources.find_captions import find_captions
from ledger_service.services.resources.find_content import Access, find_kept, registered_here
from ledger_service.services.resources.find_resources import list_resources
from reading_room.interop.iiif.rules.hits import BookText, Hit
from reading_room.interop.iiif.rules.shown_work import (
    COVER,
    PAGES,
    TEXT,
    TILES,
    Captions,
    ShownWork,
)
from reading_room.interop.iiif.rules.webp_extent import HEAD_BYTES, webp_extent

Tell = Callable[[Library, Digest], MediaFound | None]
"""Tells what a room found out of a resource, and the files that it made of it."""
TellRemarks = Callable[[Library, Digest], Sequence[Remark]]
"""Tells what was written of a resource for everybody."""
NOT_READ = (MediaNotFound, ContentNotFound, ContentCorrupt)
TEXTS_KEPT = 2  # in memory, of those that were searched last; each is 4 MiB at most, and its fold


def show_work(
    library: Library,
    public_url: str,
    digest: Digest,
    tells: Sequence[Tell],
    noted: Sequence[TellRemarks] = (),
) -> ShownWork:
    """Return a work of this library's as viewers are told of it; of what is closed, no file and no remark.

    Raises:
        ResourceNotFound, MetadataMismatch: see `registered_here`.
        ResourceGone: the library took its word back.
        ContentStoreUnavailable: the files cannot be read now.
    """
    with library.store.read() as transaction:
        found = registered_here(transaction, library, digest, also_in_bulk=True)
        if found.state in STATES_WITHDRAWN:
            raise ResourceGone(digest=str(digest))
        license = transaction.licenses.find(found.license)
        steward = transaction.stewards.find(found.steward)
    assert license is not None  # licenses are never deleted
    access = Access(found, license, find_kept(library, found))
    is_open = access.open_license is not None and access.is_readable
    steward_id = found.steward.hex()
    work = work_of(
        found,
        public_url,
        license=(license.name, license.terms.uri),
        steward=steward_id if steward is None else steward.name,
        changed_at=found.accepted_at,
        is_open=is_open,
    )
    if not is_open:
        return ShownWork(work, public_url, steward_id, is_open)
    told = next((media for tell in tells if (media := tell(library, digest))), MediaFound())
    files = {made.kind: made for made in told.files}
    return ShownWork(
        work,
        public_url,
        steward_id,
        is_open,
        told.facts,
        files,
        _pictures(library, digest, files),
        _cover(library, files),
        _captions(library, public_url, found),
        tuple(remark for remarks in noted for remark in remarks(library, digest)),
    )


def find_words(library: Library, shown: ShownWork, asked: str) -> list[Hit]:
    """Return where words stand in a book whose pages are shown.

    Raises:
        MediaNotFound: its words cannot be found by page.
        ContentNotFound, ContentCorrupt, ContentStoreUnavailable: its text cannot be read.
    """
    if not shown.is_searched:
        raise MediaNotFound("rendition", digest=shown.work.digest, kind=TEXT)
    made = shown.files[TEXT]
    return _text_of(library, made.cid, made.size_bytes).find(asked, max(shown.pictures))


def list_works(library: Library, request: PageRequest) -> Page[Registration]:
    """Return a page of what this library shows, oldest first: less than was asked for where some is gone.

    Raises:
        InvalidCursor, MetadataMismatch: see `list_resources`.
    """
    page = list_resources(library, request)
    return Page([item for item in page.items if is_shown(item)], page.next)


def is_shown(item: Registration) -> bool:
    """Return whether a registration has a manifest."""
    return item.state in STATES_READABLE or item.stands_in_bulk


def _pictures(
    library: Library, digest: Digest, files: Mapping[str, MadeFile]
) -> Mapping[int, PackedPicture]:
    for kind in (PAGES, TILES):
        made = files.get(kind)
        if made is not None:
            cid = ContentId.parse_base32(made.cid)

            def read(start: int, end: int, cid: ContentId = cid) -> Iterator[bytes]:
                return library.content.read(cid, start, end)

            with suppress(*NOT_READ):
                return PicturePack(made.size_bytes, read, str(digest)).pictures
    return {}


def _cover(library: Library, files: Mapping[str, MadeFile]) -> tuple[int, int] | None:
    made = files.get(COVER)
    if made is None or made.size_bytes < HEAD_BYTES:
        return None
    with suppress(*NOT_READ):
        head = b"".join(library.content.read(ContentId.parse_base32(made.cid), 0, HEAD_BYTES))
        return webp_extent(head)
    return None


def _captions(library: Library, public_url: str, found: Registration) -> tuple[Captions, ...]:
    if not found.record.media_type.startswith(("audio/", "video/")):
        return ()
    return tuple(
        Captions(f"{public_url}/api/v1/resources/{one.digest}/content", one.language, one.title)
        for one in find_captions(library, found.record)
    )


def _text_of(library: Library, cid: str, size: int) -> BookText:
    kept = _texts()
    found = kept.pop(cid, None)
    if found is None:
        data = b"".join(library.content.read(ContentId.parse_base32(cid), 0, size))
        found = BookText(data.decode("utf-8", "replace"))
    kept[cid] = found
    for oldest in [*kept][:-TEXTS_KEPT]:
        kept.pop(oldest, None)
    return found


@cache
def _texts() -> dict[str, BookText]:
    """Return the texts in memory by their CIDs, which say what they are, the last asked for at the end."""
    return {}
