"""How far a registration has come, as programs and the desk's own scripts are told."""

from __future__ import annotations

from ledger_service import messages
from reading_room.desk.verbs.follow import Progress


def progress_json(item: Progress) -> dict[str, object]:
    """Return how far a registration is, as JSON. rejection: why the chain refused it, as a sentence."""
    return {
        "digest": item.digest.hex(),
        "state": item.state.value,
        "anchored": item.is_anchored,
        "final": item.is_final,
        "entry": item.entry,
        "rejection": None if item.rejection is None else messages.stored(item.rejection),
    }
