"""What the worker does for projects: files are claimed, invitations that ended forgotten, papers folded.

An upload leaves a note, which whoever takes it in forgets. If that process was killed just between, the note
is forgotten here, long before the library would take the content for nobody's (services/resources/closed).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache

from ledger_service.domain.content.content_id import ContentId
from ledger_service.services.library import Library
from reading_room.together.live.fold import Folding, fold_papers
from reading_room.together.sql import SqlTogether

HOUR_SECONDS = 3600
LOOKED_BACK_SECONDS = 2 * 86_400

Stops = Callable[[], bool]


def work(library: Library, stops: Stops) -> None:
    """Do what is due; return then, or soon after told to stop."""
    fold_papers(library, SqlTogether, _folding(), stops)
    _keep_files(library, stops)


def _keep_files(library: Library, stops: Stops) -> None:
    """Claim what is kept, and forget invitations that ended, at most once an hour."""
    last = _last()
    if last and time.monotonic() - last[0] < HOUR_SECONDS:
        return
    since = library.clock() - LOOKED_BACK_SECONDS if last else 0
    with library.store.read() as transaction:
        made = transaction.room(SqlTogether).files.cids_since(since)
    for cid in made:
        if stops():
            return
        library.content.forget_note(ContentId.parse(cid))
    with library.store.write() as transaction:
        transaction.room(SqlTogether).invitations.remove_ended(library.clock())
    last[:] = [time.monotonic()]


@cache
def _folding() -> Folding:
    """Return what this process has seen of the papers' log."""
    return Folding()


@cache
def _last() -> list[float]:
    """Return when this process did it last, by the clock of the machine; empty for never."""
    return []
