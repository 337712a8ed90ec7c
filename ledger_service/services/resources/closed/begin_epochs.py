"""Begin a new epoch of closed content, which was asked for: a new key, and the content encrypted anew by it.

It is asked for in the transaction of whatever asks, and done by the worker, since it takes as long as reading
the content. The key of the epoch before is gone then, and its ciphertext is removed soon (remove_needless):
downloads of that moment break off, and go on from where they were in the new epoch.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import (
    ContentCorrupt,
    ContentKeptOtherwise,
    ContentKeyWrong,
    ContentNotFound,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.ports.resources import StoredContent
from ledger_service.ports.store import Transaction
from ledger_service.services.content.seal_content import new_seal
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library
from ledger_service.services.resources.closed.keep_sealed import add_epoch, wrap_for
from ledger_service.services.resources.read_content import check_not_destroyed, seal_of, with_digest

RETRY_SECONDS = 3600  # after an epoch could not be begun
Stops = Callable[[], bool]
logger = logging.getLogger(__name__)


def ask_for_epoch(library: Library, transaction: Transaction, digest: Digest) -> None:
    """Let the next epoch of a content be begun soon.

    Raises:
        ContentNotFound: the library does not keep it encrypted, or its key was destroyed.
    """
    row = _encrypted(library, transaction, digest)
    check_not_destroyed(row)
    transaction.stored.ask_for_next(row, library.clock())


def check_none_plain(library: Library, digest: Digest) -> None:
    """Check that no plain bytes of a resource lie in the store, so that destroying its key ends all reading.

    Raises:
        ContentKeptOtherwise: they do; an earlier version took them in.
        ContentStoreUnavailable: a place that may have them is away.
    """
    with library.store.read() as transaction:
        registration = transaction.registrations.find(digest, library.steward)
        is_sealed = digest in transaction.stored.newest(library.steward, [digest])
    if registration is not None and is_sealed and library.content.has(registration.cid):
        raise ContentKeptOtherwise("plain", digest=str(digest))


def destroy_key(library: Library, transaction: Transaction, digest: Digest) -> int | None:
    """Return the index of the entry that attests that a content's key is destroyed; None if it was before.

    Nobody can read the content any more, not the library either.

    Raises:
        ContentNotFound: the library does not keep it encrypted.
    """
    row = _encrypted(library, transaction, digest)
    if row.wrapped is None:
        return None
    transaction.stored.set_wrapped(row, None, row.keeper)
    transaction.needless.note(row.cid, library.clock())
    kind = StatementType.KEY_DESTROYED
    return append_statement(transaction, kind, digest, library.steward, library.clock())[0]


def begin_epochs(library: Library, stops: Stops) -> None:
    """Begin all epochs that were asked for; return when none is left, or soon after it is told to stop.

    One that cannot be begun stays asked for, and is tried again after an hour.

    Raises:
        ContentStoreUnavailable, ContentKeyUnavailable, StorageFull: it goes on when it is called again.
    """
    while not stops():
        with library.store.read() as transaction:
            row = transaction.stored.next_asked(library.clock() - RETRY_SECONDS)
        if row is None:
            return
        try:
            is_done = _begin(library, row, stops)
        except (ContentCorrupt, ContentNotFound, ContentKeyWrong) as exc:
            logger.warning("no new epoch of %s yet: %s", row.digest, exc.reason)
            with library.store.write() as transaction:
                transaction.stored.put_off_next(row, library.clock())
            continue
        if is_done:
            with library.store.write() as transaction:
                transaction.stored.ask_for_next(row, None)


def _encrypted(library: Library, transaction: Transaction, digest: Digest) -> StoredContent:
    row = transaction.stored.newest(library.steward, [digest]).get(digest)
    if row is None:
        raise ContentNotFound("not-encrypted", digest=str(digest))
    return row


def _begin(library: Library, row: StoredContent, stops: Stops) -> bool:
    """Return whether the next epoch stands, so that the one of this row can go."""
    with library.store.read() as transaction:
        found = transaction.registrations.find(row.digest, row.steward)
    assert found is not None  # what is stored was registered
    size, stored = found.metadata.size_bytes, ContentId.parse(row.cid)
    before, seal = seal_of(library, row), new_seal(library.key.name)
    with library.content.upload(seal) as upload:
        pieces = library.content.read_sealed(stored, before, size, 0, size)
        for piece in with_digest(row.digest, pieces):
            if stops():
                return False
            upload.write(piece)
        upload.finish()
        upload.commit()
        sealed = wrap_for(library, row.digest, seal, upload.stored().base16(), row)
    with library.store.write() as transaction:
        add_epoch(library, transaction, row.digest, sealed)
    return True
