"""Logs by ranges: in few requests, from nodes that answer little at once, and kept for the next time."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger_service.adapters.evm import logs
from ledger_service.adapters.evm.logs import BLOCKS_A_QUERY, MANY_LOGS, KeptLogs, Pace
from ledger_service.adapters.evm.node import Node
from ledger_service.adapters.evm.reader import EvmReader
from ledger_service.domain.errors import ChainEvidenceMissing, ChainUnavailable
from ledger_service.ports.chain import EventTotals
from ledger_service.services.chain.complete_events import complete_events
from tests.simulators.node_proxy import NodeProxy, Refused

RANGE = 4


@pytest.fixture(scope="module")
def span(bench: Any) -> tuple[int, int, EventTotals]:
    """Return the first and the last block of some dozen events, and the totals before them.

    What other tests have put on this chain before is left out, so that requests can be counted.
    """
    reader, begun = EvmReader(Node(bench.running.chain.url), bench.deployment), bench.chain.head()
    _, before = complete_events(reader, bench.deployment.first_block, begun.number, {})
    for _ in range(8):
        assert bench.carry_out(bench.grant(bench.registered())).succeeded
    return begun.number + 1, bench.chain.head().number, before


@pytest.fixture
def node(bench: Any) -> Iterator[NodeProxy]:
    with NodeProxy(bench.running.chain.url) as proxy:
        yield proxy


@pytest.fixture
def read(bench: Any, span: tuple[int, int, EventTotals], node: NodeProxy) -> Callable[..., Any]:
    """Return read(kept): all events through the node."""

    def through(kept: KeptLogs | None = None) -> Any:
        return complete_events(EvmReader(Node(node.url), bench.deployment, kept), *span)

    return through


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeptLogs:
    monkeypatch.setattr(logs, "BLOCKS_A_QUERY", RANGE)
    return KeptLogs(tmp_path / "logs")


def counted(node: NodeProxy, method: str) -> list[list[Any]]:
    """Return a list that gets the parameters of each call of a method."""
    seen: list[list[Any]] = []

    def change(asked: str, parameters: list[Any], result: Any) -> Any:
        if asked == method:
            seen.append(parameters)
        return result

    node.change = change
    return seen


def test_the_times_of_many_blocks_are_asked_for_together(node: NodeProxy, read: Any) -> None:
    blocks = counted(node, "eth_getBlockByNumber")
    read()
    assert len(blocks) > 10
    assert node.requests <= 6


def test_a_node_without_batches_gives_the_same(node: NodeProxy, read: Any) -> None:
    found = read()
    node.takes_batches = False
    assert read() == found


def test_a_node_that_refuses_long_ranges_is_asked_for_halves(node: NodeProxy, read: Any) -> None:
    found = read()

    def change(method: str, parameters: list[Any], result: Any) -> Any:
        if method == "eth_getLogs" and len(result) > 3:
            raise Refused("query returned more than 3 results")
        return result

    node.change = change
    assert read() == found


def test_a_block_of_a_log_that_is_gone_is_an_outage(node: NodeProxy, read: Any) -> None:
    def change(method: str, parameters: list[Any], result: Any) -> Any:
        if method == "eth_getLogs":
            return [{k: v for k, v in log.items() if k != "blockTimestamp"} for log in result]
        return None if method == "eth_getBlockByNumber" else result

    node.change = change
    with pytest.raises(ChainUnavailable, match="changed-meanwhile"):
        read()


def test_fewer_blocks_are_asked_for_where_they_hold_many_logs() -> None:
    pace = Pace(blocks=8)
    for _ in range(5):
        pace.heed(MANY_LOGS + 1)
    assert pace.blocks == 1
    for _ in range(20):
        pace.heed(0)
    assert pace.blocks == BLOCKS_A_QUERY


def test_kept_logs_are_asked_for_no_more(node: NodeProxy, read: Any, kept: KeptLogs) -> None:
    found = read(kept)
    ranges = counted(node, "eth_getLogs")
    assert read(kept) == found
    assert len(ranges) <= 1  # the last range, if it is no whole one


def test_reading_that_broke_off_goes_on_where_it_was(
    node: NodeProxy, read: Any, kept: KeptLogs
) -> None:
    def change(method: str, parameters: list[Any], result: Any) -> Any:
        if method == "eth_getLogs" and int(parameters[0]["fromBlock"], 16) > 2 * RANGE + 1:
            raise Refused("gone")
        return result

    node.change = change
    with pytest.raises(Exception, match="gone"):
        read(kept)
    ranges = counted(node, "eth_getLogs")
    read(kept)
    assert min(int(query["fromBlock"], 16) for (query,) in ranges) > 2 * RANGE


def test_kept_logs_of_a_block_that_the_chain_has_no_more_are_not_used(
    node: NodeProxy, read: Any, kept: KeptLogs, tmp_path: Path
) -> None:
    found = read(kept)
    change_kept(tmp_path, lambda value: value | {"hash": "00" * 32, "logs": []})
    assert read(kept) == found


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value | {"logs": value["logs"][1:]},
        lambda value: (
            value | {"logs": [{**log, "topics": log["topics"][:1]} for log in value["logs"]]}
        ),
        lambda value: value | {"logs": 7},
        lambda value: {},
    ],
)
def test_spoiled_logs_are_read_anew_and_blame_no_node(
    read: Any, kept: KeptLogs, tmp_path: Path, change: Any
) -> None:
    found = read(kept)
    change_kept(tmp_path, change)
    assert read(kept) == found
    assert read(kept) == found


def test_a_node_that_omits_is_found_out_with_kept_logs_too(
    node: NodeProxy, read: Any, kept: KeptLogs
) -> None:
    def change(method: str, parameters: list[Any], result: Any) -> Any:
        return result[1:] if method == "eth_getLogs" else result

    node.change = change
    for _ in range(2):
        with pytest.raises(ChainEvidenceMissing):
            read(kept)


def test_a_file_that_is_no_gzip_is_read_anew(read: Any, kept: KeptLogs, tmp_path: Path) -> None:
    found = read(kept)
    for path in (tmp_path / "logs").iterdir():
        path.write_bytes(path.read_bytes()[:-9])
    assert read(kept) == found


def change_kept(folder: Path, change: Callable[[Any], Any]) -> None:
    for path in (folder / "logs").iterdir():
        value = json.loads(gzip.decompress(path.read_bytes()))
        path.write_bytes(gzip.compress(json.dumps(change(value)).encode()))
