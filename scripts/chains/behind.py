"""A node that can be behind: it passes requests on to another and, when told to, knows only its older blocks.

It says nothing false: it answers as the node would have before the newer blocks reached it. What is sent to
it is passed on at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from scripts.chains.anvil import Anvil
from scripts.chains.json_rpc import JsonRpc, Refused
from scripts.chains.rpc_server import RpcServer

TAGS = ("latest", "pending", "safe", "finalized")
OF_A_BLOCK = ("eth_getBlockByNumber", "eth_getBlockByHash")
OF_A_TRANSACTION = ("eth_getTransactionReceipt", "eth_getTransactionByHash")
Request = dict[str, Any]


class NodeBehind:
    """A node of its own in front of anvil, level with it until `stay`."""

    def __init__(self, chain: Anvil) -> None:
        self._chain = chain
        self._at: int | None = None
        self._server = RpcServer(self.answer)

    @property
    def url(self) -> str:
        return self._server.url

    def fund(self, accounts: Sequence[str]) -> None:
        """Give ether to accounts of 40 hex."""
        self._chain.fund(accounts)

    @contextmanager
    def hurrying(self) -> Iterator[None]:
        """Do nothing: there is a block at once for whatever is sent."""
        yield

    def stay(self, blocks: int) -> None:
        """Know nothing of the newest blocks and of all that come, until `catch_up`."""
        self.stay_at(self._chain.head() - blocks)

    def stay_at(self, block: int) -> None:
        """Know this block, and none of those behind it, until `catch_up`."""
        self._at = max(0, block)

    def catch_up(self) -> None:
        self._at = None

    @property
    def is_behind(self) -> bool:
        return self._at is not None

    def stop(self) -> None:
        self._server.stop()

    def answer(self, given: Request | list[Request]) -> Any:
        """Return the answer to a request, or the answers to a batch."""
        if isinstance(given, list):
            return [self.answer(request) for request in given]
        rpc, at = JsonRpc(self._chain.rpc.port), self._at
        head = {"jsonrpc": "2.0", "id": given.get("id")}
        try:
            return head | {"result": _ask(rpc, given["method"], given.get("params", []), at)}
        except Refused as exc:
            return head | {"error": exc.error}
        finally:
            rpc.close()


def _ask(rpc: JsonRpc, method: str, parameters: list[Any], at: int | None) -> Any:
    """Return what a node whose newest block is `at` answers; None: it is level."""
    if at is None:
        return rpc(method, *parameters)
    if method == "eth_blockNumber":
        return hex(at)
    asked = [_known(part, at) for part in parameters]
    if method not in OF_A_BLOCK and any(_is_beyond(part, at) for part in asked[1:]):
        raise Refused(method, {"code": -32000, "message": "header not found"})
    found = rpc(method, *asked)
    if not isinstance(found, dict):
        return found
    number = "number" if method in OF_A_BLOCK else "blockNumber"
    if method in (*OF_A_BLOCK, *OF_A_TRANSACTION) and _is_beyond(found.get(number), at):
        return None
    return found


def _known(part: Any, at: int) -> Any:
    """Return a parameter with the newest known block in the place of tags, and as a query's end."""
    if isinstance(part, dict) and "toBlock" in part:
        last = _known(part["toBlock"], at)
        return part | {"toBlock": hex(at) if _is_beyond(last, at) else last}
    return hex(at) if part in TAGS else part


def _is_beyond(text: Any, at: int) -> bool:
    is_number = isinstance(text, str) and text.startswith("0x") and len(text) < 18
    return is_number and int(text, 16) > at
