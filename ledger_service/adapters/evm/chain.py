"""The chain as the service uses it: deciding releases, and taking transactions."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eth_account import Account

from ipfs.disk import sync_files
from ledger_service.adapters.evm.accounts.role_keys import RoleKeys
from ledger_service.adapters.evm.node import Node, NodeRefusal, block_of, hexed, number_of, unhexed
from ledger_service.adapters.evm.reader import EvmReader
from ledger_service.adapters.evm.relaying import (
    carrying_call,
    check_authorization,
    is_signed_by,
    signed_digest,
    typed_data_of,
)
from ledger_service.adapters.evm.signing import IntentSigner
from ledger_service.adapters.evm.transactions import (
    NONCE_GAS,
    PRIORITY_FEE_WEI,
    address_of,
    cap_at,
    content_of,
    gas_price,
    outbidding,
    sign_transaction,
    transaction_count,
    with_margin,
)
from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.intent import Intent
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.chain_errors import InvalidIntentSignature
from ledger_service.domain.errors import (
    ChainHeadStale,
    ChainUnavailable,
    InvalidIntent,
    LedgerError,
    TransactionRejected,
    Unavailable,
)
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.lending.grant import OLDEST_HEAD_SECONDS, Grant, grant_id
from ledger_service.ports.chain import PreparedTransaction, SignedTransaction, TransactionOutcome
from ledger_service.services.limits import Limits

LARGEST_GAS = 2**24  # the cap of EIP-7825
HOLDER_BYTES = 19  # of a grant's id, as AccessGrants keeps it
_STATE = 2  # where ResourceRegistry's RegistrationState holds its state
_STATES_READABLE = (1, 2)  # registered, superseded


class EvmChain(EvmReader):
    """Implements ports.Chain: decides releases and takes transactions, all sent by one relayer.

    Args:
        relayer: 32-byte key of the account that pays; it holds no role. None for a process that
            only reads and decides.
        signer: makes the signed calls; None as above.
        folder: of the embedded chain's data; None for a chain of others. The embedded one makes blocks
            only for transactions, so it is asked for an empty one when the head is too old to decide
            on, and it syncs nothing to disk.
        most_fee: bound of what is offered for a unit of gas, in wei.
        keys: of the roles, among which others than those given may be taken up.
    """

    def __init__(
        self,
        node: Node,
        deployment: Deployment,
        *,
        relayer: bytes | None = None,
        signer: IntentSigner | None = None,
        folder: Path | None = None,
        most_fee: int = Limits().most_fee,
        keys: RoleKeys | None = None,
    ) -> None:
        super().__init__(node, deployment)
        self._account = Account.from_key(relayer) if relayer else None
        self._signer = signer
        self._folder = folder
        self._mines_on_demand = folder is not None
        self._most_fee = most_fee
        self._keys = keys

    @property
    def relayer(self) -> str:
        assert self._account is not None
        return address_of(self._account)

    def accounts(self, role: str) -> list[str]:
        """Return the accounts of a role that there are keys for; see ports.Chain."""
        return [] if self._keys is None else self._keys.accounts(role)

    def act_by(self, role: str, account: str) -> None:
        """Sign for a role by this account's key from now on, and let it be the present one in its folder.

        Raises:
            NotInitialized, InvalidInput, HomeInUse: see ports.Chain.
        """
        assert self._keys is not None
        assert self._signer is not None
        key = self._keys.key(role, account)
        self._keys.promote(role, account)
        if role == "relayer":
            self._account = key
        else:
            self._signer.act_by(role, key)

    def fresh_head(self) -> Block:
        """Return the newest block; raise ChainHeadStale if it is too old to decide on."""
        head = self._node.block()
        if self._is_stale(head) and self._mines_on_demand:
            self._node.request("evm_mine")
            head = self._node.block()
        if self._is_stale(head):
            raise ChainHeadStale(seconds=OLDEST_HEAD_SECONDS)
        return head

    def keep(self) -> None:
        """Return once no power cut can take what the embedded chain has written; see ports.Chain.

        Raises:
            ChainUnavailable: the disk did not take it.
        """
        if self._folder is None:
            return
        try:
            # LevelDB appends to its newest file, and syncs by itself what it makes of older ones.
            sync_files(self._folder)
        except OSError as exc:
            why = exc.strerror or str(exc)
            raise ChainUnavailable("embedded-not-kept", message=why) from exc

    def why_not_live(self, grant: Grant, block: Block, at: int) -> Denial | None:
        """Return why the contracts refuse this grantee at this block and time; None if they do not."""
        place = (grant.digest.value, grant.steward.value)
        seat = self.ask("AccessGrants", "seatOf", *place, grant.seat, block=block.number)[0]
        holder, turn, until, _, _ = seat
        claimed = grant_id(
            grant.digest, grant.steward, grant.seat, int(turn), grant.grantee, grant.scopes
        )
        if claimed != grant.id or bytes(holder) != claimed.value[:HOLDER_BYTES] or until == 0:
            return Denial.ENDED_ON_CHAIN
        registration = self.ask("ResourceRegistry", "registration", *place, block=block.number)[0]
        if registration[_STATE] not in _STATES_READABLE:
            return Denial.WITHDRAWN
        return None if at < until else Denial.EXPIRED

    def seat(self, digest: Digest, steward: StewardId, seat: int) -> tuple[int, int]:
        """Return turn and end (seconds) of the seat's last grant; zeros if it was never taken."""
        place = (digest.value, steward.value, seat)
        _, turn, until, _, _ = self.ask("AccessGrants", "seatOf", *place)[0]
        return int(turn), int(until)

    def prepare(self, intents: Sequence[Intent]) -> list[PreparedTransaction | LedgerError]:
        """Return for each intent the transaction that the chain would take now, or why it would not.

        The error is the twin of the contract's refusal, or ChainUnavailable if the node refuses to judge.

        Raises:
            ChainUnavailable: the node does not answer.
        """
        assert self._signer is not None
        head, now = self._node.block(), int(time.time())
        max_fee = min(self._most_fee, cap_at(self.price_of_gas()))
        calls = [self._signer.call(intent, max(head.time, now)) for intent in intents]
        asked = [
            {"from": "0x" + self.relayer, "to": "0x" + address, "data": hexed(data)}
            for address, data in calls
        ]
        prepared: list[PreparedTransaction | LedgerError] = []
        estimates = self._estimates(asked, is_behind=head.time < now)
        for (address, data), estimate in zip(calls, estimates, strict=True):
            gas = estimate if isinstance(estimate, LedgerError) else with_margin(estimate)
            if isinstance(gas, int) and gas > LARGEST_GAS:
                gas = TransactionRejected("gas", gas=gas)
            if isinstance(gas, LedgerError):
                prepared.append(gas)
                continue
            tip = min(max_fee, PRIORITY_FEE_WEI)
            prepared.append(PreparedTransaction(address, data, gas, max_fee, tip))
        return prepared

    def signed_digest(self, signed: SignedIntent, domain: dict[str, Any] | None = None) -> bytes:
        """Return the 32 bytes that were signed elsewhere, in the domain of this deployment.

        domain: what the signer says that it is; raises InvalidIntent if it is another.
        """
        typed = typed_data_of(self._deployment, signed)
        account, salt = typed["domain"]["verifyingContract"], typed["domain"]["salt"]
        ours = {"verifyingContract": account.removeprefix("0x"), "salt": salt.hex()}
        if domain not in (None, typed["domain"] | ours):
            stated = json.dumps(typed["domain"] | ours)
            raise InvalidIntent("other-domain", domain=stated)
        return signed_digest(typed)

    def check_signed(self, signed: SignedIntent) -> None:
        """Check that the contracts would carry the intent out now, whoever sends it.

        Raises:
            LedgerError: the twin of the contract's refusal; the first of what check_authorization
                raises, then what the call itself meets.
            ChainUnavailable: the node does not answer.
        """
        contract, data = carrying_call(signed)
        head, now = self._node.block(), int(time.time())
        call = {"to": "0x" + self._deployment.contracts[contract], "data": hexed(data)}
        check_authorization(
            signed,
            self.signed_digest(signed),
            max(head.time, now),
            approves=lambda: self._is_contract(signed.signer) and self._takes_signature(call, now),
            is_used=lambda: self._is_used(contract, signed),
        )
        if with_margin(self._estimate(call, is_behind=head.time < now)) > LARGEST_GAS:
            raise TransactionRejected("too-much-gas")

    def is_signed_by(self, account: str, digest: bytes, signature: bytes) -> bool:
        return is_signed_by(self._node, account, digest, signature)

    def _is_contract(self, account: str) -> bool:
        return unhexed(self._node.request("eth_getCode", "0x" + account, "latest")) != b""

    def _takes_signature(self, call: dict[str, str], now: int) -> bool:
        """Return whether the contracts take what a contract wallet is shown; they ask it themselves."""
        try:
            self._estimate(call, is_behind=self._node.block().time < now)
        except InvalidIntentSignature:
            return False
        except Unavailable:
            raise
        except LedgerError:
            return True  # refused for another reason, which is found again
        return True

    def _is_used(self, contract: str, signed: SignedIntent) -> bool:
        word, bit = signed.nonce >> 8, signed.nonce & 0xFF
        account = bytes.fromhex(signed.signer)
        return bool(self.ask(contract, "nonceBitmap", account, word)[0] >> bit & 1)

    def sign(self, prepared: PreparedTransaction, nonce: int) -> SignedTransaction:
        """Return the raw transaction; it is not sent, and signing asks nothing of the node."""
        assert self._account is not None
        return sign_transaction(self._account, self.chain_id, prepared, nonce)

    def outbid(self, transaction: SignedTransaction, price: int) -> SignedTransaction | None:
        """Return the same call at the same nonce for more; None if it pays the price, or the bound forbids.

        price: of a unit of gas now, in wei.
        """
        standing = content_of(transaction)
        if standing.max_fee >= price:
            return None
        better = outbidding(standing, price, self._most_fee)
        if better is None:
            return None
        return sign_transaction(
            self._payer(transaction.sender), self.chain_id, better, transaction.nonce
        )

    def transfer(
        self, sender: str, to: str, value: int, nonce: int, max_fee: int
    ) -> SignedTransaction:
        """Return a transaction that gives wei to an account; see ports.Chain."""
        tip = min(max_fee, PRIORITY_FEE_WEI)
        call = PreparedTransaction(to, b"", NONCE_GAS, max_fee, tip)
        return sign_transaction(self._payer(sender), self.chain_id, call, nonce, value)

    def _payer(self, account: str) -> Any:
        """Return the key of a relayer, the present one or another."""
        if account == self.relayer or self._keys is None:
            return self._account
        return self._keys.key("relayer", account)

    def send(self, transactions: Sequence[SignedTransaction]) -> list[str | None]:
        """Hand raw transactions to the node; return for each why it has not taken it, None if it has.

        Each client refuses in words of its own what it has already, so after a refusal it is asked for it.

        Raises:
            ChainUnavailable: the outcome is unknown.
        """
        calls = [("eth_sendRawTransaction", [hexed(signed.raw)]) for signed in transactions]
        if self._mines_on_demand:  # it answers when the block is made: a batch may take too long
            answers = [self._node.request_each([call])[0] for call in calls]
        else:
            answers = self._node.request_each(calls)
        # Of other errors Ganache tells those of a mined transaction here; its receipt says the same.
        refused = {
            signed.hash: answer.message
            for signed, answer in zip(transactions, answers, strict=True)
            if isinstance(answer, NodeRefusal)
        }
        lost = [signed for signed in transactions if signed.hash in refused]
        known = self.known([signed.hash for signed in lost])
        not_taken = {
            signed.hash
            for signed in lost
            if signed.hash not in known and self.transaction_count(signed.sender) <= signed.nonce
        }
        return [refused[s.hash] if s.hash in not_taken else None for s in transactions]

    def known(self, hashes: Sequence[str]) -> set[str]:
        """Return which transactions (64 hex) the node has, in a block or waiting for one."""
        found = self._node.requests([("eth_getTransactionByHash", ["0x" + h]) for h in hashes])
        return {h for h, answer in zip(hashes, found, strict=True) if answer is not None}

    def outcomes(self, hashes: Sequence[str]) -> dict[str, TransactionOutcome]:
        """Return what became of those transactions (64 hex) that are in a block."""
        found = self._node.requests([("eth_getTransactionReceipt", ["0x" + h]) for h in hashes])
        receipts = {
            h: receipt
            for h, receipt in zip(hashes, found, strict=True)
            if isinstance(receipt, dict) and receipt.get("blockNumber") is not None
        }
        numbers = sorted({receipt["blockNumber"] for receipt in receipts.values()})
        shown = self._node.requests([("eth_getBlockByNumber", [n, False]) for n in numbers])
        blocks = {
            number: block_of(number, block)
            for number, block in zip(numbers, shown, strict=True)
            if block is not None
        }
        outcomes = {}
        for h, receipt in receipts.items():
            block = blocks.get(receipt["blockNumber"])
            if block is not None and block.hash == unhexed(receipt.get("blockHash")):
                succeeded = number_of(receipt.get("status")) == 1
                paid = number_of(receipt.get("gasUsed")) * _price_in(receipt)
                outcomes[h] = TransactionOutcome(block, succeeded, paid)
        return outcomes

    def transaction_count(self, sender: str) -> int:
        """Return how many transactions of a sender are in blocks."""
        return transaction_count(self._node, sender)

    def price_of_gas(self) -> int:
        """Return what a unit of gas costs now, in wei."""
        return gas_price(self._node)

    def balance(self, account: str) -> int:
        """Return what an account (40 hex) has, in wei."""
        return number_of(self._node.request("eth_getBalance", "0x" + account, "latest"))

    def _estimate(self, call: dict[str, str], *, is_behind: bool) -> int:
        """Return the gas that a call needs; raise the twin of its refusal."""
        [found] = self._estimates([call], is_behind=is_behind)
        if isinstance(found, LedgerError):
            raise found
        return found

    def _estimates(
        self, calls: Sequence[dict[str, str]], *, is_behind: bool
    ) -> list[int | LedgerError]:
        """Return the gas that each call needs, or why it is refused.

        The embedded node judges by the time of its newest block, which may be days old: loans that
        ended would still hold their seats, and deadlines lie too far ahead. So a refusal counts
        only once a block of now has been made.
        """
        every = [("eth_estimateGas", [call]) for call in calls]
        found = self._node.request_each(every)
        is_refused = any(
            isinstance(answer, LedgerError) and not isinstance(answer, Unavailable)
            for answer in found
        )
        if is_refused and self._mines_on_demand and is_behind:
            self._node.request("evm_mine")
            found = self._node.request_each(every)
        return [
            answer if isinstance(answer, LedgerError) else number_of(answer) for answer in found
        ]

    def _is_stale(self, head: Block) -> bool:
        return time.time() - head.time > OLDEST_HEAD_SECONDS


def _price_in(receipt: dict[str, Any]) -> int:
    """Return what a unit of gas cost, in wei; 0 of a node that does not tell."""
    price = receipt.get("effectiveGasPrice")
    return 0 if price is None else number_of(price)
