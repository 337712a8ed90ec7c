"""Tell how the ledger stands: its size, its newest anchor, who cosigned it, the last check of its content."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.errors import CheckpointNotFound, EntryNotFound, LedgerError
from ledger_service.domain.ledger.checkpoint import parse_note
from ledger_service.domain.ledger.entry import Entry, StatementType
from ledger_service.domain.ledger.merkle import leaf_hash
from ledger_service.domain.ledger.statement import Statement, StatementFilter
from ledger_service.domain.lending.commitment import commit
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, Thing, check_permitted
from ledger_service.ports.ledger import PrivatePart, SignedCheckpoint
from ledger_service.ports.paging import PageRequest, cursor_after
from ledger_service.services.ledger.list_statements import MOST_LOOKED_AT, list_statements
from ledger_service.services.ledger.read_private_parts import digest_of, record_parts
from ledger_service.services.ledger.read_tile import published_checkpoint
from ledger_service.services.library import Library


@dataclass(frozen=True)
class Standing:
    """size: of the ledger, in entries. checkpoint: the newest signed one; anchored: the newest on chain.

    waits_since: since when the oldest entry waits for an anchor. cosigned_by: names of other keys on the
    checkpoint, unchecked.
    fixity: the newest check of what is kept that the newest entries attest.
    """

    size: int
    checkpoint: SignedCheckpoint | None
    anchored: SignedCheckpoint | None
    waits_since: int | None
    cosigned_by: tuple[str, ...]
    fixity: Statement | None

    @property
    def anchored_size(self) -> int:
        """How many entries are anchored."""
        return 0 if self.anchored is None else self.anchored.size


@dataclass(frozen=True)
class ShownEntry:
    """An entry, with all that proves it. leaf: its hash in the tree; private: what it commits to.

    opens: whether the private part opens the commitment; None if there is none, or it was erased.
    anchor: the first anchored checkpoint that covers it.
    """

    index: int
    body: str
    entry: Entry
    leaf: str
    anchor: SignedCheckpoint | None
    private: PrivatePart | None
    opens: bool | None


def standing_of(library: Library) -> Standing:
    """Return how the ledger stands; no chain node is asked."""
    with library.store.read() as transaction:
        size = transaction.ledger.size()
        anchored = transaction.checkpoints.latest_anchored()
        waiting = transaction.ledger.entries(0 if anchored is None else anchored.size, 1)
    try:
        newest = published_checkpoint(library)
    except CheckpointNotFound:
        newest = None
    return Standing(
        size,
        newest,
        anchored,
        Entry.parse(waiting[0]).at if waiting else None,
        () if newest is None else _cosigners(library, newest.note),
        _last_fixity(library, size),
    )


def show_entry(library: Library, caller: Caller, index: int) -> ShownEntry:
    """Return an entry with its proofs, and what it commits to; raise EntryNotFound."""
    check_permitted(caller, Permission.PRIVATE_PART_READ, Thing(at=library.clock()))
    with library.store.read() as transaction:
        bodies = transaction.ledger.entries(index, 1) if index >= 0 else []
        if not bodies:
            raise EntryNotFound("index", index=index)
        parts = transaction.ledger.private_parts(index, 1)
        anchor = transaction.checkpoints.first_anchored_above(index)
    body, entry = bodies[0], Entry.parse(bodies[0])
    private = parts[0] if parts and parts[0].entry == index else None
    if private is not None and private.body is not None:
        about = Thing(digest=digest_of(private), at=library.clock())
        check_permitted(caller, Permission.PRIVATE_PART_READ, about)
        record_parts(library, caller, [private], [private])
    return ShownEntry(
        index, body.decode(), entry, leaf_hash(body).hex(), anchor, private, _opens(entry, private)
    )


def _opens(entry: Entry, private: PrivatePart | None) -> bool | None:
    if private is None or private.salt is None or private.body is None:
        return None
    return commit(private.salt, private.body).hex() == entry.text("commitment")


def _cosigners(library: Library, note: str) -> tuple[str, ...]:
    try:
        lines = parse_note(note).signatures
    except LedgerError:
        return ()
    return tuple(line.name for line in lines if line.name != library.key.name)


def _last_fixity(library: Library, size: int) -> Statement | None:
    """Return the newest attested check among the newest entries, which is where it is if checks are made."""
    start = max(0, size - MOST_LOOKED_AT)
    request = PageRequest(cursor_before(start), 200)
    found = list_statements(library, request, StatementFilter(StatementType.FIXITY)).items
    return found[-1] if found else None


def cursor_before(index: int) -> str:
    """Return the cursor of a list of entries whose page begins at an index."""
    return "" if index == 0 else cursor_after(index - 1)
