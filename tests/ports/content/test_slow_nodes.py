"""Nodes that are slow, or end amid something: whom they hold up, and how they come to have what they lack."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ipfs import copies_staging
from ipfs.cid import Cid
from ledger_service.adapters.content import node_staging
from ledger_service.adapters.content.blocks import IpfsContent
from ledger_service.adapters.content.stores import open_blocks
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import ContentStoreUnavailable
from tests.ports.content.listed import MIB, data_of, leaves
from tests.ports.content.places import Folder, Kept
from tests.simulators.content.kubo import Answer, KuboSimulator

AT_MOST_SECONDS = 60  # of a wait that an event ends
REFUSED: Answer = (403, b"403 - Forbidden")


class Node(KuboSimulator):
    """A node whose puts wait for one another, or for whoever lets them go on."""

    def __init__(self) -> None:
        self.before_put: Callable[[], object] = lambda: None
        self.put: list[str] = []
        super().__init__()

    def _put(self, asked: dict[str, str], body: bytes) -> Answer:
        self.put.append(asked["cid-codec"])
        self.before_put()
        return super()._put(asked, body)


@pytest.fixture
def nodes() -> Iterator[list[Node]]:
    made = [Node(), Node()]
    yield made
    for node in made:
        node.stop()


@pytest.fixture
def held(nodes: list[Node]) -> Iterator[threading.Event]:
    """Let the first node's puts wait; set the event to let them go on."""
    event = threading.Event()
    nodes[0].before_put = lambda: event.wait(AT_MOST_SECONDS)
    yield event
    event.set()


@pytest.fixture
def beside_folder(nodes: list[Node], tmp_path: Path) -> Kept:
    """Return a store that needs one copy: in the folder, or on the first node."""
    return Kept(Folder(tmp_path / "blocks"), tmp_path, nodes[:1], copies=1)


def refill(kept: Kept) -> None:
    """Do what the worker does for what some place lacks; as one that did not do it lately."""
    IpfsContent(open_blocks(kept.settings)).refill(lambda: False)


def holds_all(node: Node, data: bytes, cid: ContentId) -> bool:
    return all(node.holds(one) for one in [*leaves(data), Cid(cid.codec, cid.digest)])


def test_blocks_are_sent_several_at_a_time_and_the_root_when_all_others_are_kept(
    nodes: list[Node], tmp_path: Path
) -> None:
    node, kept, data = nodes[0], Kept(None, tmp_path, nodes[:1]), data_of(16 * MIB)
    together = threading.Barrier(node_staging.GROUPS_AT_A_TIME)
    node.before_put = lambda: (
        node.put[-1] == "raw" and len(node.put) <= 16 and together.wait(AT_MOST_SECONDS)
    )
    cid = kept.put(data)
    assert node.put == ["raw"] * 16 + ["dag-pb"]
    assert holds_all(node, data, cid)
    assert kept.read(cid) == data


def test_pins_of_several_blocks_are_looked_up_by_one_question(
    nodes: list[Node], tmp_path: Path
) -> None:
    Kept(None, tmp_path, nodes[:1]).put(data_of(8 * MIB))
    assert nodes[0].asked.count("pin/ls") == 8 / node_staging.BLOCKS_A_GROUP + 1
    assert nodes[0].asked.count("block/get") == 9


def test_a_node_that_is_late_is_left_behind_and_filled_when_it_answers(
    nodes: list[Node],
    held: threading.Event,
    beside_folder: Kept,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(copies_staging, "LATE_SECONDS", 0)
    data = data_of(2 * MIB + 1)
    cid = beside_folder.put(data)
    assert not holds_all(nodes[0], data, cid)
    held.set()
    refill(beside_folder)
    assert holds_all(nodes[0], data, cid)


def test_a_node_that_takes_blocks_too_slowly_ends_the_upload_that_needs_it(
    nodes: list[Node], held: threading.Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_staging, "PATIENCE_SECONDS", 0)
    monkeypatch.setattr(node_staging, "SLOWEST_BYTES_PER_SECOND", 1000 * MIB)
    with pytest.raises(ContentStoreUnavailable):
        Kept(None, tmp_path, nodes[:1]).put(data_of(MIB))
    assert not held.is_set()


def test_a_node_that_failed_is_not_waited_for_by_the_next_uploads(
    nodes: list[Node], beside_folder: Kept
) -> None:
    nodes[0].answers["block/put"] = lambda: REFUSED
    first = beside_folder.put(data_of(100))
    nodes[0].asked.clear()
    second = beside_folder.put(data_of(200))
    assert nodes[0].asked == []
    nodes[0].answers.clear()
    refill(beside_folder)
    assert holds_all(nodes[0], data_of(100), first)
    assert holds_all(nodes[0], data_of(200), second)


def test_a_node_that_ends_between_remove_and_put_has_the_block_once_it_is_back(
    nodes: list[Node], tmp_path: Path
) -> None:
    kept, data = Kept(None, tmp_path, nodes), data_of(2 * MIB + 3)
    cid, spoiled = kept.put(data), leaves(data)[1]
    nodes[0].flip(spoiled)
    nodes[0].before_put = nodes[0].stop
    assert kept.read(cid) == data
    nodes[0].before_put = lambda: None
    with pytest.raises(ContentStoreUnavailable):
        refill(kept)
    nodes[0].start()
    refill(kept)
    assert nodes[0].holds(spoiled)


def test_what_every_place_has_again_is_forgotten(beside_folder: Kept, nodes: list[Node]) -> None:
    nodes[0].answers["block/put"] = lambda: REFUSED
    beside_folder.put(data_of(100))
    refill(beside_folder)
    nodes[0].answers.clear()
    refill(beside_folder)
    nodes[0].asked.clear()
    refill(beside_folder)
    assert nodes[0].asked == []


def test_who_fills_places_rests_after_one_refused_and_stops_when_told_to(
    beside_folder: Kept, nodes: list[Node]
) -> None:
    nodes[0].answers["block/put"] = lambda: REFUSED
    beside_folder.put(data_of(100))
    beside_folder.content.refill(lambda: True)
    beside_folder.content.refill(lambda: False)
    nodes[0].asked.clear()
    beside_folder.content.refill(lambda: False)
    assert nodes[0].asked == []
