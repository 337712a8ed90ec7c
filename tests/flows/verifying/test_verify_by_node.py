"""`muhr verify --rpc`: the table of docs/formats.md §5, what a node says that is not as a verifier hopes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ledger_service.services.imports.import_resources import import_into
from scripts.harness.asked_library import some_bytes
from scripts.harness.running_library import RunningLibrary
from tests.flows.test_bulk_on_chain import claim_on
from tests.simulators.node_proxy import NodeProxy, Refused, Silent

MOST_REQUESTS = 12
MOST_BATCHES = 5
PROVEN = ("eth_getProof",)


class Kept(NamedTuple):
    """A file, its receipt, and the settings of a reader who has no service."""

    file: Path
    receipt: Path
    settings: dict[str, str]


@pytest.fixture(scope="module")
def kept(library: RunningLibrary, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder = tmp_path_factory.mktemp("kept")
    file = folder / "book.txt"
    file.write_bytes(some_bytes())
    digest = library.register(file.read_bytes())["digest"]
    library.anchored()
    return _kept(library, folder, file, digest)


@pytest.fixture(scope="module")
def kept_in_bulk(library: RunningLibrary, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Return a claim that only the anchored ledger holds."""
    folder, number = tmp_path_factory.mktemp("bulk"), 700_001
    claim = claim_on(number)
    with library.opened.store.write() as transaction:
        import_into(library.opened.library, transaction, [claim])
    library.anchored()
    file = folder / "book.txt"
    file.write_bytes(b"book %d of the test of bulk" % number)
    return _kept(library, folder, file, claim.digest.hex())


def _kept(library: RunningLibrary, folder: Path, file: Path, digest: str) -> Kept:
    receipt = folder / "receipt.json"
    receipt.write_bytes(library.client().get(f"/resources/{digest}/receipt").content)
    settings = {
        "MUHR_HOME": str(folder / "reader"),
        "MUHR_API": "http://127.0.0.1:9",
        "MUHR_DEPLOYMENT": str(library.home / "deployment.json"),
    }
    return Kept(file, receipt, settings)


@pytest.fixture
def node(library: RunningLibrary) -> Iterator[NodeProxy]:
    with NodeProxy(library.chain.url) as proxy:
        yield proxy


@pytest.fixture
def verify(muhr: Callable[..., Any], node: NodeProxy) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Return verify(kept, *options): exit status and verdict."""

    def run(kept: Kept, *options: str) -> tuple[int, dict[str, Any]]:
        given = ["--receipt", kept.receipt, "--rpc", node.url, "--json", *options]
        answer = muhr(kept.settings, "verify", kept.file, *given)
        return answer.status, answer.json[0]

    return run


def reasons(verdict: dict[str, Any]) -> set[str]:
    return {item["reason"] for item in verdict["axes"] if item["outcome"] == "not checked"}


def anchor_block(kept: Kept) -> int:
    return int(json.loads(kept.receipt.read_bytes())["anchor"]["block"])


def pin(node: NodeProxy, block: int) -> None:
    """Let the node know no block after this one."""

    def change(method: str, parameters: list[Any], result: Any) -> Any:
        if method == "eth_getBlockByNumber" and parameters[0] == "latest":
            return node.ask(method, hex(block), False)
        return hex(block) if method == "eth_blockNumber" else result

    node.change = change


def refuse(node: NodeProxy, method: str, error: Exception) -> None:
    """Let the node answer calls of this method with an error."""

    def change(asked: str, _: list[Any], result: Any) -> Any:
        if asked == method:
            raise error
        return result

    node.change = change


@pytest.mark.parametrize("kind", ["kept", "kept_in_bulk"])
def test_a_node_that_is_ahead_proves_every_axis_in_a_dozen_requests(
    kind: str, request: pytest.FixtureRequest, verify: Any, node: NodeProxy
) -> None:
    status, verdict = verify(request.getfixturevalue(kind))
    assert (status, verdict["verdict"]) == (0, "authentic")
    assert node.calls <= MOST_REQUESTS
    assert node.requests <= MOST_BATCHES


def test_a_node_that_takes_no_batches_proves_as_much(
    kept: Kept, verify: Any, node: NodeProxy
) -> None:
    node.takes_batches = False
    status, verdict = verify(kept)
    assert (status, verdict["verdict"]) == (0, "authentic")
    assert node.calls <= MOST_REQUESTS


def test_a_receipt_of_the_first_version_gets_its_terms_from_the_node(
    kept: Kept, verify: Any, node: NodeProxy
) -> None:
    old = json.loads(kept.receipt.read_bytes()) | {"license": None}
    receipt = kept.receipt.with_name("old.json")
    receipt.write_text(json.dumps(old))
    assert verify(kept._replace(receipt=receipt))[0] == 0
    assert node.calls <= MOST_REQUESTS


def test_a_node_that_is_level_with_the_anchor_proves_every_axis(
    kept: Kept, verify: Any, node: NodeProxy
) -> None:
    pin(node, anchor_block(kept))
    assert verify(kept)[0] == 0


@pytest.mark.parametrize("options", [(), ("--complete",)], ids=["asked", "complete"])
def test_a_node_that_is_behind_says_nothing(
    kept: Kept, verify: Any, node: NodeProxy, options: tuple[str, ...]
) -> None:
    block = anchor_block(kept) - 1
    pin(node, block)
    status, verdict = verify(kept, *options)
    assert (status, verdict["verdict"], reasons(verdict)) == (3, "not_checked", {"node-behind"})
    [told] = {
        json.dumps(item["values"]) for item in verdict["axes"] if item["values"].get("needed")
    }
    assert json.loads(told) == {"block": block, "needed": block + 1}


@pytest.mark.parametrize("options", [(), ("--complete",)], ids=["asked", "complete"])
def test_a_node_that_is_syncing_says_nothing(
    kept: Kept, verify: Any, node: NodeProxy, options: tuple[str, ...]
) -> None:
    syncing = {"startingBlock": "0x0", "currentBlock": "0x5", "highestBlock": "0xffff"}
    node.change = lambda method, _, result: syncing if method == "eth_syncing" else result
    status, verdict = verify(kept, *options)
    assert (status, reasons(verdict)) == (3, {"node-syncing"})


@pytest.mark.parametrize("method", ["eth_getProof", "eth_getBlockByNumber", "eth_chainId"])
@pytest.mark.parametrize(
    "error", [Refused("missing trie node"), Silent()], ids=["refused", "silent"]
)
def test_a_node_that_has_pruned_the_state_or_falls_silent_says_nothing(
    kept: Kept, verify: Any, node: NodeProxy, method: str, error: Exception
) -> None:
    refuse(node, method, error)
    status, verdict = verify(kept)
    assert (status, verdict["verdict"]) == (3, "not_checked")
    assert len(
        reasons(verdict) & {"chain-unavailable.node-refuses", "chain-unavailable.node-silent"}
    )


def test_a_node_without_its_old_logs_leaves_the_registrar_of_a_claim_in_bulk_open(
    kept_in_bulk: Kept, verify: Any, node: NodeProxy
) -> None:
    node.change = lambda method, _, result: [] if method == "eth_getLogs" else result
    status, verdict = verify(kept_in_bulk)
    assert (status, reasons(verdict)) == (3, {"no-key-shown"})


@pytest.mark.parametrize(
    ("method", "answer"),
    [("eth_chainId", "0x1"), ("eth_getBlockByNumber", {"hash": "0x" + "11" * 32})],
)
def test_a_node_of_another_chain_says_nothing(
    kept: Kept, verify: Any, node: NodeProxy, method: str, answer: object
) -> None:
    node.change = lambda asked, _, result: answer if asked == method else result
    status, verdict = verify(kept)
    assert (status, verdict["verdict"], reasons(verdict)) == (3, "not_checked", {"node-broken"})


def flipped(value: Any) -> Any:
    """Return a node's answer with a digit changed in each of its texts."""
    if isinstance(value, dict):
        return {name: flipped(item) for name, item in value.items()}
    if isinstance(value, list):
        return [flipped(item) for item in value]
    if isinstance(value, str) and len(value) > 40:
        return value[:-1] + ("0" if value[-1] != "0" else "1")
    return value


@pytest.mark.parametrize(
    "lie", [flipped, lambda _: None, lambda _: {}, lambda _: "0x", lambda _: [1]]
)
@pytest.mark.parametrize("method", ["eth_getProof", "eth_getBlockByNumber", "eth_getLogs"])
@pytest.mark.parametrize("kind", ["kept", "kept_in_bulk"])
def test_a_node_that_lies_makes_nothing_authentic_and_nothing_false(
    kind: str,
    request: pytest.FixtureRequest,
    verify: Any,
    node: NodeProxy,
    method: str,
    lie: Callable[[Any], Any],
) -> None:
    node.change = lambda asked, _, result: lie(result) if asked == method else result
    status, verdict = verify(request.getfixturevalue(kind))
    assert (status, verdict["verdict"]) == (
        (0, "authentic") if (kind, method) == ("kept", "eth_getLogs") else (3, "not_checked")
    )


@pytest.mark.parametrize("call", range(4))
def test_a_proof_of_something_else_says_nothing(
    kept: Kept, verify: Any, node: NodeProxy, call: int
) -> None:
    proofs: list[Any] = []

    def change(method: str, _: list[Any], result: Any) -> Any:
        if method not in PROVEN:
            return result
        proofs.append(result)
        return proofs[0] if len(proofs) == call + 2 else result

    node.change = change
    status, verdict = verify(kept)
    assert verdict["verdict"] == ("not_checked" if len(proofs) > call + 1 else "authentic")
    assert status in (0, 3)


def test_a_node_that_is_slow_proves_the_same(kept: Kept, verify: Any, node: NodeProxy) -> None:
    def change(_method: str, _parameters: list[Any], result: Any) -> Any:
        time.sleep(0.05)  # the delay of a line is what is tried here
        return result

    node.change = change
    assert verify(kept)[0] == 0


def test_what_the_complete_way_finds_missing_is_not_told_as_not_authentic(
    kept: Kept, verify: Any, node: NodeProxy
) -> None:
    node.change = lambda method, _, result: result[:-1] if method == "eth_getLogs" else result
    status, verdict = verify(kept, "--complete")
    assert (status, verdict["verdict"]) == (3, "not_checked")


def test_what_only_the_librarys_own_node_tells_is_authentic_as_it_says(
    kept: Kept, muhr: Callable[..., Any], library: RunningLibrary, tmp_path: Path
) -> None:
    url = library.url + "/api/v1/rpc"
    deployment = json.loads((library.home / "deployment.json").read_text())
    named = tmp_path / "deployment.json"
    named.write_text(json.dumps(deployment | {"nodes": [url]}))
    by_service = {**kept.settings, "MUHR_API": library.url}
    by_deployment = {**kept.settings, "MUHR_DEPLOYMENT": str(named)}
    given = ["verify", kept.file, "--receipt", kept.receipt, "--json"]
    for answer in (muhr(by_service, *given, "--rpc", url), muhr(by_deployment, *given)):
        assert answer.status == 0
        assert answer.json[0]["verdict"] == "authentic_as_told"
    others = muhr(by_deployment, *given, "--rpc", library.chain.url)
    assert others.json[0]["verdict"] == "authentic"
