"""Tell readers by push and mail that there is news, where they asked for it: not what, and once an hour.

Who is due is known by tags alone. Addresses are found by looking through the readers' keys, only while
somebody is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from ledger_service.ports.people import READER_PARTS
from ledger_service.ports.publication import Mailer, Receiver
from ledger_service.services.library import Library
from ledger_service.services.people.notices.pushes import Round
from ledger_service.services.people.notices.told import Ways, keep_ways, ways_of, whose

SECONDS_BETWEEN_MAILS = 3600  # to one reader
MAILS_A_BATCH = 50

Stops = Callable[[], bool]


def send_news(library: Library, stops: Stops) -> bool:
    """Send what is due; return whether somebody waits for it until their hour has passed.

    Raises:
        MailUnavailable: the server takes none; what is left is sent by a later call.
    """
    mailer, pusher = library.mailer, library.pusher
    if mailer is None and pusher is None:
        return False
    pushes = None if pusher is None else Round(library, pusher)
    with library.store.read() as transaction:
        due = transaction.notices.unmailed()
    now = library.clock()
    waits = False
    for part in range(READER_PARTS if due else 0):
        if stops():
            return True
        found = _readers(library, part, due)
        ready = [(key, ways) for key, ways in found if _is_due(ways, now)]
        waits |= len(ready) < len(found)
        if pushes is not None:
            for key, ways in ready:
                pushes.push(key, ways, now)
        _send(library, mailer, iter(ready), now)
    return waits


def _is_due(ways: Ways, now: int) -> bool:
    """Return whether no way by which the reader hears was used within the hour."""
    return max(ways.mailed_at, ways.pushed_at) + SECONDS_BETWEEN_MAILS <= now


def _readers(library: Library, part: int, due: set[bytes]) -> list[tuple[bytes, Ways]]:
    """Return the keys of those in a part who are due, and where they hear of news."""
    with library.store.read() as transaction:
        keys = [key for _, key in transaction.access.keys_of_part(part) if whose(key) in due]
        return [(key, ways_of(transaction, key)) for key in keys]


def _send(
    library: Library, mailer: Mailer | None, ready: Iterator[tuple[bytes, Ways]], now: int
) -> None:
    while batch := list(islice(ready, MAILS_A_BATCH)):
        mailed = [(key, ways) for key, ways in batch if ways.mail and mailer is not None]
        if mailed and mailer is not None:
            mailer.send([Receiver(ways.mail, ways.language) for _, ways in mailed])
        with library.store.write() as transaction:
            transaction.notices.set_mailed([whose(key) for key, _ in batch])
            for key, _ in mailed:
                if ways_of(
                    transaction, key
                ).mail:  # unless it was switched off, or erased, meanwhile
                    keep_ways(transaction, key, replace(ways_of(transaction, key), mailed_at=now))
