"""What the tests of the adapters share: a library's chain with its keys, and nobody else at work."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from ledger_service.adapters.evm.chain import EvmChain
from ledger_service.adapters.evm.node import Node
from ledger_service.adapters.evm.signing import IntentSigner
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.intent import DefineLicense, Intent, IssueGrant, RegisterResource
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Commitment, Digest, StewardId
from ledger_service.domain.lending.grant import Scope
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.ports.chain import PreparedTransaction, TransactionOutcome

if TYPE_CHECKING:
    from scripts.harness.running_library import RunningLibrary

LOAN_SECONDS = 3600
RAW = 0x55
_serial = itertools.count(1)


@dataclass(frozen=True)
class ChainBench:
    """A chain with contracts and keys; the tests take the place of the worker.

    terms: a defined license of one seat.
    """

    running: RunningLibrary
    node: Node
    deployment: Deployment
    chain: EvmChain
    terms: LicenseTerms

    @property
    def steward(self) -> StewardId:
        return StewardId.parse(self.deployment.steward)

    def signer(self, deployment: Deployment | None = None, **keys: bytes) -> IntentSigner:
        """Return a signer with the library's keys, or with others."""
        folder = self.running.opened.keys
        held = {role: folder.secp256k1(role) for role in ("registrar", "service", "anchorer")}
        return IntentSigner(deployment or self.deployment, **{**held, **keys})

    def chain_of(self, signer: IntentSigner) -> EvmChain:
        relayer = self.running.opened.keys.secp256k1("relayer")
        return EvmChain(self.node, self.deployment, relayer=relayer, signer=signer)

    def carry_out(self, intent: Intent) -> TransactionOutcome:
        """Prepare, sign and send an intent; return what became of it."""
        nonce = self.chain.transaction_count(self.chain.relayer)
        signed = self.chain.sign(self.prepared(intent), nonce)
        assert self.chain.send([signed]) == [None]
        return self.chain.outcomes([signed.hash])[signed.hash]

    def prepared(self, intent: Intent, chain: EvmChain | None = None) -> PreparedTransaction:
        """Return the transaction of one intent; raise why the chain would not take it."""
        [found] = (chain or self.chain).prepare([intent])
        if isinstance(found, LedgerError):
            raise found
        return found

    def claim(self, **changes: object) -> RegisterResource:
        """Return a claim on a digest that no test used before."""
        digest = Digest.of(f"claim {next(_serial)}".encode())
        claim = RegisterResource(
            digest=digest,
            steward=self.steward,
            license=self.terms.id,
            cid=ContentId(RAW, digest.value),
            metadata=Digest.of(b"metadata"),
        )
        return replace(claim, **changes)

    def grant(self, digest: Digest, **changes: object) -> IssueGrant:
        """Return a grant of a resource for half the longest loan."""
        grant = IssueGrant(
            digest=digest,
            steward=self.steward,
            seat=0,
            turn=1,
            grantee=Commitment(secrets.token_bytes(32)),
            scopes=Scope.READ,
            until=int(time.time()) + LOAN_SECONDS // 2,
        )
        return replace(grant, **changes)

    def registered(self) -> Digest:
        """Return a digest that is on chain now."""
        claim = self.claim()
        assert self.carry_out(claim).succeeded
        return claim.digest


@pytest.fixture(scope="session")
def bench(blank_home, tmp_path_factory) -> Iterator[ChainBench]:
    from scripts.harness.running_library import RunningLibrary

    running = RunningLibrary(tmp_path_factory.mktemp("ports") / "home", blank_home)
    try:
        opened = running.opened
        terms = LicenseTerms("https://license.example/ports", 1, LOAN_SECONDS, False)
        bench = ChainBench(running, opened.node, opened.deployment, opened.library.chain, terms)
        assert bench.carry_out(DefineLicense(terms)).succeeded
        yield bench
    finally:
        running.stop()
