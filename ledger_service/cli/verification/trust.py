"""What a verifier rests on: a deployment file that it holds, and a chain node of its own choosing.

Without a deployment file the service's own is taken, or the key that a receipt names when the service
does not answer; the verdict then says that the key is not pinned. What only a node's answers need is
loaded when there is a node.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from ledger_service import config as configuration
from ledger_service.adapters.given_files import read_given
from ledger_service.adapters.http_client import check_url
from ledger_service.adapters.remote import RemoteService
from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain import foreign_text
from ledger_service.domain.chain.block import Block, Position
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.errors import ChainUnavailable, LedgerError, ServiceUnavailable
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger.checkpoint import CheckSignature, VerifierKey
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.reasons import Reason
from ledger_service.domain.verification.absence import Absence
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.verdict import (
    Verdict,
    not_checked,
    not_registered,
    withheld,
)
from ledger_service.services.verification.check_receipt import ChainView

if TYPE_CHECKING:
    from ledger_service.adapters.evm.reader import EvmReader
    from ledger_service.domain.chain.history import ChainHistory
    from ledger_service.domain.consortium.charter import Charter
    from ledger_service.domain.consortium.member import Member
    from ledger_service.ports.state import StateNode
    from ledger_service.services.verification.ask_node import AskedAbsence, AskedReceipt


@dataclass
class Trust:
    """key, deployment: pinned, or somebody's word; no deployment when there is only a receipt's key.
    rpc: a chain node's URL, or None. is_complete: read all events and prove that none lacks, instead
    of what one digest needs.
    """

    key: VerifierKey
    deployment: Deployment | None
    is_pinned: bool
    rpc: str | None
    no_view_because: Because | Reason = Because.NO_NODE_ASKED
    check_signature: CheckSignature = check_ed25519
    is_complete: bool = False

    def is_told_by(self, service: str) -> bool:
        """Return whether the node is the library's own: on its service's host, or as its deployment tells."""
        if self.rpc is None or self.deployment is None:
            return False
        own = urlsplit(service)[:2] == urlsplit(self.rpc)[:2]
        return own or self.deployment.is_told_by(self.rpc)

    @cached_property
    def node(self) -> StateNode | None:
        """The chosen node, to be asked for proofs of what one digest needs; None if all events are read."""
        if self.rpc is None or self.deployment is None or self.is_complete:
            return None
        from ledger_service.adapters.evm.json_rpc import JsonRpc
        from ledger_service.adapters.evm.state_node import JsonRpcState

        rpc = JsonRpc(self.rpc)
        click.get_current_context().call_on_close(rpc.close)
        return JsonRpcState(rpc.request, rpc.requests)

    @cached_property
    def reader(self) -> EvmReader | None:
        """The chain as the chosen node shows it."""
        if self.rpc is None or self.deployment is None:
            return None
        from ledger_service.adapters.evm.logs import KeptLogs
        from ledger_service.adapters.evm.node import Node
        from ledger_service.adapters.evm.reader import EvmReader

        chain = f"{self.deployment.chain_id}-{self.deployment.contracts['ResourceRegistry']}"
        kept = KeptLogs(configuration.load().kept_logs / chain)
        return EvmReader(Node(self.rpc), self.deployment, kept)

    def view(self, needed: int = 0) -> ChainView | None:
        """Return what the chain says, complete by its accumulators; None if it cannot be asked.

        needed: a block that the node must have to say anything; `no_view_because` tells of one that
        has not.
        """
        if self._history is None or self.reader is None:
            return None
        history, head = self._history
        if head.number < needed:
            behind = not_checked(Because.NODE_BEHIND, block=head.number, needed=needed)
            self.no_view_because = behind.reason
            return None
        return ChainView(self.reader.chain_id, self.reader.anchor_contract, history, head.number)

    def for_receipt(self, receipt: Receipt) -> AskedReceipt | None:
        """Return the receipt as the chosen node proves it now; None if it is not asked for that."""
        if self.node is None or self.deployment is None:
            return None
        from ledger_service.services.verification.ask_node import AskedReceipt, ask_for_receipt

        parts = self.deployment, receipt, self.key, self.check_signature
        try:
            return ask_for_receipt(self.node, *parts)
        except ChainUnavailable as exc:
            return AskedReceipt(receipt, None, exc.reason)

    def for_absence(self, digest: Digest, evidence: Absence | None) -> AskedAbsence | None:
        """Return what the chosen node proves of a digest's absence; None if it is not asked for that."""
        if self.node is None or self.deployment is None:
            return None
        from ledger_service.services.verification.ask_node import AskedAbsence, ask_for_absence

        parts = self.deployment, digest, evidence, self.key, self.check_signature
        try:
            return ask_for_absence(self.node, *parts)
        except ChainUnavailable as exc:
            return AskedAbsence(None, not_checked(exc.reason), None, exc.reason)

    def speaks_for_ledger(self, member: Member) -> bool:
        """Return whether the chosen node shows that a member's registrar may register now for the steward
        of the member's ledger.
        """
        if self.node is not None and self.deployment is not None:
            from ledger_service.services.verification.ask_node import speaks_for_ledger

            try:
                return speaks_for_ledger(self.node, self.deployment, member)
            except ChainUnavailable:
                return False
        if self._history is None:
            return False
        history, head = self._history
        if history.ledger_stewards.get(member.ledger) != member.steward:
            return False
        after = Position(head.number + 1, 0)
        return history.was_live_registrar(member.registrar, member.steward, after, head.time)

    def absence(self, digest: Digest) -> Verdict:
        """Return the verdict on a digest for which the service has no receipt."""
        asked = self.for_absence(digest, None)
        if asked is not None and asked.block is not None:
            if asked.held_by is not None:
                return withheld(digest, asked.block)
            return not_registered(digest, Because.NOT_REGISTERED_BY_LIBRARY, block=asked.block)
        if asked is not None or self._history is None:
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
        from ledger_service.domain.chain.history import ChainHistory
        from ledger_service.services.chain.complete_events import complete_events

        try:
            self.reader.check_deployment()
            head = self.reader.head()
            if self.reader.is_syncing():
                self.no_view_because = not_checked(Because.NODE_SYNCING, block=head.number).reason
                return None
            events, _ = complete_events(self.reader, self.deployment.first_block, head.number, {})
            return ChainHistory.of(events), head
        except LedgerError as exc:
            self.no_view_because = exc.reason
            return None


def load_trust(
    path: Path | None,
    rpc: str | None,
    service: RemoteService,
    receipt: Receipt | None = None,
    charter: Charter | None = None,
    *,
    is_complete: bool = False,
) -> Trust:
    """Return what to rest on: given files and nodes, else this machine's, else somebody's word.

    charter: of whose contracts a receipt is, where neither a deployment file nor a service is at hand.
    """
    config = configuration.load()
    found = path or config.deployment
    rpc = rpc or config.rpc
    if path is not None or found.exists():
        pinned = Deployment.parse(foreign_text.parse(read_given(found)))
        key = VerifierKey.parse(pinned.key)
        named = pinned.nodes[0] if pinned.nodes else None
        url = rpc or config.known_chain_url or named
        if url is not None:
            check_url(url)
        return Trust(key, pinned, True, url, is_complete=is_complete)
    if rpc is not None:
        check_url(rpc)
    try:
        told = Deployment.parse(json.dumps(service.get("/deployment")))
    except ServiceUnavailable:
        if receipt is None or not receipt.keys:
            raise
        key = VerifierKey.parse(receipt.keys[-1].key)
        if charter is None:
            return Trust(key, None, False, None, Because.NO_DEPLOYMENT_FILE)
        steward = StewardId.parse(Entry.parse(receipt.entry).text("steward"))
        known = charter.deployment(steward, key)
        named = rpc or (known.nodes[0] if known.nodes else None)
        return Trust(key, known, False, named, is_complete=is_complete)
    return Trust(VerifierKey.parse(told.key), told, False, rpc, is_complete=is_complete)
