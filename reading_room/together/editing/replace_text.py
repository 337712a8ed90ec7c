"""Replace a paper's text as a whole: by the form for browsers without scripts, and by an earlier text.

What changes is found line by line and becomes an update as an editor would send it. So comments stay at their
words, what others write meanwhile is merged, and the log names who did it.
"""

from __future__ import annotations

from ledger_service.domain.errors import LedgerError, PaperChanged, PaperTooLarge
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.services.library import Library
from reading_room.together.editing.document import (
    document_of,
    replace_in,
    text_in,
    tidy,
    version_of,
)
from reading_room.together.editing.ports import Tables
from reading_room.together.live.bounds import LARGEST_PAPER_BYTES, LARGEST_UPDATE_BYTES
from reading_room.together.live.keep import Addition, Log, keep_updates, purpose_of, read_log
from reading_room.together.output.paper_text import LONGEST_TEXT
from reading_room.together.rules.project import PaperId
from reading_room.together.rules.role import Right
from reading_room.together.verbs.membership import enter_paper


def replace_text(
    library: Library,
    tables: Tables,
    caller: Caller,
    paper: PaperId,
    text: str,
    version: str | None = None,
) -> None:
    """Let the paper have this text. version: of the text that it is to replace, None for whichever stands.

    Raises as `enter_paper`, and:
        PaperChanged: the text is another one now.
        PaperTooLarge: the text, or the paper with all that was deleted, is too large.
    """
    reach(caller, Permission.PROJECT_OWN)
    wanted = tidy(text)
    if len(wanted) > LONGEST_TEXT:
        raise PaperTooLarge("paper", most=LONGEST_TEXT)
    with library.store.read() as transaction:
        enter_paper(transaction, tables, caller, paper, Right.WRITE)
        log = read_log(library, transaction, tables, paper)
    document = document_of(_updates(log))
    if version is not None and version_of(text_in(document)) != version:
        raise PaperChanged()
    update = replace_in(document, wanted)
    if update is None:
        return
    if len(update) > LARGEST_UPDATE_BYTES or _size(log) + len(update) > LARGEST_PAPER_BYTES:
        raise PaperTooLarge("paper", most=LONGEST_TEXT)
    with library.store.write() as transaction:
        _, entered = enter_paper(transaction, tables, caller, paper, Right.WRITE)
        number = entered.member.number
        sealed = log.key.seal(update, purpose_of(number))
        seen = log.written[-1].number if log.written else log.number
        clients = {document.client_id: number}
        added = Addition(paper, seen, [(number, sealed)], clients, tables)
        [result] = keep_updates(library, transaction, [added])
        if isinstance(result, LedgerError):
            raise result


def _updates(log: Log) -> list[bytes]:
    return [log.whole.update, *(one.update for one in log.written)]


def _size(log: Log) -> int:
    return sum(map(len, _updates(log)))
