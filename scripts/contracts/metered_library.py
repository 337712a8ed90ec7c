"""One steward whose functions are measured: what its agents state, sign and send, and what each call cost."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data

from ledger_service.adapters.evm.abi import CONTRACTS, artifact
from ledger_service.adapters.evm.intents import (
    ANCHOR,
    TYPES,
    Authorization,
    call_data,
    typed,
    typed_data,
)
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.entry import Entry
from scripts.contracts.contract_bench import START, ContractBench, MeteredSender, dear, used_gas

DAY = 86_400
LOAN = 30 * DAY
FAR = START + 5000 * DAY
NONCES = int.from_bytes(dear("nonces")) & ~0xFF
Values = dict[str, Any]


@dataclass
class FunctionCosts:
    """Gas by contract and function; transactions as they were measured, in order."""

    transactions: dict[str, dict[str, int]] = field(default_factory=dict)
    views: dict[str, dict[str, int]] = field(default_factory=dict)


class MeteredLibrary:
    """One steward with its agents on a bench, and what they send."""

    def __init__(self, bench: ContractBench) -> None:
        self.bench = bench
        self.costs = FunctionCosts(
            {name: {} for name in CONTRACTS}, {name: {} for name in CONTRACTS}
        )
        self.steward, self.ledger = dear("steward"), dear("ledger")
        self.registrar = bench.sender("registrar")
        self.service = bench.sender("service")
        self.anchorer = bench.sender("anchorer")
        self.relayer = bench.sender("relayer")
        self._nonce = NONCES
        self.license = b""
        self.now = START + DAY

    # ---- sending ----

    def send(
        self, sender: MeteredSender, contract: str, function: str, *values: Any, as_: str = ""
    ) -> int:
        """Send a call; note what it cost, unless as_ is "-". Return the gas."""
        data = artifact(contract).call(function, *values)
        return self.send_data(sender, contract, data, as_ or function)

    def send_signed(self, primary: str, values: Values, as_: str = "") -> int:
        """Relay what the registrar signed."""
        contract = TYPES[primary].contract
        unsigned = Authorization(self.registrar.address, self.next_nonce(), self.now + 3600)
        typed_object = typed_data(self.bench.deployment, primary, values, unsigned)
        signature = _sign(self.registrar.key, typed_object)
        signed = Authorization(unsigned.signer, unsigned.nonce, unsigned.deadline, signature)
        data = call_data(primary, values, signed)
        return self.send_data(self.relayer, contract, data, as_ or TYPES[primary].function)

    def send_data(self, sender: MeteredSender, contract: str, data: bytes, what: str) -> int:
        """Send a call that was made already; note what it cost, unless what is "-". Return the gas."""
        gas = used_gas(sender.send(self.bench.deployment.contracts[contract], data))
        if what != "-":
            self.costs.transactions[contract][what] = gas
        return gas

    def next_nonce(self) -> int:
        self._nonce += 1
        return self._nonce

    # ---- what they state ----

    def registration(self, label: str, license_id: bytes | None = None) -> Values:
        digest = dear(label)
        return {
            "digest": digest,
            "steward": self.steward,
            "license": license_id or self.license,
            "cidCodec": 0x55,
            "cidDigest": digest,
            "metadata": dear("metadata of " + label),
        }

    def grant(self, label: str, seat: int, turn: int) -> Values:
        return {
            "digest": dear(label),
            "steward": self.steward,
            "seat": seat,
            "turn": turn,
            "grantee": dear(f"grantee {seat} {turn}"),
            "scopes": 1,
        }


@dataclass
class Tree:
    """All nodes of a small tree."""

    root: bytes
    nodes: dict[Any, bytes]

    def read(self, names: Any) -> list[bytes]:
        return [self.nodes[name] for name in names]


def tree(leaves: list[bytes]) -> Tree:
    """Return the tree of leaf hashes."""
    frontier, nodes = merkle.Frontier(), {}
    for leaf in leaves:
        nodes.update(frontier.append(leaf))
    return Tree(frontier.root(), nodes)


def accepted_entry(library: MeteredLibrary, label: str) -> bytes:
    """Return the ledger's entry that accepts a registration."""
    stated = library.registration(label)
    facts = {
        "cid": "f01551220" + stated["cidDigest"].hex(),
        **{name: stated[name].hex() for name in ("digest", "license", "metadata", "steward")},
    }
    return Entry("accepted", START, facts).format()


def signed_anchor(library: MeteredLibrary, size: int, root: bytes, proof: list[bytes]) -> bytes:
    """Return the data of a call that relays what the anchorer signed."""
    deadline = library.now + 3600
    message = {"ledger": library.ledger, "size": size, "root": root, "deadline": deadline}
    deployment = library.bench.deployment
    typed_object = typed(deployment, "CheckpointAnchor", "Anchor", ANCHOR, message)
    signature = _sign(library.anchorer.key, typed_object)
    values = library.ledger, size, root, proof, deadline, signature
    return artifact("CheckpointAnchor").call("anchorBySignature", *values)


def grant_of(stated: Values) -> bytes:
    """Return the id that AccessGrants gives a grant."""
    return sha256_of(tuple(stated.values()))


def sha256_of(values: tuple[Any, ...]) -> bytes:
    """Return the hash of what a contract packs: words of 32 bytes, numbers big-endian."""
    words = (value if isinstance(value, bytes) else value.to_bytes(32, "big") for value in values)
    return hashlib.sha256(b"".join(words)).digest()


def _sign(key: bytes, typed_object: dict[str, Any]) -> bytes:
    message = encode_typed_data(full_message=typed_object)
    return bytes(Account.sign_message(message, key).signature)
