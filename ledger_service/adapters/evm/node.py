"""A JSON-RPC connection to an EVM node, and the border where its failures become ours.

web3.py carries the requests and encodes ABI values; its middleware is left out, because it makes
three requests of every contract call. A failure to answer is ChainUnavailable, a refusal by a
contract is the Python twin of its custom error.
"""

from __future__ import annotations

from typing import Any

from requests import ConnectionError as NoConnection
from requests import RequestException
from web3 import HTTPProvider
from web3.exceptions import Web3Exception
from web3.providers.rpc.utils import REQUEST_RETRY_ALLOWLIST, ExceptionRetryConfiguration

from ledger_service.adapters.evm.abi import error_of
from ledger_service.domain.chain.history import Block
from ledger_service.domain.errors import ChainUnavailable, DeploymentMismatch, TransactionRejected

TIMEOUT_SECONDS = 10
# A node may close an idle connection while a request is on its way: what only asks is asked once more.
_ASK_AGAIN = ExceptionRetryConfiguration(
    errors=[NoConnection],
    retries=2,
    backoff_factor=0.05,
    method_allowlist=[name for name in REQUEST_RETRY_ALLOWLIST if "send" not in name],
)


class NodeRefusal(ChainUnavailable):
    """The node answered with an error that is no contract's; message as it gave it."""

    def __init__(self, message: str) -> None:
        super().__init__(f"The chain node refused a call: {message}.")
        self.message = message


class Node:
    """One EVM node, reached by HTTP."""

    def __init__(self, url: str) -> None:
        self._provider = HTTPProvider(
            url,
            request_kwargs={"timeout": TIMEOUT_SECONDS},
            exception_retry_configuration=_ASK_AGAIN,
        )

    def request(self, method: str, *parameters: Any) -> Any:
        """Return the result of a JSON-RPC call.

        Raises:
            ChainUnavailable: no answer, which says nothing about what the node did.
            LedgerError: the twin of the custom error with which a contract reverted.
            NodeRefusal: any other error that the node answered with.
        """
        try:
            answer: Any = self._provider.make_request(method, list(parameters))
        except (RequestException, Web3Exception, OSError, ValueError) as exc:
            raise ChainUnavailable("no-answer") from exc
        if not isinstance(answer, dict):
            raise ChainUnavailable("no-evm-node")
        error = answer.get("error")
        if not error:
            return answer.get("result")
        revert = _revert_data(error)
        if revert is not None:
            raise error_of(revert)
        message = error.get("message", error) if isinstance(error, dict) else error
        if "revert" in str(message):
            raise TransactionRejected("refused", message=message)
        raise NodeRefusal(str(message))

    def call(self, address: str, data: bytes, block: int | None = None) -> bytes:
        """Return what a contract answers. address: 40 hex; block: the newest if None."""
        where = "latest" if block is None else hex(block)
        try:
            result = self.request("eth_call", {"to": "0x" + address, "data": hexed(data)}, where)
        except NodeRefusal as exc:
            raise ChainUnavailable("block-not-held", block=where) from exc
        return unhexed(result)

    def block(self, number: int | None = None) -> Block:
        """Return a block, the newest if no number is given.

        Raises:
            DeploymentMismatch: the chain has no block of this number.
        """
        where = "latest" if number is None else hex(number)
        found = self.request("eth_getBlockByNumber", where, False)
        if found is None:
            raise DeploymentMismatch("no-such-block", block=where)
        if not isinstance(found, dict):
            raise ChainUnavailable("no-evm-node")
        numbers = number_of(found.get("number")), number_of(found.get("timestamp"))
        return Block(numbers[0], unhexed(found.get("hash")), numbers[1])


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
