"""Tell readers by mail that there is news, where they asked for it: not what, and at most once an hour.

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
from ledger_service.services.people.notices.told import Ways, keep_ways, ways_of, whose

SECONDS_BETWEEN_MAILS = 3600  # to one reader
MAILS_A_BATCH = 50

Stops = Callable[[], bool]


def send_news(library: Library, stops: Stops) -> bool:
    """Send what is due; return whether somebody waits for a mail until their hour has passed.

    Raises:
        MailUnavailable: the server takes none; what is left is sent by a later call.
    """
    mailer = library.mailer
    if mailer is None:
        return False
    with library.store.read() as transaction:
        due = transaction.notices.unmailed()
    now = library.clock()
    waits = False
    for part in range(READER_PARTS if due else 0):
        if stops():
            return True
        found = _readers(library, part, due)
        ready = [
            (key, ways) for key, ways in found if ways.mailed_at + SECONDS_BETWEEN_MAILS <= now
        ]
        waits |= len(ready) < len(found)
        _send(library, mailer, iter(ready), now)
    return waits


def _readers(library: Library, part: int, due: set[bytes]) -> list[tuple[bytes, Ways]]:
    """Return the keys of those in a part who are due, and where they hear of news."""
    with library.store.read() as transaction:
        keys = [key for _, key in transaction.access.keys_of_part(part) if whose(key) in due]
        return [(key, ways_of(transaction, key)) for key in keys]


def _send(library: Library, mailer: Mailer, ready: Iterator[tuple[bytes, Ways]], now: int) -> None:
    while batch := list(islice(ready, MAILS_A_BATCH)):
        mailed = [(key, ways) for key, ways in batch if ways.mail]
        if mailed:
            mailer.send([Receiver(ways.mail, ways.language) for _, ways in mailed])
        with library.store.write() as transaction:
            transaction.notices.set_mailed([whose(key) for key, _ in batch])
            for key, _ in mailed:
                if ways_of(
                    transaction, key
                ).mail:  # unless it was switched off, or erased, meanwhile
                    keep_ways(transaction, key, replace(ways_of(transaction, key), mailed_at=now))
