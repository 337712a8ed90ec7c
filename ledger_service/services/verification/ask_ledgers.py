"""Ask the copies of all other ledgers on the chain about one digest: no other library is asked for anything.

A copy speaks only if it is whole: it has the entries of the newest anchor that our own index of the chain
knows, and they have that anchor's root. Whose a ledger is, the chain says, and not the copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest, LedgerId
from ledger_service.domain.ledger import merkle
from ledger_service.domain.reasons import Reason
from ledger_service.domain.verification.asked_ledger import MOST_LEDGERS, AskedLedger
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.trail import MOST_ENTRIES, Trail
from ledger_service.ports.publication import LookedUp
from ledger_service.services.ledgers_on_chain import LedgerOnChain
from ledger_service.services.library import Library


@dataclass(frozen=True)
class ToldLedger:
    """What a ledger tells of a digest. copy: None if there is none; trail: empty if it tells nothing."""

    asked: AskedLedger
    on_chain: LedgerOnChain
    copy: LookedUp | None
    trail: Trail


_NOTHING = Trail.of([], "", "")


def ask_ledgers(
    library: Library, digest: Digest, ledgers: Mapping[LedgerId, LedgerOnChain]
) -> list[ToldLedger]:
    """Return what every ledger but our own tells of a digest, by the stewards' names."""
    others = {key: ledger for key, ledger in ledgers.items() if key != library.ledger}
    if not others:
        return []
    copies = {copy.ledger: copy for copy in library.mirrors.look_up(digest, MOST_ENTRIES + 1)}
    told = [
        _told(library, digest, key, ledger, copies.get(key) if place < MOST_LEDGERS else None)
        for place, (key, ledger) in enumerate(others.items())
    ]
    return sorted(told, key=lambda item: (item.asked.name, item.asked.steward))


def _told(
    library: Library, digest: Digest, key: LedgerId, ledger: LedgerOnChain, copy: LookedUp | None
) -> ToldLedger:
    because, trail = _why_not(library, ledger, copy), _NOTHING
    if copy is not None and copy.entries:
        if len(copy.entries) > MOST_ENTRIES:
            because = because or Reason(Because.TOO_MANY_ENTRIES, {"most": MOST_ENTRIES})
        try:
            entries = copy.entries[:MOST_ENTRIES]
            trail = Trail.of(entries, digest.hex(), ledger.steward.hex())
        except LedgerError:
            because = because or Reason(Because.COPY_NOT_READABLE)
    asked = AskedLedger(
        ledger=key.hex(),
        steward=ledger.steward.hex(),
        name=copy.name if copy else "",
        address=copy.address if copy else "",
        is_own=False,
        size=copy.size if copy else 0,
        at=copy.held_at or None if copy else None,
        because=because,
        holds=not trail.is_empty,
        fault=Reason(Because.NAMES_OTHER_STEWARD) if trail.names_others else None,
    )
    return ToldLedger(asked, ledger, copy, trail)


def _why_not(library: Library, ledger: LedgerOnChain, copy: LookedUp | None) -> Reason | None:
    """Return why a copy does not speak for its ledger; None if it does."""
    if copy is None:
        return Reason(Because.LEDGER_NOT_COPIED)
    if not copy.is_readable:
        return Reason(Because.COPY_NOT_READABLE)
    if copy.has_forked:
        return Reason(Because.COPY_FORKED)
    newest = ledger.newest
    if newest is None:
        return None
    if copy.size < newest.size:
        return Reason(Because.COPY_BEHIND, {"size": copy.size, "anchored": newest.size})
    if library.ledgers.is_root_known(copy.id, newest):
        return None
    try:
        root = merkle.root_hash(newest.size, partial(library.mirrors.read_nodes, copy.id))
    except LedgerError:
        return Reason(Because.COPY_NOT_READABLE)
    if root != newest.root:
        return Reason(Because.COPY_CONTRADICTS, {"size": newest.size})
    library.ledgers.know_root(copy.id, newest)
    return None
