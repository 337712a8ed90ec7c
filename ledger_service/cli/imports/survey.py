"""What an import would take, told before anything is registered for good; nothing is hashed for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ledger_service import messages
from ledger_service.adapters.imports.harvests import HarvestNotes
from ledger_service.adapters.imports.preparer import Piece
from ledger_service.adapters.imports.sources.blocks import FileBlock
from ledger_service.cli.imports.own_imports import Source
from ledger_service.cli.imports.sent_imports import KEPT_ELSEWHERE
from ledger_service.cli.output import ask_to_register, say, tell
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.import_progress import Extent
from ledger_service.domain.reasons import Reason

MOST_REASONS_SHOWN = 12


def survey(pieces: Iterable[Piece]) -> list[str]:
    """Return lines for people: how many items there are, and why others are none."""
    taken = 0
    others: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], ImportItem] = {}
    for piece in pieces:
        if isinstance(piece, FileBlock):
            taken += len(piece.names)
        elif not isinstance(piece, ImportItem):
            taken += sum(1 for line in piece.data.split(b"\n") if line.strip())
        elif not piece.outcome:
            taken += 1
        else:
            kind = (piece.outcome, Reason.parse(piece.reason).name)
            others[kind] += 1
            example.setdefault(kind, piece)
    lines = [f"{taken:,} items to register"]
    for kind, number in others.most_common(MOST_REASONS_SHOWN):
        first = example[kind]
        lines.append(f"{number:,} {kind[0]}, as {first.place}: {messages.stored(first.reason)}")
    return lines


def ask_about(source: Source, keep: bool) -> None:
    """Show what will be registered, and end the command unless the person says yes.

    keep: whether the library is to keep the bytes.
    """
    is_service = source.files is not None  # which is not asked for everything twice
    found = [source.name]
    if not is_service:
        found = survey(source.pieces(Extent(), HarvestNotes(), largest_bytes=0))
    for line in found:
        say(line, err=True)
    if not keep:
        tell(KEPT_ELSEWHERE, err=True)
    ask_to_register()
