"""What the worker does for media: it reads what is kept, one file after another, the oldest first.

Each file is read in a process of its own, which is bounded; see `reading`. That a file is about to be read
is noted first: what ends the worker amid three times is left alone. A file that cannot be read stops
nothing, and is not tried again until somebody asks.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.metadata import version

from ledger_service.domain.errors import ContentNotFound, LedgerError, Unavailable
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import (
    STATES_GONE,
    Registration,
)
from ledger_service.ports.paging import PageRequest, cursor_after
from ledger_service.services.imports.import_resources import is_importing
from ledger_service.services.library import Library
from ledger_service.services.resources.closed.find_stored import is_open
from ledger_service.services.resources.find_content import find_kept
from ledger_service.services.resources.read_content import content_pieces, content_size
from reading_room.media.reading.findings import COVER_TYPE, Found
from reading_room.media.reading.process import MOST_SECONDS, Left, read_apart
from reading_room.media.rules import Media, Problem, Rendition, RenditionKind
from reading_room.media.sql import SqlMedia

LOOKED_AT_A_TIME = 200  # registrations
ASKED_AT_A_TIME = 50
AWAY_SECONDS = 30.0  # until what could not be read now is tried again, if somebody asked for it
BATCH_SECONDS = 5.0  # of looking that is done again after a kill
REST_SECONDS = 0.1
DAY_SECONDS = 86_400  # until registrations are looked through again: some get their content later
TEXT_TYPE = "text/plain; charset=utf-8"
TILES_TYPE = "application/zip"
READERS = ("pillow", "puremagic", "pypdfium2", "tinytag")

Stops = Callable[[], bool]
logger = logging.getLogger("muhr.media")


def work(library: Library, stops: Stops) -> None:
    """Do what is due now for a few seconds; return then, when nothing is left, or when told to stop."""
    if not library.limits.media_a_minute:
        return
    with library.store.read() as transaction:
        if is_importing(transaction, library.clock()):
            return
        room = transaction.room(SqlMedia)
        found = [
            transaction.registrations.find(one, library.steward)
            for one in room.asked(ASKED_AT_A_TIME)
        ]
        cursor, since = room.looked()
    asked = [item for item in found if item is not None and _is_due(item)]
    if asked:
        _look_at(library, asked[0], stops)
        return
    _look_through(library, cursor, library.clock() if since is None else since, stops)


def _look_through(library: Library, cursor: str, since: int, stops: Stops) -> None:
    """Look at the registrations that follow; begin anew a day after it began."""
    with library.store.read() as transaction:
        page = transaction.registrations.page(PageRequest(cursor, LOOKED_AT_A_TIME))
        known = transaction.room(SqlMedia).known([item.digest for item in page.items])
    begun, last = time.monotonic(), None
    for item in page.items:
        if stops() or time.monotonic() - begun > BATCH_SECONDS:
            break
        media = known.get(item.digest.value)
        if item.steward == library.steward and (media is None or media.is_due):
            _look_at(library, item, stops)
            if stops():
                break  # it may have been left amid
        last = item
    now = library.clock()
    if last is not None:
        cursor = cursor_after(last.accepted_entry)
    elif not page.items and now >= since + DAY_SECONDS:
        cursor, since = "", now
    else:
        return
    with library.store.write() as transaction:
        transaction.room(SqlMedia).look_to(cursor, since)


def _look_at(library: Library, item: Registration, stops: Stops) -> None:
    """Read a file and note what it is; what cannot be read now, or is not kept, is left as it was."""
    is_kept = item.state not in STATES_GONE and find_kept(library, item)
    if is_kept is None:  # nobody can tell now
        _put_off(item)
        return
    if not is_kept:
        _forget_asking(library, item)
        return
    begun = time.monotonic()
    before = _begin(library, item)
    try:
        found = _read(library, item, stops)
        media = _known(library, item, found)
    except Left:
        _leave(library, item, before)
        return
    except Unavailable as exc:
        logger.warning("%s is not read yet: %s", item.digest, exc.slug())
        _leave(library, item, before)
        _put_off(item)
        return
    except LedgerError as exc:
        logger.warning("%s was not read: %s", item.digest, exc.slug())
        _leave(library, item, None if before is None else replace(before, is_asked=False))
        return
    with library.store.write() as transaction:
        transaction.room(SqlMedia).set(media)
    _rest(begun + 60 / library.limits.media_a_minute, stops)


@cache
def _put_off_until() -> dict[Digest, float]:
    """Return by digest until when what was asked for waits, by the clock of this process."""
    return {}


def _put_off(item: Registration) -> None:
    _put_off_until()[item.digest] = time.monotonic() + AWAY_SECONDS


def _is_due(item: Registration) -> bool:
    """Return whether a file need not wait for a place that was away."""
    until = _put_off_until().get(item.digest, 0.0)
    if time.monotonic() < until:
        return False
    _put_off_until().pop(item.digest, None)
    return True


def _begin(library: Library, item: Registration) -> Media | None:
    """Note that a file is about to be read; return what was known before."""
    with library.store.write() as transaction:
        room = transaction.room(SqlMedia)
        before = room.find(item.digest)
        known = Media(item.digest, 0, "") if before is None else before
        room.set(
            replace(
                known,
                at=library.clock(),
                by=readers(),
                tries=known.tries + 1,
                is_asked=False,
                problem=Problem.STOPPED,
            )
        )
    return before


def _leave(library: Library, item: Registration, before: Media | None) -> None:
    """Let be known what was before the reading began."""
    with library.store.write() as transaction:
        room = transaction.room(SqlMedia)
        if before is None:
            room.forget(item.digest)
        else:
            room.set(before)


def _forget_asking(library: Library, item: Registration) -> None:
    with library.store.write() as transaction:
        room = transaction.room(SqlMedia)
        known = room.find(item.digest)
        if known is not None and known.is_asked:
            room.set(replace(known, is_asked=False))


def _read(library: Library, item: Registration, stops: Stops) -> Found:
    def get(start: int, end: int) -> bytes:
        data = b"".join(content_pieces(library, item, start, end))
        if len(data) != end - start:
            raise ContentNotFound("block")
        return data

    with library.store.read() as transaction:
        is_for_all = is_open(transaction, item.license)
    return read_apart(content_size(library, item), get, stops, MOST_SECONDS, is_for_all)


def _known(library: Library, item: Registration, found: Found) -> Media:
    """Return what is to be known of a file; what was made of an open one is durable then.

    Of closed content nothing is made that would lie open.
    """
    with library.store.read() as transaction:
        is_for_all = is_open(transaction, item.license)
    made = []
    if is_for_all and found.cover:
        made.append(_kept(library, RenditionKind.COVER, COVER_TYPE, found.cover))
    if is_for_all and found.text:
        made.append(_kept(library, RenditionKind.TEXT, TEXT_TYPE, found.text))
    facts = found.facts
    if is_for_all and found.tiles:
        kind = RenditionKind.TILES if facts.pages is None else RenditionKind.PAGES
        made.append(_kept(library, kind, TILES_TYPE, found.tiles))
    return Media(
        digest=item.digest,
        at=library.clock(),
        by=readers(),
        media_type=facts.media_type or None,
        width=facts.width,
        height=facts.height,
        pages=facts.pages,
        milliseconds=facts.milliseconds,
        title=facts.title,
        identifiers=tuple(facts.identifiers),
        is_cut=facts.is_cut,
        problem=None if facts.problem is None else Problem(facts.problem),
        renditions=tuple(made),
    )


def _kept(library: Library, kind: RenditionKind, media_type: str, data: bytes) -> Rendition:
    with library.content.upload() as upload:
        upload.write(data)
        cid = upload.finish()
        upload.commit()
    return Rendition(kind, media_type, cid, len(data))


def _rest(until: float, stops: Stops) -> None:
    while (left := until - time.monotonic()) > 0 and not stops():
        time.sleep(min(left, REST_SECONDS))


@cache
def readers() -> str:
    """Return the readers of files and their versions."""
    return " ".join(f"{name} {version(name)}" for name in READERS)
