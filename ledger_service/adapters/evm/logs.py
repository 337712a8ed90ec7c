"""Logs of contracts, fetched by ranges of blocks, and kept for the next time: nothing here believes them.

A node that answers no range as long as this is asked for halves of it. Newer nodes tell a block's time beside
each log; for the others the headers are asked for in batches. What is kept is used as long as the
chain still has the block at which it ends; whether logs are all that there are is shown by the contracts'
accumulators (events), kept ones or not.
"""

from __future__ import annotations

import gzip
import json
import logging
import os
import shutil
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger_service.adapters.evm.node import Node, NodeRefusal, number_of
from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson

BLOCKS_A_QUERY = 2000
MANY_LOGS = 2000  # of an answer: about 2 MB
Log = dict[str, Any]
"""A log as a node tells it, with the time of its block (`blockTimestamp`)."""
USED = (
    *("address", "topics", "data", "blockNumber", "blockTimestamp", "transactionHash", "logIndex"),
)

logger = logging.getLogger(__name__)


@dataclass
class Pace:
    """How many blocks are asked for at once: few where they hold many logs, so that memory is bounded."""

    blocks: int = 16

    def heed(self, logs: int) -> None:
        """Ask for more blocks after an answer with few logs, and for fewer after one with many."""
        if logs > MANY_LOGS:
            self.blocks = max(1, self.blocks // 2)
        elif logs < MANY_LOGS // 4:
            self.blocks = min(BLOCKS_A_QUERY, self.blocks * 2)


def read_logs(
    node: Node,
    addresses: Sequence[str],
    first: int,
    last: int,
    pace: Pace,
    kept: KeptLogs | None = None,
) -> Iterator[Log]:
    """Yield the logs of contracts in blocks first to last, in order. addresses: 40 hex each.

    pace: of earlier questions to the same node; it is changed.

    Raises:
        ChainUnavailable: the node does not answer.
        What a malformed answer makes: LookupError, TypeError or AttributeError.
    """
    for start in range(first, last + 1, BLOCKS_A_QUERY):
        end = min(last, start + BLOCKS_A_QUERY - 1)
        if kept is None:
            yield from _fetched(node, addresses, start, end, pace)
        else:
            yield from kept.logs(node, addresses, start, end, pace)


def _fetched(
    node: Node, addresses: Sequence[str], first: int, last: int, pace: Pace
) -> Iterator[Log]:
    """Yield logs as `read_logs`; the node is asked for more while what it told is used."""
    answers = _answers(node, addresses, first, last, pace)
    with ThreadPoolExecutor(1, "logs") as ahead:
        coming = ahead.submit(next, answers, None)
        while (logs := coming.result()) is not None:
            coming = ahead.submit(next, answers, None)
            yield from logs


def _answers(
    node: Node, addresses: Sequence[str], first: int, last: int, pace: Pace
) -> Iterator[list[Log]]:
    """Yield the logs of some blocks after the other; a node that refuses a range is asked for half of it."""
    while first <= last:
        end = min(last, first + pace.blocks - 1)
        try:
            logs = _asked(node, addresses, first, end)
        except NodeRefusal:
            if first == end:
                raise
            pace.blocks = (end - first + 1) // 2
            continue
        pace.heed(len(logs))
        yield logs
        first = end + 1


def _asked(node: Node, addresses: Sequence[str], first: int, last: int) -> list[Log]:
    query = {
        "fromBlock": hex(first),
        "toBlock": hex(last),
        "address": ["0x" + address for address in addresses],
    }
    logs: list[Log] = node.request("eth_getLogs", query)
    untimed = {number_of(log["blockNumber"]) for log in logs if not log.get("blockTimestamp")}
    numbers = sorted(untimed)
    times = {block.number: hex(block.time) for block in node.blocks(numbers)}
    for log in logs:
        log["blockTimestamp"] = log.get("blockTimestamp") or times[number_of(log["blockNumber"])]
    return sorted(logs, key=lambda log: (number_of(log["blockNumber"]), number_of(log["logIndex"])))


class KeptLogs:
    """Logs in a folder of the reader's own, a file for each whole range.

    A range is kept with the hash of its last block, and used only while the chain has that block.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def logs(
        self, node: Node, addresses: Sequence[str], first: int, last: int, pace: Pace
    ) -> list[Log]:
        """Return the logs of a range, from the folder if they are there and stand on the chain still."""
        if last - first + 1 < BLOCKS_A_QUERY:
            return list(_fetched(node, addresses, first, last, pace))
        path, end = self._folder / f"{first}-{last}.json.gz", node.block(last).hash.hex()
        kept = _read(path)
        if kept is not None and kept["hash"] == end:
            logs: list[Log] = kept["logs"]
            return logs
        logs = list(_fetched(node, addresses, first, last, pace))
        if node.block(last).hash.hex() == end:  # the chain did not change meanwhile
            told = [{name: log[name] for name in USED} for log in logs]
            _write(path, {"hash": end, "logs": told})
        return logs

    def forget(self) -> None:
        """Delete what is kept."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _read(path: Path) -> dict[str, Any] | None:
    """Return what a file keeps; None if there is none, or if it is spoiled."""
    try:
        found = foreign_json.parse(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, zlib.error, InvalidJson):
        return None
    return found if isinstance(found, dict) and {"hash", "logs"} <= found.keys() else None


def _write(path: Path, kept: dict[str, Any]) -> None:
    """Keep what is kept; a folder that takes nothing costs time, and no verdict."""
    unfinished = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(gzip.compress(json.dumps(kept).encode(), 6))
        unfinished.replace(path)
    except OSError as exc:
        logger.warning("logs are not kept: %s", exc)
