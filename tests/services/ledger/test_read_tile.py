"""What is public: within the published checkpoint, and nothing before there is one."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import CheckpointNotFound, TileNotFound
from ledger_service.domain.ledger.tiled_ledger import TileName, entries_of_bundle
from ledger_service.services.ledger.append_entry import append_entry
from ledger_service.services.ledger.read_tile import published_checkpoint, read_tile
from tests.simulators.bench import Bench


def test_nothing_is_public_before_the_first_checkpoint(bench: Bench) -> None:
    assert bench.entries()
    with pytest.raises(CheckpointNotFound):
        published_checkpoint(bench.library)
    with pytest.raises(CheckpointNotFound):
        read_tile(bench.library, "tile/entries/000.p/1")


def test_the_published_ledger_is_read_and_no_more(lived: Bench) -> None:
    size = published_checkpoint(lived.library).size
    with lived.store.write() as transaction:
        append_entry(transaction, lived.entries("steward")[0])
    name, data = read_tile(lived.library, TileName(None, 0, size).format())
    assert len(entries_of_bundle(name, data)) == size
    assert len(read_tile(lived.library, TileName(0, 0, size).format())[1]) == 32 * size
    for level in (None, 0):
        with pytest.raises(TileNotFound):
            read_tile(lived.library, TileName(level, 0, size + 1).format())
    with pytest.raises(TileNotFound):
        read_tile(lived.library, "tile/1/000.p/1")
