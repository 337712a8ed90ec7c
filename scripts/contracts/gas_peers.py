"""Muhr beside the Ethereum Attestation Service, and RFC 6962 beside OpenZeppelin's Merkle proofs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_abi.abi import decode, encode
from eth_utils.crypto import keccak

from ledger_service.adapters.evm.abi import artifact, read_artifact
from ledger_service.domain.ledger import merkle
from scripts.contracts.compile import ROOT, compile_sources
from scripts.contracts.contract_bench import START, ContractBench, MeteredSender, dear, used_gas
from scripts.contracts.metered_library import FunctionCosts

EAS = Path("node_modules/@ethereum-attestation-service/eas-contracts/contracts")
EAS_FOLDERS = (".", "eip1271", "resolver")
# Version 1.9.0 pins its compiler and needs an OpenZeppelin whose signature checker does without Cancun.
EAS_OPENZEPPELIN = "@openzeppelin/contracts/=node_modules/openzeppelin-contracts-5.3/"
EAS_PRAGMA, OUR_PRAGMA = "pragma solidity 0.8.29;", "pragma solidity 0.8.30;"
CID = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
SCHEMA = "bytes32 digest,string cid,bytes32 license"
ATTEST_PER_TRANSACTION, TIMESTAMPS_PER_TRANSACTION = 50, 300
NOBODY = bytes(20)
HOUR = 3600
DEPTH = 20


@dataclass(frozen=True)
class Row:
    """One comparison. most: the target for `ours`; at_most and at_least: for the ratio ours to theirs."""

    table: str
    what: str
    ours: float
    theirs: float | None = None
    most: float | None = None
    at_most: float | None = None
    at_least_times: float | None = None

    def format(self) -> str:
        theirs = "" if self.theirs is None else _number(self.theirs)
        ratio = "" if self.theirs is None else f"{self.ours / self.theirs:.3g}"
        if self.at_least_times is not None and self.theirs is not None:
            ratio = f"1 : {self.theirs / self.ours:,.0f}"
        return f"| {self.what} | {_number(self.ours)} | {theirs} | {ratio} | {self._target()} |"

    def _target(self) -> str:
        said, held = [], True
        if self.most is not None:
            said.append(f"≤ {_number(self.most)}")
            held = held and self.ours <= self.most
        if self.at_most is not None and self.theirs is not None:
            said.append(f"ratio ≤ {self.at_most:.3g}")
            held = held and self.ours <= self.at_most * self.theirs
        if self.at_least_times is not None and self.theirs is not None:
            said.append(f"1 : {self.at_least_times:,.0f} or better")
            held = held and self.theirs >= self.at_least_times * self.ours
        return f"{' and '.join(said)}: {'met' if held else '**missed**'}" if said else ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def measure_peers(bench: ContractBench, costs: FunctionCosts) -> list[Row]:
    """Return the comparisons. costs: of our functions, already measured."""
    eas = EasOnBench(bench)
    ours = costs.transactions
    growth, first = _anchor(bench, 600_001, 1_000_000), _anchor(bench, 600_001, 700_001)
    return [
        *_single(ours, eas, growth),
        *_batches(ours, eas, first),
        *_proofs(bench),
    ]


def _single(ours: dict[str, dict[str, int]], eas: EasOnBench, growth: int) -> Iterator[Row]:
    table = "One of a kind, beside EAS 1.9.0"
    resources, grants = ours["ResourceRegistry"], ours["AccessGrants"]
    yield Row(table, "register / attest", resources["register"], eas.attest, 75_000, 0.25)
    yield Row(
        table, "registerBySignature / attest", resources["registerBySignature"], eas.attest, 100_000
    )
    yield Row(table, "issue, a new seat", grants["issue, a new seat"], None, 80_000)
    yield Row(table, "issue, a seat used before", grants["issue, a seat used before"], None, 80_000)
    yield Row(table, "renew", grants["renew"], None, 40_000)
    yield Row(table, "giveBack", grants["giveBack"], None, 40_000)
    yield Row(table, "revoke / revoke", grants["revoke"], eas.revoke, None, 0.5)
    yield Row(table, "withdraw / revoke", resources["withdraw"], eas.revoke)
    anchor = ours["CheckpointAnchor"]["anchor"]
    yield Row(table, "anchor, the first / timestamp", anchor, eas.timestamp)
    yield Row(
        table, "anchor, 600,001 to 1,000,000 entries / timestamp", growth, eas.timestamp, 50_000
    )


def _batches(ours: dict[str, dict[str, int]], eas: EasOnBench, anchor: int) -> Iterator[Row]:
    """Gas a record of (digest, CID, license), at N records."""
    table = "A record of digest, CID and license, by how many at once: gas for each"
    resources = ours["ResourceRegistry"]
    yield Row(table, "1: register / attest", resources["register"], eas.attest)
    ten = resources["registerMany, of 10"] / 10
    yield Row(
        table, "10: registerMany / multiAttest", ten, eas.attest_many / ATTEST_PER_TRANSACTION
    )
    yield Row(table, "10: one anchor / timestamps in one call", anchor / 10, eas.timestamp_ten / 10)
    many = resources["registerMany, of 390"] / 390
    each = eas.attest_many / ATTEST_PER_TRANSACTION
    stamp = eas.timestamp_many / TIMESTAMPS_PER_TRANSACTION
    yield Row(table, "1,000: registerMany by 390 / multiAttest by 50", many, each)
    yield Row(table, "1,000: one anchor / multiTimestamp by 300", anchor / 1000, stamp)
    yield Row(table, "100,000: registerMany by 390 / multiAttest by 50", many, each)
    hundred_thousand = anchor / 100_000
    yield Row(
        table,
        "100,000: one anchor / multiTimestamp by 300",
        hundred_thousand,
        stamp,
        0.6,
        at_least_times=40_000,
    )


def _proofs(bench: ContractBench) -> Iterator[Row]:
    table = f"An inclusion proof at depth {DEPTH}, beside OpenZeppelin's keccak proof"
    meter = bench.artifacts["ProofMeter"]
    address = bench.deploy(meter)
    hashes = [dear(f"sibling {level}") for level in range(DEPTH)]
    index, leaf = 0b10110111001011010011, dear("leaf")
    sha, pairs = leaf, leaf
    for level, sibling in enumerate(hashes):
        left, right = (sibling, sha) if index >> level & 1 else (sha, sibling)
        sha = merkle.node_hash(left, right)
        pairs = keccak(b"".join(sorted((pairs, sibling))))
    rfc = meter.call("checkRfc6962", leaf, index, 2**DEPTH, hashes, sha)
    other = meter.call("checkKeccak", leaf, hashes, pairs)
    _, answers = bench.ask(address, [rfc, other])
    assert all(answer.succeeded for answer in answers)
    inside = [int.from_bytes(answer.data) for answer in answers]
    yield Row(table, "inside a call, for each level", inside[0] / DEPTH, inside[1] / DEPTH, 460)
    sent = [used_gas(bench.admin.send(address, data)) for data in (rfc, other)]
    yield Row(table, "as a whole transaction", *sent, at_most=1.15)


def _anchor(bench: ContractBench, old: int, new: int) -> int:
    """Return what an anchor costs that grows a ledger, its consistency proof included."""
    ledger = dear(f"ledger of {new}")
    account = bytes.fromhex(bench.admin.address)
    address = bench.deployment.contracts["CheckpointAnchor"]
    contract = artifact("CheckpointAnchor")
    bench.admin.send(address, contract.call("openLedger", ledger, dear("steward"), account))
    leaves = [hashlib.sha256(number.to_bytes(8)).digest() for number in range(new)]
    root = _subtree(leaves[:old])
    bench.admin.send(address, contract.call("anchor", ledger, old, root, []))

    def read(names: Any) -> list[bytes]:
        return [_subtree(leaves[index << level : index + 1 << level]) for level, index in names]

    proof = merkle.consistency_proof(old, new, read)
    return used_gas(
        bench.admin.send(address, contract.call("anchor", ledger, new, _subtree(leaves), proof))
    )


def _subtree(leaves: list[bytes]) -> bytes:
    """Return the root of a list of leaf hashes, level by level."""
    while len(leaves) > 1:
        odd = leaves[-1:] if len(leaves) % 2 else []
        pairs = zip(leaves[0::2], leaves[1::2], strict=False)
        leaves = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs] + odd
    return leaves[0]


class EasOnBench:
    """EAS, compiled by our compiler, deployed beside Muhr, and what its calls cost in the steady state."""

    def __init__(self, bench: ContractBench) -> None:
        sources = {
            str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").replace(
                EAS_PRAGMA, OUR_PRAGMA
            )
            for folder in EAS_FOLDERS
            for path in sorted((ROOT / EAS / folder).glob("*.sol"))
        }
        files = {name: str(EAS / f"{name}.sol") for name in ("EAS", "SchemaRegistry")}
        found = compile_sources(files, sources, EAS_OPENZEPPELIN)
        self._contract = read_artifact(found["EAS"])
        registry = read_artifact(found["SchemaRegistry"])
        where = bench.deploy(registry)
        self._sender: MeteredSender = bench.sender("attester")
        self._sender.send(where, registry.call("register", SCHEMA, NOBODY, True))
        self._schema = keccak(SCHEMA.encode() + NOBODY + b"\x01")
        self._address = bench.deploy(self._contract, bytes.fromhex(where))
        self._send("attest", (self._schema, self._record("first")))
        # EAS names an attestation by its time, too, and a name with a zero byte in it is cheaper to send.
        bench.let_next_be_of(START + HOUR)
        receipt = self._send("attest", (self._schema, self._record("second")))
        self.attest = used_gas(receipt)
        records = [self._record(f"many {i}") for i in range(ATTEST_PER_TRANSACTION)]
        self.attest_many = used_gas(self._send("multiAttest", [(self._schema, records)]))
        uid = decode(["bytes32"], bytes.fromhex(receipt["logs"][0]["data"][2:]))[0]
        self.revoke = used_gas(self._send("revoke", (self._schema, (uid, 0))))
        self._send("timestamp", dear("first stamp"))
        self.timestamp = used_gas(self._send("timestamp", dear("second stamp")))
        stamps = [dear(f"stamp {i}") for i in range(TIMESTAMPS_PER_TRANSACTION)]
        self.timestamp_many = used_gas(self._send("multiTimestamp", stamps))
        stamps = [dear(f"ten {i}") for i in range(10)]
        self.timestamp_ten = used_gas(self._send("multiTimestamp", stamps))

    def _record(self, label: str) -> tuple[Any, ...]:
        data = encode(["bytes32", "string", "bytes32"], [dear(label), CID, dear("license")])
        return NOBODY, 0, True, bytes(32), data, 0

    def _send(self, function: str, *values: Any) -> dict[str, Any]:
        return self._sender.send(self._address, self._contract.call(function, *values))
