"""A chain on which each type of intent has one that is accepted, and contracts that sign in every way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from eth_abi.abi import decode
from eth_account import Account

from ledger_service.adapters.evm.abi import error_of
from ledger_service.adapters.evm.intents import TYPES
from ledger_service.adapters.evm.node import hexed, unhexed
from ledger_service.adapters.evm.relaying import carrying_call
from ledger_service.adapters.evm.transactions import address_of
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.history import FOR_EVER
from ledger_service.domain.chain.signed_intent import cohort_id
from ledger_service.domain.identifiers import Commitment, Digest, StewardId
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.lending.grant import Scope, grant_id
from ledger_service.domain.resources.license import LicenseTerms
from scripts.contracts.contract_bench import ContractBench, dear, key_of
from tests.signatures.signing import sign

Call = tuple[str, bytes]
"""(contract, data)."""

CALLS_AT_ONCE = 100
DAY = 86_400
RAW = 0x55
REFUSED_ALONE = "TransactionRejected"  # a revert that names no error

IS_VALID = bytes.fromhex("1626ba7e")  # ERC-1271: selector of isValidSignature, and its yes
MAGIC_WORD = IS_VALID + bytes(28)
_RETURN_WORD = bytes.fromhex("5f5260205ff3")
WALLETS = {
    # Answers with the bytes that it is shown as a signature, whatever they are.
    "echo": bytes.fromhex("60443580 60645f37 5ff3"),
    "echo and revert": bytes.fromhex("60443580 60645f37 5ffd"),
    "yes": b"\x7f" + MAGIC_WORD + _RETURN_WORD,
    "no": b"\x7f" + bytes(32) + _RETURN_WORD,
    "endless": bytes.fromhex("5b5f56"),
    # Says yes if exactly 200,000 gas was given: GAS itself costs 2.
    "counting": bytes.fromhex("5a 62030d3e 14 7f") + MAGIC_WORD + b"\x02" + _RETURN_WORD,
    "writing": bytes.fromhex("60015f55 7f") + MAGIC_WORD + _RETURN_WORD,
}


@dataclass(frozen=True)
class Ground:
    """accepted: for each type the values of an intent that the chain takes, the authorization aside.

    key: of a registrar; anchorer: the key of the one of `ledgers`; wallets: by name, addresses of 40
    hex, registrars too; used: (contract, nonce) that the registrar has used, from 1 up at each
    contract; judging: address of `Judge`.
    """

    bench: ContractBench
    judging: str
    key: bytes
    anchorer: bytes
    accepted: dict[str, dict[str, Any]]
    wallets: dict[str, str]
    used: set[tuple[str, int]]
    ledgers: list[bytes]

    @property
    def deployment(self) -> Deployment:
        return self.bench.deployment

    @property
    def signer(self) -> str:
        """The registrar's account, 40 hex."""
        return address_of(Account.from_key(self.key))

    def approves(self, signer: str, signature: bytes) -> bool:
        """Return whether a contract of this address says that it signed, as it was built to."""
        name = next((name for name, address in self.wallets.items() if address == signer), "")
        return name in ("yes", "counting") or (name == "echo" and signature == MAGIC_WORD)

    def judge(self, calls: Sequence[Call]) -> tuple[int, list[str]]:
        """Return the time by which the chain judges, and for each call how it ends.

        That is "accepted", or the name of the contract's error.
        """
        judge, times, verdicts = self.bench.artifacts["Judge"], set(), []
        for start in range(0, len(calls), CALLS_AT_ONCE):
            part = calls[start : start + CALLS_AT_ONCE]
            targets = [bytes.fromhex(self.deployment.contracts[contract]) for contract, _ in part]
            data = judge.call("judge", targets, [data for _, data in part])
            call = {"to": "0x" + self.judging, "data": hexed(data)}
            answer = unhexed(self.bench.node.request("eth_call", call, "latest"))
            time, endings = decode(judge.functions["judge"].outputs, answer)
            times.add(time)
            verdicts += [_verdict(ending) for ending in endings]
        [now] = times
        return now, verdicts


def _verdict(ending: bytes) -> str:
    succeeded, answer = decode(["bool", "bytes"], ending[4:])
    if succeeded:
        return "accepted"
    return type(error_of(answer)).__name__ if answer else REFUSED_ALONE


def prepare(bench: ContractBench) -> Ground:
    """Return the ground on a new chain, on which nothing happens any more."""
    admin, deployment = bench.admin, bench.deployment
    contracts, steward = deployment.contracts, bytes.fromhex(deployment.steward)
    admin.call("StewardRegistry", contracts["StewardRegistry"], "accredit", steward)
    key, other = key_of("registrar"), key_of("anchorer")
    registry = contracts["StewardRegistry"]
    wallets = {}
    for name, code in WALLETS.items():
        start = bytes([0x60, len(code)]) + bytes.fromhex("8060095f395ff3")
        wallets[name] = bench.deploy_code(start + code)
    for account in (address_of(Account.from_key(key)), *wallets.values()):
        agent = (steward, bytes.fromhex(account), 0, FOR_EVER)
        admin.call("StewardRegistry", registry, "addRegistrar", *agent)
    terms = LicenseTerms("https://license.example/signatures", 4, DAY, False)
    stated = (terms.uri, terms.policy_digest, terms.seats, terms.longest_loan_seconds, False)
    admin.call("LicenseRegistry", contracts["LicenseRegistry"], "defineLicense", *stated)
    ledgers = [bytes(31) + b"\1", b"\xff" * 32, *(dear(f"ledger {number}") for number in range(6))]
    for ledger in ledgers:
        opened = (ledger, steward, bytes.fromhex(address_of(Account.from_key(other))))
        admin.call("CheckpointAnchor", contracts["CheckpointAnchor"], "openLedger", *opened)
    maker = _Maker(bench, key, terms.id.value)
    accepted = maker.accepted()
    judging = bench.deploy(bench.artifacts["Judge"])
    return Ground(bench, judging, key, other, accepted, wallets, maker.used, ledgers)


class _Maker:
    """Brings the chain to where one intent of each type is accepted."""

    def __init__(self, bench: ContractBench, key: bytes, license_id: bytes) -> None:
        self._bench, self._key, self._license = bench, key, license_id
        self._steward = bytes.fromhex(bench.deployment.steward)
        self._start = bench.node.block().time
        self.used: set[tuple[str, int]] = set()

    def accepted(self) -> dict[str, dict[str, Any]]:
        first, second, third = (self._claim(name) for name in ("first", "second", "third"))
        for claim in (first, second, third):
            self._carry_out("Register", claim)
        pointed = {"successor": first["digest"], "relation": 3}
        self._carry_out("Supersede", {**self._place(third), **pointed})
        until = self._start + DAY // 2
        grant = {
            **self._place(second),
            "seat": 1,
            "turn": 1,
            "grantee": dear("grantee"),
            "scopes": 1,
            "until": until,
        }
        self._carry_out("IssueGrant", grant)
        held = {**self._place(second), "seat": 1, "grant": self._id_of(grant)}
        cohort = {**self._place(second), "root": bytes(32), "size": 9, "scopes": 1}
        cohort |= {"until": until, "salt": dear("cohort")}
        self._carry_out("GrantCohort", cohort)
        many = [self._claim("one of many"), self._claim("another of many")]
        return {
            "Register": self._claim("new"),
            "RegisterMany": {"registrations": many},
            "RegisterProven": self._proven(),
            "Supersede": {**self._place(first), "successor": second["digest"], "relation": 2},
            "DeclareRendition": {**self._place(third), "original": second["digest"]},
            "TakeBack": {**self._place(third), "other": first["digest"], "relation": 3},
            "Withdraw": {**self._place(first), "reason": 3},
            "IssueGrant": {**grant, "seat": 2},
            "RenewGrant": {**held, "until": until + 60},
            "ReturnGrant": held,
            "RevokeGrant": held,
            "GrantCohort": {**cohort, "salt": bytes(32)},
            "CloseCohort": {"cohort": cohort_id(cohort), **cohort},
        }

    def _proven(self) -> dict[str, Any]:
        """Return a claim that the first entry of a ledger of this steward accepts, with the proof."""
        claim, at, ledger = self._claim("proven"), self._start, dear("ledger of entries")
        facts: dict[str, str | int] = {
            "cid": f"f01551220{claim['digest'].hex()}",
            **{name: claim[name].hex() for name in ("digest", "license", "metadata", "steward")},
        }
        leaf = merkle.leaf_hash(Entry("accepted", at, facts).format())
        anchors = self._bench.deployment.contracts["CheckpointAnchor"]
        own = bytes.fromhex(self._bench.admin.address)
        self._bench.admin.call(
            "CheckpointAnchor", anchors, "openLedger", ledger, self._steward, own
        )
        self._bench.admin.call("CheckpointAnchor", anchors, "anchor", ledger, 1, leaf, [])
        return {**claim, "ledger": ledger, "index": 0, "size": 1, "at": at, "hashes": []}

    def _claim(self, name: str) -> dict[str, Any]:
        digest = dear(name)
        return {
            "digest": digest,
            "steward": self._steward,
            "license": self._license,
            "cidCodec": RAW,
            "cidDigest": digest,
            "metadata": bytes(range(32)),
        }

    def _place(self, claim: dict[str, Any]) -> dict[str, Any]:
        return {name: claim[name] for name in ("digest", "steward")}

    def _id_of(self, grant: dict[str, Any]) -> bytes:
        place = Digest(grant["digest"]), StewardId(grant["steward"])
        grantee = Commitment(grant["grantee"])
        return grant_id(*place, grant["seat"], grant["turn"], grantee, Scope(grant["scopes"])).value

    def _carry_out(self, kind: str, values: dict[str, Any]) -> None:
        contract, deployment = TYPES[kind].contract, self._bench.deployment
        nonce = next(number for number in count(1) if (contract, number) not in self.used)
        self.used.add((contract, nonce))
        signed = sign(deployment, kind, values, self._key, nonce, self._start + 3600)
        self._bench.admin.send(deployment.contracts[contract], carrying_call(signed)[1])
