"""Stands in for the consensus of several geth nodes: proposes blocks to them by the Engine API.

One node after the other builds a block, and all that run and are not held back import it. As with real
attesters a block needs more than two thirds of the nodes, or none is made. `finalized` and `safe` lag. It
does not vote, sign or punish. Source: Ethereum's execution-apis, src/engine, “Prague”.
"""

from __future__ import annotations

import hashlib
import http.client
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from scripts.chains.json_rpc import JsonRpc, Refused

logger = logging.getLogger(__name__)

ROOT = "0x" + "00" * 32  # of the beacon block, which there is none of
BUILD_SECONDS = 0.06  # a payload without them has no transactions yet
LOOK_SECONDS = 0.02
DEEPEST_FORK = 32
FAILURES = (OSError, http.client.HTTPException, Refused, ValueError)


@dataclass(frozen=True)
class Peer:
    """A node as consensus sees it."""

    engine: JsonRpc
    is_up: Callable[[], bool]


@dataclass(frozen=True)
class Proposed:
    """A block that was proposed; payload None for the genesis."""

    hash: str
    time: int
    payload: dict[str, Any] | None = None
    requests: Sequence[str] = ()


class Beacon:
    """Proposes a block every `period` seconds in a thread, until it is stopped.

    Attributes:
        period: seconds.
        lag: blocks by which `finalized` is behind the head.
        held: numbers of nodes that get no new blocks.
        hurries: make a block as soon as there is a transaction, a second of the chain's time each.
        build_seconds: that a node has for a block; large blocks take longer on a machine with other work.
    """

    def __init__(self, peers: Sequence[Peer], genesis: str, first_time: int) -> None:
        self.period = 1.0
        self.lag = 2
        self.held: set[int] = set()
        self.hurries = False
        self.build_seconds = BUILD_SECONDS
        self._peers = peers
        self._blocks = [Proposed(genesis, first_time - 1)]
        self._slot = 0
        self._final = 0  # index of the block that is final; it never goes back
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="beacon", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Make no block of one's own accord while the context lasts."""
        with self._lock:
            yield

    def propose(self, at: int | None = None, build_seconds: float | None = None) -> bool:
        """Make one block; return whether there were enough nodes. at: its time, now by default."""
        seconds = self.build_seconds if build_seconds is None else build_seconds
        with self._lock:
            takers = [number for number, peer in enumerate(self._peers) if peer.is_up()]
            has_quorum = 3 * len(takers) > 2 * len(self._peers)
            takers = [number for number in takers if number not in self.held]
            if not has_quorum or not takers:
                return False
            self._slot += 1
            newest = self._blocks[-1].time + 1
            stamp = max(newest, int(time.time()) if at is None else at)
            self._build(takers[self._slot % len(takers)], stamp, seconds)
            for number in takers:
                self._import(number)
            return True

    def mine(self, blocks: int) -> None:
        """Make so many blocks at once, without transactions, a second of the chain's time each."""
        for _ in range(blocks):
            self.propose(at=0, build_seconds=0)

    def fork(self, depth: int) -> None:
        """Leave the newest blocks for as many others and one more, which take up their transactions.

        depth: at most DEEPEST_FORK, and above what is final; geth refuses any other.
        """
        with self._lock:
            if depth > min(DEEPEST_FORK, len(self._blocks) - 1 - self._final):
                raise ValueError(f"a fork of {depth} leaves what is final")
            del self._blocks[-depth:]
            for _ in range(depth + 1):
                self.propose(at=0)

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stop.wait(LOOK_SECONDS):
            try:
                if self.hurries:
                    if self._has_transactions():
                        self.propose(at=0)
                elif time.monotonic() >= due:
                    due = time.monotonic() + self.period
                    self.propose()
            except FAILURES as exc:
                logger.info("no block: %s", exc)

    def _has_transactions(self) -> bool:
        counts = self._peers[0].engine("eth_getBlockTransactionCountByNumber", "pending")
        return int(counts, 16) > 0

    def _build(self, number: int, stamp: int, build_seconds: float) -> None:
        engine = self._peers[number].engine
        self._bring_up(engine)
        attributes = {
            "timestamp": hex(stamp),
            "prevRandao": "0x" + hashlib.sha256(f"{stamp} {self._slot}".encode()).hexdigest(),
            "suggestedFeeRecipient": f"0x{number + 1:040x}",
            "withdrawals": [],
            "parentBeaconBlockRoot": ROOT,
        }
        chosen = engine("engine_forkchoiceUpdatedV3", self._choice(), attributes)
        if chosen.get("payloadId") is None:
            raise Refused("engine_forkchoiceUpdatedV3", f"no payload: {chosen}")
        time.sleep(build_seconds)
        built = engine("engine_getPayloadV4", chosen["payloadId"])
        payload, requests = built["executionPayload"], built["executionRequests"]
        block = Proposed(payload["blockHash"], stamp, payload, requests)
        _import_block(engine, block)
        self._blocks.append(block)

    def _import(self, number: int) -> None:
        engine = self._peers[number].engine
        try:
            self._bring_up(engine)
            engine("engine_forkchoiceUpdatedV3", self._choice(), None)
        except FAILURES as exc:
            logger.info("node %s: %s", number, exc)

    def _bring_up(self, engine: JsonRpc) -> None:
        """Hand a node the blocks that it lacks, oldest first."""
        missing: list[Proposed] = []
        for block in reversed(self._blocks[1:]):
            if engine("eth_getBlockByHash", block.hash, False) is not None:
                break
            missing.append(block)
        for block in reversed(missing):
            _import_block(engine, block)

    def _choice(self) -> dict[str, str]:
        self._final = max(self._final, len(self._blocks) - 1 - self.lag)
        final = self._blocks[self._final].hash
        return {
            "headBlockHash": self._blocks[-1].hash,
            "safeBlockHash": final,
            "finalizedBlockHash": final,
        }


def _import_block(engine: JsonRpc, block: Proposed) -> None:
    status = engine("engine_newPayloadV4", block.payload, [], ROOT, block.requests)
    if status["status"] not in ("VALID", "SYNCING", "ACCEPTED"):
        raise Refused("engine_newPayloadV4", f"a block that is not valid: {status}")
