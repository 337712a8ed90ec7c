"""A JSON-RPC connection to an EVM node, and the border where its failures become ours.

web3.py encodes ABI values and carries no request: it makes three of every contract call, and bounds no
answer. A failure to answer is ChainUnavailable, a refusal by a
contract is the Python twin of its custom error.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from ledger_service.adapters.evm.abi import error_of
from ledger_service.adapters.evm.json_rpc import Call, JsonRpc, message_of
from ledger_service.adapters.publication.no_answer import AnswerTooLong, NoAnswer
from ledger_service.domain.chain.block import Block
from ledger_service.domain.errors import (
    ChainUnavailable,
    DeploymentMismatch,
    LedgerError,
    TransactionRejected,
)
from ledger_service.services.patience import check_patience

TIMEOUT_SECONDS = 10


class NodeRefusal(ChainUnavailable):
    """The node answered with an error that is no contract's; message as it gave it."""

    slug = ChainUnavailable.slug  # to clients both are a node that does not answer

    def __init__(self, message: str) -> None:
        super().__init__()
        self.reason = ChainUnavailable("refused-call", message=message).reason
        self.message = message


class Node:
    """One EVM node, reached by HTTP; each thread has a connection of its own.

    silent_seconds: for how long an answer is waited for.
    """

    def __init__(self, url: str, silent_seconds: float = TIMEOUT_SECONDS) -> None:
        self.url = url
        self._silent_seconds = silent_seconds
        self._of_thread = threading.local()

    def request(self, method: str, *parameters: Any) -> Any:
        """Return the result of a JSON-RPC call.

        Raises:
            ChainUnavailable: no answer, which says nothing about what the node did.
            LedgerError: the twin of the custom error with which a contract reverted.
            NodeRefusal: any other error that the node answered with.
        """
        return self.requests([(method, parameters)])[0]

    def requests(self, calls: Sequence[Call]) -> list[Any]:
        """Return the results of calls in their order, asked in as few requests as the node takes.

        Raises:
            As `request`, for the first that has no result.
        """
        return [_result(answer) for answer in self._answers(calls)]

    def request_each(self, calls: Sequence[Call]) -> list[Any]:
        """Return for each call its result, or the error that `request` would raise for it.

        Raises:
            ChainUnavailable: no answer, which says nothing about what the node did.
        """
        return [_result_or_error(answer) for answer in self._answers(calls)]

    def _answers(self, calls: Sequence[Call]) -> list[dict[str, Any]]:
        check_patience()
        try:
            return self._connection().answers(calls)
        except AnswerTooLong as exc:
            raise NodeRefusal(str(exc)) from exc
        except NoAnswer as exc:
            raise ChainUnavailable("no-answer") from exc

    def _connection(self) -> JsonRpc:
        found: JsonRpc | None = getattr(self._of_thread, "connection", None)
        if found is None:
            found = self._of_thread.connection = JsonRpc(self.url, self._silent_seconds)
        return found

    def call(self, address: str, data: bytes, block: int | None = None) -> bytes:
        """Return what a contract answers. address: 40 hex; block: the newest if None."""
        return self.call_all([(address, data)], block)[0]

    def call_all(self, calls: Sequence[tuple[str, bytes]], block: int | None = None) -> list[bytes]:
        """Return what contracts answer, each call an address of 40 hex and its data, all at one block."""
        where = "latest" if block is None else hex(block)
        asked = [
            ("eth_call", ({"to": "0x" + address, "data": hexed(data)}, where))
            for address, data in calls
        ]
        try:
            return [unhexed(result) for result in self.requests(asked)]
        except NodeRefusal as exc:
            raise ChainUnavailable("block-not-held", block=where) from exc

    def block(self, number: int | None = None) -> Block:
        """Return a block, the newest if no number is given.

        Raises:
            DeploymentMismatch: the chain has no block of this number.
            ChainUnavailable: the node tells of no newest block, as one that is giving blocks up does.
        """
        where = "latest" if number is None else hex(number)
        return block_of(where, self.request("eth_getBlockByNumber", where, False))

    def blocks(self, numbers: Sequence[int]) -> list[Block]:
        """Return blocks by their numbers; raise DeploymentMismatch if the chain has not all of them."""
        calls = [("eth_getBlockByNumber", (hex(number), False)) for number in numbers]
        found = zip(numbers, self.requests(calls), strict=True)
        return [block_of(hex(number), block) for number, block in found]

    def finalized(self) -> int | None:
        """Return the newest block that the chain has finalized; None if the node knows no such word."""
        try:
            found = self.request("eth_getBlockByNumber", "finalized", False)
        except NodeRefusal:  # clients without finality refuse the word in several ways
            return None
        return number_of(found.get("number")) if isinstance(found, dict) else None


def block_of(where: str, found: Any) -> Block:
    """Return the block of a node's answer; raise DeploymentMismatch if it says that there is none.

    A chain always has a newest block: a node that has none to tell says nothing of the chain.
    """
    if found is None and where == "latest":
        raise ChainUnavailable("changed-meanwhile")
    if found is None:
        raise DeploymentMismatch("no-such-block", block=where)
    if not isinstance(found, dict):
        raise ChainUnavailable("no-evm-node")
    numbers = number_of(found.get("number")), number_of(found.get("timestamp"))
    return Block(numbers[0], unhexed(found.get("hash")), numbers[1])


def _result(answer: dict[str, Any]) -> Any:
    """Return the result of an answer; raise what the node refuses with."""
    error = answer.get("error")
    if not error:
        return answer.get("result")
    revert = _revert_data(error)
    if revert is not None:
        raise error_of(revert)
    message = message_of(error)
    if "revert" in message:
        raise TransactionRejected("refused", message=message)
    raise NodeRefusal(message)


def _result_or_error(answer: dict[str, Any]) -> Any:
    try:
        return _result(answer)
    except LedgerError as exc:
        return exc


def hexed(data: bytes) -> str:
    """Return the EVM's text form of bytes, with `0x`."""
    return "0x" + data.hex()


def unhexed(text: Any) -> bytes:
    """Return the bytes of a node's text form; raise ChainUnavailable for what is none."""
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except (AttributeError, TypeError, ValueError) as exc:
        raise ChainUnavailable("no-evm-node") from exc


def number_of(text: Any) -> int:
    """Return the number of a node's text form; raise ChainUnavailable for what is none."""
    try:
        return int(text, 16)
    except (TypeError, ValueError) as exc:
        raise ChainUnavailable("no-evm-node") from exc


def _revert_data(error: Any) -> bytes | None:
    """Return the revert data of an error: nodes put it in `data`, Ganache's estimates deeper."""
    data = error.get("data") if isinstance(error, dict) else None
    if isinstance(data, dict):
        data = data.get("result")
    if isinstance(data, str) and data.startswith("0x") and len(data) >= 10:
        return unhexed(data)
    return None
