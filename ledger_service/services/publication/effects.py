"""What a checkpoint becomes when the chain has taken its anchor; no entry tells of anchors."""

from __future__ import annotations

from ledger_service.domain.chain.intent import AnchorCheckpoint
from ledger_service.ports.store import Transaction
from ledger_service.services.effect import Effect, EffectTable, Place, nothing


def _anchor(transaction: Transaction, intent: AnchorCheckpoint, place: Place) -> None:
    transaction.checkpoints.set_anchor(intent.size, place.block, place.transaction)


def _recall(transaction: Transaction, intent: AnchorCheckpoint) -> None:
    transaction.checkpoints.unset_anchor(intent.size)


# An anchor that the chain refused is queued anew, with the proof that the next one needs.
EFFECTS: EffectTable = {AnchorCheckpoint: Effect(_anchor, nothing, recall=_recall)}
