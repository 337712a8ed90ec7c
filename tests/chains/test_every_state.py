"""Each fault of a chain in each state of a registration and of a grant: one outcome, and a clean audit.

`make test-chains` meets every second state once; `make nightly` meets each with each fault.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from scripts.chains.anvil import Anvil
from scripts.chains.behind import NodeBehind
from scripts.harness.acknowledged import Acknowledged
from scripts.harness.asked_library import some_bytes
from scripts.harness.running_library import RunningLibrary
from scripts.harness.waiting import wait_until

DEEP = 12  # blocks of a fork
DEAR_WEI = 10**11  # some thirty times what was offered
SHORT_SECONDS = 2.0  # for which a node is silent or behind
CALM_SECONDS = 90


class Ground(NamedTuple):
    """A library on anvil, seen through a node that can fall behind, and what it has acknowledged."""

    chain: Anvil
    node: NodeBehind
    library: RunningLibrary
    taken: Acknowledged

    def upload(self) -> str:
        """Return the digest of a registration that is accepted."""
        data = some_bytes()
        answer = self.library.upload(data)
        assert answer.status_code == 202, answer.text
        digest: str = answer.json()["digest"]
        self.taken.books[digest] = data
        return digest

    def issue(self) -> str:
        """Return a grant that is issued."""
        grant: str = self.library.grant(self.library.registered(self.upload())["digest"])["grant"]
        self.taken.grants[grant] = False
        return grant

    def ask_grant(self) -> None:
        """Have a grant accepted, and do not wait for it."""
        digest = next(iter(self.taken.books))
        body = {"digest": digest, "reader": self.library.readers[0]}
        answer = self.library.registrar.post("/grants", json=body | {"until": in_an_hour()})
        assert answer.status_code == 202, answer.text
        self.taken.grants[answer.json()["grant"]] = False

    def revoke(self, grant: str) -> None:
        """Have a revocation accepted, and do not wait for it."""
        answer = self.library.registrar.post(f"/grants/{grant}/revocation")
        assert answer.status_code == 202, answer.text
        self.taken.grants[grant] = True

    def in_pool(self) -> None:
        """Return once a transaction waits for a block."""
        ask = self.chain.rpc
        wait_until(lambda: int(ask("txpool_status")["pending"], 16) > 0, "nothing is sent")


Fault = Callable[[Ground], None]


def in_an_hour() -> int:
    return int(time.time()) + 3600


# ---- faults; each is over when it returns ----


def fork_that_keeps(ground: Ground) -> None:
    ground.chain.fork(DEEP)


def fork_that_loses(ground: Ground) -> None:
    ground.chain.fork(DEEP, kept=0)


def forgotten_pool(ground: Ground) -> None:
    ground.chain.forget()


def silent_node(ground: Ground) -> None:
    ground.chain.node.hold()
    time.sleep(SHORT_SECONDS)
    ground.chain.node.go_on()


def node_behind(ground: Ground) -> None:
    ground.node.stay(DEEP)
    time.sleep(SHORT_SECONDS)
    ground.node.catch_up()


def dear_block(ground: Ground) -> None:
    ground.chain.set_base_fee(DEAR_WEI)
    ground.chain.mine()


def new_worker(ground: Ground) -> None:
    ground.library.stop_worker()
    ground.library.start_worker()


FAULTS = (
    fork_that_keeps,
    fork_that_loses,
    forgotten_pool,
    silent_node,
    node_behind,
    dear_block,
    new_worker,
)


# ---- states; each has the fault happen in it ----


def accepted(ground: Ground, fault: Fault) -> None:
    ground.library.stop_worker()
    ground.upload()
    if fault is not new_worker:
        fault(ground)
    ground.library.start_worker()


def submitted(ground: Ground, fault: Fault) -> None:
    with ground.chain.at_rest():
        ground.upload()
        ground.in_pool()
        fault(ground)


def mined(ground: Ground, fault: Fault) -> None:
    with ground.chain.at_rest():
        ground.upload()
        ground.in_pool()
        ground.library.stop_worker()
    ground.chain.mine()
    if fault is not new_worker:
        fault(ground)
    ground.library.start_worker()


def entry_written(ground: Ground, fault: Fault) -> None:
    ground.library.registered(ground.upload())
    fault(ground)


def anchored(ground: Ground, fault: Fault) -> None:
    ground.library.registered(ground.upload())
    ground.library.anchored()
    fault(ground)


def grant_submitted(ground: Ground, fault: Fault) -> None:
    with ground.chain.at_rest():
        ground.ask_grant()
        ground.in_pool()
        fault(ground)


def grant_issued(ground: Ground, fault: Fault) -> None:
    ground.issue()
    fault(ground)


def grant_renewed(ground: Ground, fault: Fault) -> None:
    grant = ground.issue()
    until = in_an_hour() + 90_000
    answer = ground.library.registrar.post(f"/grants/{grant}/renewal", json={"until": until})
    assert answer.status_code == 202, answer.text
    fault(ground)


def revocation_submitted(ground: Ground, fault: Fault) -> None:
    grant = ground.issue()
    with ground.chain.at_rest():
        ground.revoke(grant)
        ground.in_pool()
        fault(ground)


def grant_revoked(ground: Ground, fault: Fault) -> None:
    grant = ground.issue()
    ground.revoke(grant)
    ground.library.granted(grant, "revoked")
    fault(ground)


STATES = (
    accepted,
    submitted,
    mined,
    entry_written,
    anchored,
    grant_submitted,
    grant_issued,
    grant_renewed,
    revocation_submitted,
    grant_revoked,
)
CHECKED_AT_ONCE = {(state, FAULTS[n % len(FAULTS)]) for n, state in enumerate(STATES) if n % 2 == 0}
CELLS = [
    pytest.param(
        state,
        fault,
        id=f"{state.__name__}, {fault.__name__}",
        marks=() if (state, fault) in CHECKED_AT_ONCE else pytest.mark.nightly,
    )
    for state in STATES
    for fault in FAULTS
]


@pytest.fixture
def ground(anvil: Anvil, library_on: Callable[..., RunningLibrary]) -> Iterator[Ground]:
    node = NodeBehind(anvil)
    library = library_on(node, ANCHOR_SECONDS="2")
    made = Ground(anvil, node, library, Acknowledged())
    library.registered(made.upload())
    anvil.mine(DEEP)  # so that no fork takes the contracts away
    yield made
    library.stop_worker()
    node.stop()


@pytest.mark.parametrize(("state", "fault"), CELLS)
def test_what_was_acknowledged_stands_once(
    ground: Ground,
    verified: Callable[..., int],
    state: Callable[[Ground, Fault], None],
    fault: Fault,
) -> None:
    state(ground, fault)
    ground.chain.mine(2 * DEEP)
    ground.library.calm(ground.chain.head(), CALM_SECONDS)
    assert ground.taken.lost(ground.library.registrar, ground.library.chain_events()) == []
    assert ground.library.audit().findings == []
    for data in ground.taken.books.values():
        assert verified(ground.library, data) == 0
