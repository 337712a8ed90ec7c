"""What a verifier rests on: a deployment file that it holds, and a chain node of its own choosing.

Without a deployment file the service's own is taken, or the key that a receipt names when the service
does not answer; the verdict then says that the key is not pinned.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ledger_service import config as configuration
from ledger_service.adapters.remote import RemoteLibrary
from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.history import Block, ChainHistory
from ledger_service.domain.errors import LedgerError, ServiceUnavailable
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.checkpoint import CheckSignature, VerifierKey
from ledger_service.domain.reasons import Reason
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.verdict import Verdict, not_registered, withheld
from ledger_service.services.verification.check_receipt import ChainView

if TYPE_CHECKING:
    from ledger_service.adapters.evm.reader import EvmReader


@dataclass
class Trust:
    """key, deployment: pinned, or somebody's word; no deployment when there is only a receipt's key.
    rpc: a chain node's URL, or None.
    """

    key: VerifierKey
    deployment: Deployment | None
    is_pinned: bool
    rpc: str | None
    no_view_because: Because | Reason = Because.NO_NODE_ASKED
    check_signature: CheckSignature = check_ed25519

    @cached_property
    def reader(self) -> EvmReader | None:
        """The chain as the chosen node shows it."""
        if self.rpc is None or self.deployment is None:
            return None
        from ledger_service.adapters.evm.node import Node
        from ledger_service.adapters.evm.reader import EvmReader

        return EvmReader(Node(self.rpc), self.deployment)

    def view(self) -> ChainView | None:
        """Return what the chain says, complete by its accumulators; None if it cannot be asked."""
        if self._history is None or self.reader is None:
            return None
        history, head = self._history
        return ChainView(self.reader.chain_id, self.reader.anchor_contract, history, head.number)

    def absence(self, digest: Digest) -> Verdict:
        """Return the verdict on a digest for which the service has no receipt."""
        if self._history is None:
            return not_registered(digest, Because.NOT_REGISTERED_BY_WORD)
        history, head = self._history
        block = head.number
        if any(fact.digest == digest for fact in history.registrations.values()):
            return withheld(digest, block)
        return not_registered(digest, Because.NOT_REGISTERED_ON_CHAIN, block=block)

    @cached_property
    def _history(self) -> tuple[ChainHistory, Block] | None:
        """All that the chain says, and up to which block; read once, when it is first needed."""
        if self.reader is None or self.deployment is None:
            return None
        try:
            self.reader.check_deployment()
            head = self.reader.head()
            events, _ = self.reader.events(self.deployment.first_block, head.number, {})
            return ChainHistory.of(events), head
        except LedgerError as exc:
            self.no_view_because = exc.reason
            return None


def load_trust(
    path: Path | None, rpc: str | None, service: RemoteLibrary, receipt: Receipt | None = None
) -> Trust:
    """Return what to rest on: given files and nodes, else this machine's, else somebody's word."""
    config = configuration.load()
    found = path or config.deployment
    rpc = rpc or config.rpc
    if path is not None or found.exists():
        pinned = Deployment.parse(found.read_text("utf-8"))
        key = VerifierKey.parse(pinned.key)
        return Trust(key, pinned, True, rpc or config.known_chain_url)
    try:
        told = Deployment.parse(json.dumps(service.get("/deployment")))
    except ServiceUnavailable:
        if receipt is None or not receipt.keys:
            raise
        key = VerifierKey.parse(receipt.keys[-1].key)
        return Trust(key, None, False, None, Because.NO_DEPLOYMENT_FILE)
    return Trust(VerifierKey.parse(told.key), told, False, rpc)
