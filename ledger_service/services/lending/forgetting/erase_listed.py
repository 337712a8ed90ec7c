"""Erase again who is on the list of the erased, from a database that still knows them."""

from __future__ import annotations

from ledger_service.domain.people.erasure import erasure_tag
from ledger_service.services.lending.forgetting.erase_reader import destroy
from ledger_service.services.library import Library

AT_ONCE = 500


def erase_listed(library: Library) -> int:
    """Erase every reader who is on the list and in the database, as in one that was restored; count them.

    Each start of a service does so, and each restore.
    """
    tags, after, count = library.erasures.tags(), "", 0
    while tags:
        with library.store.read() as transaction:
            readers = transaction.access.readers(after, AT_ONCE)
        if not readers:
            break
        after = readers[-1][0]
        for reader, key in readers:
            if erasure_tag(key) in tags:
                with library.store.write() as transaction:
                    count += destroy(library, transaction, reader) is not None
    return count
