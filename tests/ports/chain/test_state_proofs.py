"""State proofs from a real node say what the contracts say, and nothing passes that was changed."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from ledger_service.adapters.evm.json_rpc import Call
from ledger_service.adapters.evm.node import Node
from ledger_service.adapters.evm.state_node import JsonRpcState
from ledger_service.domain.chain.chain_state import (
    SUPERSEDED,
    WITHDRAWN,
    StateClaim,
    StateFacts,
    StateProof,
    read_state,
)
from ledger_service.domain.chain.intent import (
    AnchorCheckpoint,
    DeclareRendition,
    SupersedeResource,
    WithdrawResource,
)
from ledger_service.domain.consortium.member import Member
from ledger_service.domain.errors import ChainUnavailable, InvalidStateProof
from ledger_service.domain.identifiers import Digest, LedgerId, LicenseId
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.resources.registration import Relation, WithdrawalReason
from ledger_service.services.chain.prove_state import check_chain, prove_state
from ledger_service.services.resources.find_resources import list_stewards
from ledger_service.services.verification.ask_node import speaks_for_ledger

SIZE = 1
ROOT = bytes(range(32))


@pytest.fixture(scope="module")
def anchored(bench):
    """Return the bench once its ledger has an anchor, which nobody else makes here."""
    ledger = bench.running.opened.library.ledger
    if bench.chain.anchored(ledger)[0] == 0:
        assert bench.carry_out(AnchorCheckpoint(0, SIZE, ROOT, ())).succeeded
    return bench


def claim_of(bench, digest: Digest) -> StateClaim:
    ledger = bench.running.opened.library.ledger
    return StateClaim(ledger, SIZE, digest, bench.steward, bench.terms.id)


def proof_of(bench, claim: StateClaim) -> StateProof:
    proof = bench.chain.prove_state(claim, bench.chain.head().number)
    assert proof is not None
    return proof


def facts_of(bench, digest: Digest) -> StateFacts:
    claim = claim_of(bench, digest)
    return read_state(proof_of(bench, claim), bench.deployment, claim)


def registered(bench) -> Digest:
    intent = bench.claim()
    assert bench.carry_out(intent).succeeded
    return intent.digest


def test_the_state_says_what_the_contracts_answer(anchored):
    digest = registered(anchored)
    facts = facts_of(anchored, digest)
    assert facts.block == anchored.chain.head()
    size, checkpoint = anchored.chain.ask(
        "CheckpointAnchor", "latest", claim_of(anchored, digest).ledger.value
    )
    assert (size, checkpoint[0]) == (SIZE, facts.root)
    assert (facts.anchored_in, facts.anchored_at) == (None, None)
    claim, node = claim_of(anchored, digest), JsonRpcState(anchored.node.request)
    whole = prove_state(node, anchored.deployment, claim, anchor_block=True)
    told = read_state(whole, anchored.deployment, claim)
    assert (told.anchored_in, told.anchored_at) == checkpoint[1:3]
    held = facts.registration
    assert held is not None
    assert (held.state, held.relation, facts.successor, facts.original) == (1, 0, None, None)
    steward, role, start, until = anchored.chain.ask(
        "StewardRegistry", "agent", "0x" + held.registrar.hex()
    )
    assert (steward, role) == (anchored.steward.value, facts.role)
    assert (start, until) == (facts.starts_at, facts.until)
    (number,) = anchored.chain.ask("LicenseRegistry", "numberOf", anchored.terms.id.value)
    assert number == held.license_number == facts.license_number
    assert held.registered_at == facts.block.time
    assert facts.registrar_was_live


def test_what_became_of_a_registration_is_in_the_state(anchored):
    first, second, rendition = (registered(anchored) for _ in range(3))
    steward = anchored.steward
    assert anchored.carry_out(DeclareRendition(rendition, steward, first)).succeeded
    assert anchored.carry_out(
        SupersedeResource(first, steward, second, Relation.CORRECTION)
    ).succeeded
    facts = facts_of(anchored, first)
    assert facts.registration is not None
    assert (facts.registration.state, facts.registration.relation) == (SUPERSEDED, 2)
    assert facts.successor == second.value
    of_rendition = facts_of(anchored, rendition)
    assert (of_rendition.original, of_rendition.original_state) == (first.value, SUPERSEDED)
    assert [item.registration.standing for item in (facts, of_rendition)] == [1, 2]
    assert anchored.carry_out(WithdrawResource(first, steward, WithdrawalReason.ERROR)).succeeded
    assert facts_of(anchored, first).registration.state == WITHDRAWN
    assert facts_of(anchored, rendition).original_state == WITHDRAWN


def test_what_was_never_there_is_proved_to_be_absent(anchored):
    claim = replace(
        claim_of(anchored, Digest.of(b"never registered")),
        ledger=LedgerId.of_origin("never.example/opened"),
        license=LicenseId(bytes(32)),
    )
    facts = read_state(proof_of(anchored, claim), anchored.deployment, claim)
    assert (facts.root, facts.registration, facts.license_number) == (None, None, 0)
    assert not facts.registrar_was_live


def test_a_changed_bit_or_a_missing_node_is_refused(anchored):
    claim = claim_of(anchored, registered(anchored))
    proof = proof_of(anchored, claim)
    true = read_state(proof, anchored.deployment, claim)
    for place, node in enumerate(proof.nodes):
        rest = proof.nodes[:place] + proof.nodes[place + 1 :]
        with pytest.raises(InvalidStateProof):
            read_state(replace(proof, nodes=rest), anchored.deployment, claim)
        for bit in range(0, 8 * len(node), 401):
            changed = bytearray(node)
            changed[bit // 8] ^= 1 << bit % 8
            with pytest.raises(InvalidStateProof):
                read_state(
                    replace(proof, nodes=(*rest, bytes(changed))), anchored.deployment, claim
                )
    for bit in range(0, 8 * len(proof.header), 97):
        header = bytearray(proof.header)
        header[bit // 8] ^= 1 << bit % 8
        try:
            facts = read_state(replace(proof, header=bytes(header)), anchored.deployment, claim)
        except InvalidStateProof:
            continue
        assert facts.block.hash != true.block.hash


def test_contracts_with_other_code_or_elsewhere_prove_nothing(anchored):
    claim = claim_of(anchored, registered(anchored))
    proof = proof_of(anchored, claim)
    deployment = anchored.deployment
    for changes in (
        {"code": {**deployment.code, "ResourceRegistry": "00" * 32}},
        {"contracts": {**deployment.contracts, "StewardRegistry": "00" * 20}},
    ):
        with pytest.raises(InvalidStateProof):
            read_state(proof, replace(deployment, **changes), claim)


def test_the_chain_of_a_node_is_checked(anchored):
    node = JsonRpcState(anchored.node.request)
    check_chain(node.head(), anchored.deployment)
    for changes in ({"chain_id": 1}, {"genesis": "00" * 32}):
        with pytest.raises(InvalidStateProof):
            check_chain(node.head(), replace(anchored.deployment, **changes))
    with pytest.raises(ChainUnavailable):
        JsonRpcState(lambda *_: None).head()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"stateRoot": "0x', '"stateRoot": "0x00'),
        lambda text: text.replace('"hash": "0x', '"hash": "0x00'),
        lambda text: text.replace("number", "nonsense"),
        lambda text: text.replace("storageProof", "nonsense"),
        lambda text: text.replace('"accountProof": ["0x', '"accountProof": ["0xzz'),
        lambda text: "7",
    ],
)
def test_a_node_that_answers_nonsense_gives_no_proof(anchored, change):
    def request(method: str, *parameters: object) -> object:
        return json.loads(change(json.dumps(anchored.node.request(method, *parameters))))

    with pytest.raises(InvalidStateProof):
        prove_state(JsonRpcState(request), anchored.deployment, claim_of(anchored, Digest.of(b"x")))


def test_a_node_without_proofs_leaves_the_receipt_without_one(anchored, monkeypatch):
    from ledger_service.adapters.evm.node import NodeRefusal

    true = Node.requests

    def requests(node: Node, calls: Sequence[Call]) -> list[object]:
        if any(method == "eth_getProof" for method, _ in calls):
            raise NodeRefusal("Method eth_getProof not supported.")
        return true(node, calls)

    monkeypatch.setattr(Node, "requests", requests)
    claim = claim_of(anchored, Digest.of(b"x"))
    assert anchored.chain.prove_state(claim, anchored.chain.head().number) is None


def test_a_node_proves_whether_a_member_s_registrar_speaks_for_its_ledger(anchored):
    facts = facts_of(anchored, registered(anchored))
    library = anchored.running.opened.library
    [own] = [row for row in list_stewards(library) if row.id == library.steward]
    assert facts.registration is not None
    registrar, at = facts.registration.registrar.hex(), facts.block.time
    named = Digest.of(b"a charter"), "A library", own.uri, "https://library.example"
    member = Member(*named, key=library.key, witness="", registrar=registrar, at=at)
    node, deployment = JsonRpcState(anchored.node.request), anchored.deployment
    assert speaks_for_ledger(node, deployment, member)
    other_ledger = VerifierKey("another.example/ledger", library.key.public_key)
    for change in (
        {"registrar": "77" * 20},
        {"uri": "https://another.example"},
        {"key": other_ledger},
    ):
        assert not speaks_for_ledger(node, deployment, replace(member, **change)), change


def test_the_node_of_an_empty_trie_says_nothing_and_may_be_there(anchored):
    claim = claim_of(anchored, registered(anchored))
    proof = proof_of(anchored, claim)
    with_it = replace(proof, nodes=(*proof.nodes, b"\x80"))
    assert read_state(with_it, anchored.deployment, claim) == read_state(
        proof, anchored.deployment, claim
    )
    with pytest.raises(InvalidStateProof, match="node-unused"):
        other = replace(proof, nodes=(*proof.nodes, b"\x81\x80"))
        read_state(other, anchored.deployment, claim)


def test_a_header_may_carry_the_signatures_of_many_validators():
    assert StateProof(bytes(8192), ()).nodes == ()
    with pytest.raises(InvalidStateProof, match="header-too-large"):
        StateProof(bytes(8193), ())
    with pytest.raises(InvalidStateProof, match="too-large"):
        StateProof(b"", (bytes(1025),))
