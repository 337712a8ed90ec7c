"""Signed intents against the contracts themselves: what they accept, and every way to be refused."""

import secrets
import time
from dataclasses import replace

import pytest
from eth_abi.abi import decode
from eth_account import Account
from eth_account.messages import encode_typed_data

from ledger_service.adapters.evm.abi import artifact
from ledger_service.adapters.evm.intents import Authorization, typed_data
from ledger_service.adapters.evm.node import hexed
from ledger_service.adapters.evm.signing import Nonces
from ledger_service.domain.chain.intent import (
    AnchorCheckpoint,
    DeclareRendition,
    DefineLicense,
    RenewGrant,
    ReturnGrant,
    RevokeGrant,
    SupersedeResource,
    TakeBackLink,
    WithdrawResource,
)
from ledger_service.domain.chain_errors import (
    IntentDeadlineTooFar,
    IntentExpired,
    InvalidIntentSignature,
    NonceAlreadyUsed,
    NotSelfService,
)
from ledger_service.domain.ledger import merkle
from ledger_service.domain.lending.grant import Scope
from ledger_service.domain.resources.registration import Link, Relation, WithdrawalReason
from ledger_service.services.chain.complete_events import complete_events

CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
HOUR = 3600


def now():
    return int(time.time())


def ask(bench, address, data):
    """Let the node judge a call; raises the twin of a refusal."""
    relayer = "0x" + bench.chain.relayer
    call = {"from": relayer, "to": "0x" + address, "data": hexed(data)}
    return bench.node.request("eth_estimateGas", call)


def test_a_signed_registration_is_accepted_and_told_by_its_event(bench):
    claim = bench.claim()
    outcome = bench.carry_out(claim)
    assert outcome.succeeded
    [event] = complete_events(
        bench.chain, outcome.block.number, outcome.block.number, before(bench, outcome)
    )[0]
    assert (event.name, event.subject) == ("ResourceRegistered", claim.digest.hex())
    assert event.text("license") == claim.license.hex()
    assert event.text("metadata") == claim.metadata.hex()
    assert (event.number("cidCodec"), event.text("cidDigest")) == (0x55, claim.digest.hex())
    assert event.text("registrar") == bench.running.opened.keys.address("registrar")
    assert event.block_time == outcome.block.time


def before(bench, outcome):
    """Return the event totals just before the block of an outcome."""
    first = bench.deployment.first_block
    return complete_events(bench.chain, first, outcome.block.number - 1, {})[1]


def is_live(bench, grant):
    place = (grant.digest.value, grant.steward.value, grant.seat, grant.turn)
    stated = (*place, grant.grantee.value, int(grant.scopes))
    return bench.chain.ask("AccessGrants", "isLive", stated)[0]


def held(grant):
    """Return grant, digest, steward and seat, by which a grant is changed."""
    return grant.grant, grant.digest, grant.steward, grant.seat


def test_a_signed_grant_is_accepted_and_its_revocation_ends_it(bench):
    intent = bench.grant(bench.registered())
    assert bench.carry_out(intent).succeeded
    assert is_live(bench, intent)
    assert not is_live(bench, replace(intent, scopes=Scope.READ | Scope.PRINT))
    assert bench.chain.seat(intent.digest, intent.steward, 0) == (1, intent.until)
    assert bench.carry_out(RevokeGrant(*held(intent))).succeeded
    assert not is_live(bench, intent)


def test_a_grant_is_renewed_and_returned_and_its_seat_taken_again(bench):
    first = bench.grant(bench.registered())
    assert bench.carry_out(first).succeeded
    assert bench.carry_out(RenewGrant(*held(first), first.until + 60)).succeeded
    assert bench.chain.seat(first.digest, first.steward, 0) == (1, first.until + 60)
    assert bench.carry_out(ReturnGrant(*held(first))).succeeded
    second = bench.grant(first.digest, turn=2)
    assert bench.carry_out(second).succeeded
    assert (is_live(bench, first), is_live(bench, second)) == (False, True)


def test_the_service_lends_by_itself_only_under_a_self_service_license(bench):
    with pytest.raises(NotSelfService):
        bench.prepared(bench.grant(bench.registered(), by_service=True))
    terms = replace(bench.terms, uri="https://license.example/self-service", self_service=True)
    assert bench.carry_out(DefineLicense(terms)).succeeded
    claim = bench.claim(license=terms.id)
    assert bench.carry_out(claim).succeeded
    intent = bench.grant(claim.digest, by_service=True)
    assert bench.carry_out(intent).succeeded
    renewal = RenewGrant(*held(intent), intent.until + 60, by_service=True)
    assert bench.carry_out(renewal).succeeded


def test_a_resource_is_superseded_rendered_and_withdrawn(bench):
    first, second, other = (bench.registered() for _ in range(3))
    asked = [
        SupersedeResource(first, bench.steward, second, Relation.CORRECTION),
        SupersedeResource(first, bench.steward, other, Relation.TRANSLATION),
        DeclareRendition(other, bench.steward, second),
        TakeBackLink(other, bench.steward, second, Link.RENDITION),
        WithdrawResource(first, bench.steward, WithdrawalReason.LEGAL),
    ]
    outcomes = [bench.carry_out(intent) for intent in asked]
    told = [
        event
        for outcome in outcomes
        for event in complete_events(
            bench.chain, outcome.block.number, outcome.block.number, before(bench, outcome)
        )[0]
    ]
    names = [intent.EVENT for intent in asked]
    assert [event.name for event in told] == names
    assert (told[0].text("successor"), told[0].number("relation")) == (second.hex(), 2)
    assert told[2].text("original") == second.hex()
    assert (told[3].text("other"), told[3].number("relation")) == (second.hex(), 4)
    assert told[4].number("reason") == 2


def test_signed_anchors_are_accepted_with_their_consistency_proofs(new_library, bench):
    running = new_library()
    ledger, chain = running.opened.library.ledger, running.opened.library.chain
    bench = replace(bench, running=running, node=running.opened.node, chain=chain)
    frontier, nodes = merkle.Frontier(), {}
    size, root = chain.anchored(ledger)
    assert (size, root) == (0, frontier.root())
    for new in (1, 2, 3, 7, 8, 21):
        while frontier.size < new:
            nodes.update(frontier.append(merkle.leaf_hash(b"%d" % frontier.size)))

        def read(names):
            return [nodes[name] for name in names]

        proof = tuple(merkle.consistency_proof(size, new, read))
        assert bench.carry_out(AnchorCheckpoint(size, new, frontier.root(), proof)).succeeded
        assert chain.anchored(ledger) == (new, frontier.root())
        size = new


def test_the_relayer_that_sends_an_intent_is_not_who_signed_it(bench):
    keys = bench.running.opened.keys
    roles = ("admin", "registrar", "service", "anchorer", "relayer")
    assert len({keys.address(role) for role in roles}) == 5


def test_the_typed_data_is_what_a_wallet_would_sign(bench):
    claim = bench.claim()
    address, data = bench.signer().call(claim, now())
    contract = artifact("ResourceRegistry")
    stated, (account, nonce, deadline, signature) = decoded(contract, data)
    names = ("digest", "steward", "license", "cidCodec", "cidDigest", "metadata")
    values = dict(zip(names, stated, strict=True))
    typed = typed_data(
        bench.deployment, "Register", values, Authorization(account[2:], nonce, deadline)
    )
    signer = Account.recover_message(encode_typed_data(full_message=typed), signature=signature)
    assert signer.lower() == account
    assert address == bench.deployment.contracts["ResourceRegistry"]


def decoded(contract, data):
    return decode(contract.functions["registerBySignature"].types, data[4:])


def test_a_signature_under_any_other_domain_is_refused(bench):
    others = [
        replace(bench.deployment, chain_id=bench.deployment.chain_id + 1),
        replace(bench.deployment, salt="11" * 32),
        replace(
            bench.deployment,
            contracts={**bench.deployment.contracts, "ResourceRegistry": "22" * 20},
        ),
    ]
    target = bench.deployment.contracts["ResourceRegistry"]
    for other in others:
        _, data = bench.signer(other).call(bench.claim(), now())
        with pytest.raises(InvalidIntentSignature):
            ask(bench, target, data)
    _, data = bench.signer().call(bench.claim(), now())
    assert ask(bench, target, data)


def test_a_signature_by_another_key_is_refused(bench):
    stranger = bench.signer(anchorer=secrets.token_bytes(32))
    with pytest.raises(InvalidIntentSignature):
        bench.prepared(AnchorCheckpoint(0, 10**6, bytes(32), ()), bench.chain_of(stranger))


def test_a_changed_message_is_refused(bench):
    address, data = bench.signer().call(bench.claim(), now())
    for position in (4 + 31, 4 + 5 * 32 + 31, 4 + 7 * 32 + 31):  # digest, metadata, nonce
        changed = data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
        with pytest.raises(Exception) as caught:
            ask(bench, address, changed)
        assert type(caught.value) is InvalidIntentSignature


def test_only_the_one_form_of_a_signature_is_accepted(bench):
    contract = artifact("ResourceRegistry")
    address, data = bench.signer().call(bench.claim(), now())
    stated, (*given, signature) = decoded(contract, data)
    r, s, v = signature[:32], int.from_bytes(signature[32:64], "big"), signature[64]
    high = (CURVE_ORDER - s).to_bytes(32, "big")
    others = [
        r + high + bytes([55 - v]),  # the malleated twin
        signature[:64] + bytes([v - 27]),
        signature[:64] + bytes([55 - v]),
        signature[:64],
        signature + b"\0",
        b"",
        bytes(65),
    ]
    for other in others:
        with pytest.raises(InvalidIntentSignature):
            ask(bench, address, contract.call("registerBySignature", stated, (*given, other)))
    assert ask(bench, address, data)


def test_an_intent_is_accepted_once(bench):
    address, data = bench.signer().call(bench.claim(), now())
    prepared = replace(bench.prepared(bench.claim()), to=address, data=data)
    nonce = bench.chain.transaction_count(bench.chain.relayer)
    signed = bench.chain.sign(prepared, nonce)
    bench.chain.send([signed])
    assert bench.chain.outcomes([signed.hash])[signed.hash].succeeded
    with pytest.raises(NonceAlreadyUsed):
        ask(bench, address, data)


def test_an_intent_has_its_time(bench):
    signer = bench.signer()
    for at, refusal in (
        (now() - 3 * HOUR, IntentExpired),
        (now() + 25 * HOUR, IntentDeadlineTooFar),
    ):
        with pytest.raises(refusal):
            ask(bench, *signer.call(bench.claim(), at))


def test_nonces_never_meet():
    first, second = Nonces(), Nonces()
    drawn = [nonces.next() for nonces in (first, second) for _ in range(600)]
    assert len(set(drawn)) == len(drawn)
    assert all(0 <= nonce < 2**256 for nonce in drawn)
    assert len({nonce >> 8 for nonce in drawn}) == 6
