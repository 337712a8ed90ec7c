"""What the page asks of a node that somebody chose: the same answers as `muhr verify --rpc` has."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.flows.verifying import test_verify_by_node as by_node
from tests.flows.verifying.test_verify_by_node import Kept, anchor_block, pin, reasons, refuse
from tests.simulators.node_proxy import NodeProxy, Refused, Silent

SCRIPT = Path(__file__).with_name("verify_at_node.mjs")
kept, kept_in_bulk, node, verify = by_node.kept, by_node.kept_in_bulk, by_node.node, by_node.verify


@pytest.fixture
def in_javascript(node: NodeProxy) -> Callable[[Kept], dict[str, Any]]:
    """Return a function that verifies a file by its receipt and the node."""

    def run(kept: Kept) -> dict[str, Any]:
        digest = json.loads(json.loads(kept.receipt.read_bytes())["entry"])["digest"]
        deployment = kept.settings["MUHR_DEPLOYMENT"]
        command = ["node", str(SCRIPT), digest, str(kept.receipt), deployment, node.url]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run


def facts(verdict: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (axis["axis"], axis["outcome"], axis["reason"], axis["values"]) for axis in verdict["axes"]
    ]


@pytest.mark.parametrize("kind", ["kept", "kept_in_bulk"])
def test_both_find_the_same_on_every_axis(
    kind: str, request: pytest.FixtureRequest, verify: Any, in_javascript: Any
) -> None:
    found = in_javascript(request.getfixturevalue(kind))
    status, told = verify(request.getfixturevalue(kind))
    assert (status, found["verdict"]) == (0, "authentic")
    assert {axis["outcome"] for axis in found["axes"]} == {"pass"}
    here, there = facts(found), facts(told)
    assert [fact[:3] for fact in here] == [fact[:3] for fact in there]


def test_a_node_that_is_behind_or_syncing_says_nothing(
    kept: Kept, in_javascript: Any, node: NodeProxy
) -> None:
    pin(node, anchor_block(kept) - 1)
    found = in_javascript(kept)
    assert (found["verdict"], found["block"], reasons(found)) == (
        "not_checked",
        None,
        {"node-behind"},
    )
    pin(node, anchor_block(kept))
    assert in_javascript(kept)["verdict"] == "authentic"
    node.change = lambda method, _, result: {} if method == "eth_syncing" else result
    assert reasons(in_javascript(kept)) == {"node-syncing"}


@pytest.mark.parametrize("error", [Refused("missing trie node"), Silent()])
@pytest.mark.parametrize("method", ["eth_getProof", "eth_getBlockByNumber", "eth_chainId"])
def test_a_node_that_does_not_answer_is_told_as_that(
    kept: Kept, in_javascript: Any, node: NodeProxy, method: str, error: Exception
) -> None:
    refuse(node, method, error)
    assert in_javascript(kept) == {"refused": "chain-unavailable"}


@pytest.mark.parametrize(
    "lie",
    [
        by_node.flipped,
        lambda _: None,
        lambda _: {},
        lambda _: "0x",
        lambda _: [1],
        lambda _: [None],
        lambda _: {"hash": "0x" + "11" * 32},
    ],
)
@pytest.mark.parametrize(
    "method", ["eth_getProof", "eth_getBlockByNumber", "eth_getLogs", "eth_chainId"]
)
@pytest.mark.parametrize("kind", ["kept", "kept_in_bulk"])
def test_a_node_that_lies_makes_nothing_authentic_and_nothing_false(
    kind: str,
    request: pytest.FixtureRequest,
    in_javascript: Any,
    node: NodeProxy,
    method: str,
    lie: Callable[[Any], Any],
) -> None:
    node.change = lambda asked, _, result: lie(result) if asked == method else result
    found = in_javascript(request.getfixturevalue(kind))
    is_truth = (method, lie) == ("eth_chainId", by_node.flipped)  # which leaves short texts alone
    if (kind, method) == ("kept", "eth_getLogs") or is_truth:
        assert found["verdict"] == "authentic"
    else:
        assert found.get("refused", found.get("verdict")) in ("chain-unavailable", "not_checked")
