"""Keep closed content: its bytes are sealed as they come in, and its key is kept wrapped.

The key is wrapped before the transaction that makes an epoch, since a key keeper may be far away, and for
the epoch that is next then. Whoever finds another one under the lock was late: others brought these bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.content.fixity import Outcome
from ledger_service.domain.errors import ContentKeptOtherwise
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.registration import Registration, RegistrationState
from ledger_service.ports.content import Seal
from ledger_service.ports.paging import every
from ledger_service.ports.resources import StoredContent
from ledger_service.ports.store import Transaction
from ledger_service.services.content.seal_content import wrap_seal
from ledger_service.services.ledger.append_entry import append_entry
from ledger_service.services.library import Library
from ledger_service.services.resources.closed.find_stored import is_open


class SealedContent(NamedTuple):
    """Ciphertext that lies in the store. cid: base16; wrapped: its key, for this epoch; keeper: by which."""

    epoch: int
    cid: str
    wrapped: bytes
    keeper: str


def wrap_for(
    library: Library, digest: Digest, seal: Seal, cid: str, before: StoredContent | None
) -> SealedContent:
    """Return sealed content, its key wrapped for the epoch after the one that stands.

    Raises:
        ContentKeyUnavailable: the key-encryption key cannot be had.
    """
    epoch = _epoch_after(before)
    keeper = library.keeper.name
    wrapped = wrap_seal(library.keeper, seal, library.key.name, digest, epoch)
    return SealedContent(epoch, cid, wrapped, keeper)


def add_epoch(
    library: Library, transaction: Transaction, digest: Digest, sealed: SealedContent
) -> bool:
    """Let this be what the library keeps from now on; return False if another epoch is next by now.

    The key of the epoch before is forgotten. None is next after one whose key was destroyed. Ciphertext that
    is needed no more is noted to be removed.
    """
    before = transaction.stored.newest(library.steward, [digest]).get(digest)
    now = library.clock()
    is_ended = before is not None and before.wrapped is None
    if is_ended or sealed.epoch != _epoch_after(before):
        transaction.needless.note(sealed.cid, now)
        return False
    facts: dict[str, str | int] = {
        "digest": digest.hex(),
        "steward": library.steward.hex(),
        "epoch": sealed.epoch,
        "cid": sealed.cid,
    }
    entry = append_entry(transaction, Entry("stored", now, facts))
    if before is not None:
        transaction.stored.set_wrapped(before, None, before.keeper)
        transaction.needless.note(before.cid, now)
    named = digest, library.steward
    transaction.stored.add(
        StoredContent(*named, sealed.epoch, sealed.cid, sealed.wrapped, sealed.keeper, entry, now)
    )
    return True


def _epoch_after(before: StoredContent | None) -> int:
    return 1 if before is None else before.epoch + 1


def newest_epochs(library: Library, digests: Iterable[Digest]) -> dict[Digest, StoredContent]:
    """Return the newest epoch of each of these digests that has any."""
    with library.store.read() as transaction:
        return transaction.stored.newest(library.steward, list(digests))


def is_whole(library: Library, stored: StoredContent) -> bool:
    """Return whether an epoch's key stands and no block is lost or damaged; all are read, and healed."""
    if stored.wrapped is None:
        return False
    lost = (Outcome.MISSING, Outcome.MISMATCH)
    checked = library.content.check(ContentId.parse(stored.cid))
    return not any(block.outcome in lost for block in checked)


def check_form(transaction: Transaction, standing: Registration | None, *, is_sealed: bool) -> None:
    """Check that bytes are kept as the license of their registration asks, whatever they came as.

    Raises:
        ContentKeptOtherwise: it is registered under an open license and these are sealed, or the reverse.
    """
    if standing is None or standing.state is RegistrationState.REJECTED:
        return
    if is_open(transaction, standing.license) is is_sealed:
        row = transaction.licenses.find(standing.license)
        assert row is not None  # licenses are never deleted
        if is_sealed:
            raise ContentKeptOtherwise("open", license=row.name)
        raise ContentKeptOtherwise("closed", license=row.name)


def open_licenses(library: Library) -> frozenset[str]:
    """Return names and ids of all licenses here by which everybody may read."""
    with library.store.read() as transaction:
        rows = [row for row in every(transaction.licenses.page) if row.terms.is_open]
    return frozenset(name for row in rows for name in (row.name, row.id.hex()))
