"""Recompute the verifiable map from the entries, and compare what every `map` entry states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ledger_service.domain.ledger.entry import KINDS_TAKEN_IN, Entry
from ledger_service.domain.publication.map_pages import insert
from ledger_service.domain.publication.verifiable_map import record
from ledger_service.services.audit.faults import Fault, Report


def check_map(entries: Mapping[int, Entry], sizes: Iterable[int], add: Report) -> None:
    """Tell `add` which map entries are wrong, and under which checkpoints there is none.

    entries: by index, in their order. sizes: of the checkpoints that are signed or anchored. A ledger
    that began before maps were kept owes one from its first `map` entry on.
    """
    pages: dict[str, bytes] = {}

    def read(prefixes: Sequence[str]) -> dict[str, bytes]:
        return {prefix: pages[prefix] for prefix in prefixes if prefix in pages}

    taken_in: list[bytes] = []
    first_map: int | None = None
    for index, entry in entries.items():
        if entry.kind in KINDS_TAKEN_IN:
            taken_in.append(record(bytes.fromhex(entry.text("digest")), index))
        elif entry.kind == "map":
            first_map = index if first_map is None else first_map
            root = insert(taken_in, read, pages.update)
            taken_in = []
            if entry.facts != {"root": root.hash.hex(), "count": root.leaves, "size": index}:
                add(Fault.MAP_MISMATCH.of(entry=index))
    for size in sorted(sizes):
        last = entries.get(size - 1)
        if first_map is not None and size > first_map and (last is None or last.kind != "map"):
            add(Fault.MAP_MISSING.of(size=size))
