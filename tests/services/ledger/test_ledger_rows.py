"""The ledger's rows: however entries arrive, bundles, tiles and nodes are those of the tree."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger_service.adapters.sql import schema
from ledger_service.domain.errors import EntryNotFound
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.merkle import Frontier, Node, NodeName, leaf_hash
from ledger_service.domain.ledger.tiled_ledger import format_bundle
from ledger_service.ports.ledger import LedgerTable
from ledger_service.services.ledger.append_entry import append_bodies
from tests.simulators.bench import Bench


class Undone(Exception):
    """Ends a write transaction without a trace."""


def body_of(index: int) -> bytes:
    return b"%d" % index * (1 + index % 7)


def tree_of(bodies: Sequence[bytes]) -> list[Node]:
    frontier = Frontier()
    return [node for body in bodies for node in frontier.append(leaf_hash(body))]


def check_ledger(ledger: LedgerTable, bodies: Sequence[bytes]) -> None:
    """Check that all that the ledger tells is that of these entries."""
    size = len(bodies)
    nodes = dict(tree_of(bodies))
    assert ledger.size() == size
    assert ledger.entries(0, size + 1) == bodies
    assert ledger.read_nodes(list(nodes)) == list(nodes.values())
    assert ledger.frontier().root() == merkle.root_of_leaves(map(leaf_hash, bodies))
    level, width = 0, size
    while width:
        for number in range((width + 255) // 256):
            held = min(256, width - number * 256)
            expected = [nodes[NodeName(level * 8, number * 256 + place)] for place in range(held)]
            assert ledger.hash_tile(level, number, held) == b"".join(expected)
            if held < 256:
                with pytest.raises(EntryNotFound):
                    ledger.hash_tile(level, number, held + 1)
        level, width = level + 1, width // 256
    for number in range((size + 255) // 256):
        held = bodies[number * 256 : (number + 1) * 256]
        for part in {1, (len(held) + 1) // 2, len(held)}:
            assert ledger.entry_bundle(number, part) == format_bundle(held[:part])
        if len(held) < 256:
            with pytest.raises(EntryNotFound):
                ledger.entry_bundle(number, len(held) + 1)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.one_of(st.integers(0, 3), st.integers(200, 600)), max_size=8))
def test_batches_of_any_size_make_the_same_ledger(bench: Bench, batches: list[int]) -> None:
    bodies = bench.bodies()
    with pytest.raises(Undone), bench.store.write() as transaction:
        for count in batches:
            batch = [body_of(len(bodies) + place) for place in range(count)]
            assert append_bodies(transaction, batch) == len(bodies)
            bodies += batch
        check_ledger(transaction.ledger, bodies)
        raise Undone


def test_entries_one_by_one_fill_bundles_and_tiles(bench: Bench) -> None:
    bodies = bench.bodies()
    for index in range(1, 520):
        with bench.store.write() as transaction:
            append_bodies(transaction, [body_of(index)])
        bodies.append(body_of(index))
    with bench.store.read() as transaction:
        check_ledger(transaction.ledger, bodies)
        assert transaction.ledger.entries(250, 10) == bodies[250:260]
        assert transaction.ledger.entries(519, 10) == bodies[519:]
        assert transaction.ledger.entries(520, 10) == []


@pytest.mark.slow
def test_a_large_batch_is_few_rows(bench: Bench) -> None:
    bodies = bench.bodies() + [body_of(index) for index in range(1, 70_000)]
    with bench.store.write() as transaction:
        append_bodies(transaction, bodies[1:])
    with bench.store.read() as transaction:
        check_ledger(transaction.ledger, bodies)
    with bench.store.engine.connect() as connection:
        rows = [len(connection.execute(table.select()).all()) for table in LEDGER_TABLES]
    assert rows == [274, 274 + 2 + 1]


def test_of_what_is_not_there_nothing_is_told(bench: Bench) -> None:
    with bench.store.read() as transaction:
        for level, number in ((0, 1), (1, 0), (9, 9)):
            with pytest.raises(EntryNotFound):
                transaction.ledger.hash_tile(level, number, 1)
        with pytest.raises(EntryNotFound):
            transaction.ledger.entry_bundle(1, 1)


LEDGER_TABLES = (schema.ledger.bundle, schema.ledger.tile)
