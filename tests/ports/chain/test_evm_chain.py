"""The chain adapter on a real node: heads, outcomes, resending, and nodes that are not the one."""

import http.server
import json
import secrets
import threading
import time
from dataclasses import replace

import pytest

from ledger_service.adapters.evm.chain import EvmChain
from ledger_service.adapters.evm.deploy import Sender
from ledger_service.adapters.evm.ganache import Ganache
from ledger_service.adapters.evm.node import Node, NodeRefusal
from ledger_service.adapters.evm.reader import EvmReader, code_hash
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.errors import (
    ChainHeadStale,
    ChainUnavailable,
    DeploymentMismatch,
    InvalidInput,
    NotInitialized,
)
from ledger_service.services.chain.complete_events import complete_events
from ledger_service.setup import start_embedded_chain


@pytest.fixture
def rested(new_library):
    """Return a library whose chain made its last block ten minutes ago."""
    library = new_library()
    node = library.opened.node
    node.request("evm_mine", int(time.time()) - 600)
    node.request("evm_setTime", int(time.time() * 1000))
    return library


def test_a_head_that_is_too_old_gets_a_new_block_on_demand(rested):
    chain = rested.opened.library.chain
    old = chain.head()
    assert time.time() - old.time > 500
    fresh = chain.fresh_head()
    assert fresh.number == old.number + 1
    assert time.time() - fresh.time < 60
    assert chain.fresh_head() == fresh


def test_a_chain_of_others_is_not_asked_for_blocks(rested):
    opened = rested.opened
    chain = EvmChain(opened.node, opened.deployment)
    before = chain.head()
    with pytest.raises(ChainHeadStale):
        chain.fresh_head()
    assert chain.head() == before


def test_the_deployment_is_recognized(bench):
    bench.chain.check_deployment()


@pytest.mark.parametrize(
    "change",
    [
        lambda held: replace(held, chain_id=held.chain_id + 1),
        lambda held: replace(held, genesis="00" * 32),
        lambda held: replace(held, code={**held.code, "AccessGrants": "00" * 32}),
        lambda held: replace(
            held, contracts={**held.contracts, "CheckpointAnchor": held.contracts["AccessGrants"]}
        ),
        lambda held: replace(held, contracts={**held.contracts, "StewardRegistry": "11" * 20}),
    ],
    ids=["chain id", "genesis", "code", "another contract", "no contract"],
)
def test_a_chain_that_is_not_the_deployments_is_refused(bench, change):
    with pytest.raises(DeploymentMismatch):
        EvmReader(bench.node, change(bench.deployment)).check_deployment()


def test_the_code_of_nothing_is_not_the_code_of_a_contract(bench):
    held = bench.deployment
    assert code_hash(bench.node, "11" * 20) not in held.code.values()
    for name, address in held.contracts.items():
        assert code_hash(bench.node, address) == held.code[name]


def test_a_deployment_survives_its_text(bench):
    assert Deployment.parse(bench.deployment.format()) == bench.deployment


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", '{"chain_id": 1}', "{"])
def test_what_is_no_deployment_is_refused(text):
    with pytest.raises(InvalidInput):
        Deployment.parse(text)


def test_a_deployment_that_lacks_a_contract_is_refused(bench):
    value = json.loads(bench.deployment.format())
    del value["contracts"]["AccessGrants"]
    with pytest.raises(InvalidInput):
        Deployment.parse(json.dumps(value))


def test_the_same_bytes_sent_again_are_one_transaction(bench):
    prepared = bench.prepared(bench.claim())
    nonce = bench.chain.transaction_count(bench.chain.relayer)
    signed = bench.chain.sign(prepared, nonce)
    assert bench.chain.outcomes([signed.hash]) == {}
    for _ in range(3):
        bench.chain.send([signed])
    assert bench.chain.outcomes([signed.hash])[signed.hash].succeeded
    assert bench.chain.transaction_count(bench.chain.relayer) == nonce + 1


def test_a_transaction_that_reverts_is_an_outcome_not_an_error(bench):
    claim = bench.claim()
    prepared = bench.prepared(claim)
    assert bench.carry_out(claim).succeeded
    nonce = bench.chain.transaction_count(bench.chain.relayer)
    late = bench.chain.sign(prepared, nonce)  # its claim stands already
    bench.chain.send([late])
    assert not bench.chain.outcomes([late.hash])[late.hash].succeeded


def test_the_first_nonce_of_every_sender_is_used_up(bench):
    keys = bench.running.opened.keys
    for role in ("relayer", "admin"):
        assert bench.chain.transaction_count(keys.address(role)) >= 1
    for role in ("registrar", "service", "anchorer"):  # they only sign
        assert bench.chain.transaction_count(keys.address(role)) == 0


def test_a_block_that_is_not_there_is_another_chain(bench):
    with pytest.raises(DeploymentMismatch):
        bench.chain.block(10**9)


def test_a_node_that_is_away_is_unavailable(bench):
    reader = EvmReader(Node("http://127.0.0.1:9"), bench.deployment)
    ledger = bench.running.opened.library.ledger
    asked = [
        reader.head,
        reader.check_deployment,
        lambda: reader.block(0),
        lambda: complete_events(reader, 0, 1, {}),
        lambda: reader.anchored(ledger),
    ]
    for ask in asked:
        with pytest.raises(ChainUnavailable):
            ask()


class Babbler(http.server.BaseHTTPRequestHandler):
    """Answers every request with the same bytes, as something that is no node would."""

    body = b""

    def do_POST(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b"{}",
        b'{"result": null}',
        b'{"result": "0x"}',
        b'{"result": {}}',
        b'{"result": 5}',
        b'{"result": []}',
        b'{"result": {"number": "x", "hash": "y", "timestamp": "z"}}',
        b'{"error": "no"}',
        b'{"error": {"code": -32000, "message": "no", "data": "0xzz12345678"}}',
    ],
    ids=repr,
)
def test_what_is_no_node_is_unavailable_or_another_chain(bench, body):
    handler = type("Answering", (Babbler,), {"body": body})
    with http.server.HTTPServer(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        try:
            reader = EvmReader(Node(f"http://127.0.0.1:{server.server_port}"), bench.deployment)
            for ask in (reader.head, reader.check_deployment, lambda: reader.block(3)):
                with pytest.raises((ChainUnavailable, DeploymentMismatch)):
                    ask()
            with pytest.raises((ChainUnavailable, DeploymentMismatch)):
                reader.anchored(bench.running.opened.library.ledger)
        finally:
            server.shutdown()
            serving.join()


def test_the_embedded_chain_keeps_its_data_and_its_port(new_library):
    library = new_library()
    head, port = library.opened.node.block(), library.chain.port
    library.stop_chain()
    with pytest.raises(ChainUnavailable):
        library.opened.node.block()
    library.chain = start_embedded_chain(library.config)
    assert library.chain.port == port
    assert library.opened.node.block() == head


def test_the_embedded_chain_takes_another_port_when_its_own_is_in_use(new_library):
    library = new_library()
    library.stop_chain()
    with http.server.HTTPServer(("127.0.0.1", library.chain.port), Babbler):
        library.chain = start_embedded_chain(library.config)
        held = Node(library.chain.url).block(0).hash.hex()
        assert held == library.opened.deployment.genesis


def test_without_its_npm_package_it_says_what_to_do(tmp_path):
    with pytest.raises(NotInitialized, match=r"not-initialized.no-ganache"):
        Ganache(tmp_path, tmp_path / "chain", 1 + secrets.randbelow(10**6))


class IndexingNode(Node):
    """A node that has no index of transactions yet, as geth before its chain's first block."""

    refusals = 0

    def request(self, method, *parameters):
        if method == "eth_getTransactionReceipt" and self.refusals < 3:
            self.refusals += 1
            raise NodeRefusal("transaction indexing is in progress")
        return super().request(method, *parameters)


def test_a_new_chain_whose_transactions_are_not_indexed_yet_is_waited_for(bench):
    node = IndexingNode(bench.running.chain.url)
    sender = Sender(node, bench.running.opened.keys.secp256k1("admin"))
    assert sender.send(sender.address, b"")["status"] == "0x1"
    assert node.refusals == 3
