"""Contract events: fetched, decoded, and proved complete by each contract's count and accumulator.

`eth_getLogs` may leave events out without a word. Every contract folds its own events into an
accumulator, one word of 26 bytes of digest and 6 bytes of count: digest' = the first 26 bytes of
keccak256(word ‖ keccak256(topics ‖ data)). Folding the raw logs must give the word that the contract
holds at the last block. Source: contracts/EventAccumulator.sol.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak

from ledger_service.adapters.evm.abi import CONTRACTS, Item, artifact
from ledger_service.adapters.evm.logs import KeptLogs, Log, read_logs
from ledger_service.adapters.evm.node import Node, number_of, unhexed
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.errors import ChainEvidenceMissing
from ledger_service.ports.chain import EventTotals

NOTHING_YET = (0, "00" * 32)
# Inherited from OpenZeppelin: plans for the admin, and domains; not accumulated, not in the history.
FOREIGN_EVENTS = ("RoleAdminChanged", "DefaultAdmin", "EIP712")


def read_events(
    node: Node,
    deployment: Deployment,
    first: int,
    last: int,
    before: EventTotals,
    kept: KeptLogs | None = None,
) -> tuple[list[ChainEvent], EventTotals]:
    """Return the events of the five contracts in blocks first to last, in order, and their totals.

    before: totals after block first - 1; empty at the deployment. kept: logs of earlier runs, and where those
    of this one go. Nothing shows yet that none is missing: check_totals does, at the last block of all that
    was read, since a node may have no state of earlier ones.

    Raises:
        ChainEvidenceMissing: what the node answered with are no events of these contracts.
        ChainUnavailable: the node does not answer.
    """
    try:
        addresses = list(deployment.contracts.values())
        logs = read_logs(node, addresses, first, last, kept)
        return _events(deployment, logs, before)
    except (DecodingError, AttributeError, LookupError, StopIteration, TypeError) as exc:
        raise ChainEvidenceMissing("events-malformed") from exc


def _events(
    deployment: Deployment, logs: Iterable[Log], before: EventTotals
) -> tuple[list[ChainEvent], EventTotals]:
    totals = {name: before.get(name, NOTHING_YET) for name in CONTRACTS}
    names = {address: name for name, address in deployment.contracts.items()}
    events: list[ChainEvent] = []
    for log in logs:
        contract = names[log["address"].removeprefix("0x").lower()]
        item = artifact(contract).events.get(unhexed(log["topics"][0]))
        if item is not None and item.name.startswith(FOREIGN_EVENTS):
            continue
        if item is None:
            raise ChainEvidenceMissing("event-not-in-abi", contract=contract)
        totals[contract] = _folded(totals[contract], log)
        events.append(_event(contract, item, log))
    return events, totals


def _folded(total: tuple[int, str], log: Log) -> tuple[int, str]:
    content = b"".join(unhexed(topic) for topic in log["topics"]) + unhexed(log["data"])
    count, word = total[0] + 1, bytes.fromhex(total[1])
    return count, (keccak(word + keccak(content))[:26] + count.to_bytes(6, "big")).hex()


def check_totals(node: Node, deployment: Deployment, block: int, totals: EventTotals) -> None:
    """Check that the events up to a block are all that the contracts have emitted.

    Raises:
        ChainEvidenceMissing: the node left events out, made some up or changed some.
        ChainUnavailable: the node does not answer, or has no state of this block.
    """
    there = [
        name
        for name, (count, _) in totals.items()
        if count or _is_deployed(node, deployment.contracts[name], block)
    ]
    calls = [(deployment.contracts[name], artifact(name).call("accumulator")) for name in there]
    for name, answer in zip(there, node.call_all(calls, block), strict=True):
        if bytes.fromhex(totals[name][1]) != artifact(name).result("accumulator", answer)[0]:
            raise ChainEvidenceMissing("events-missing", contract=name, block=block)


def _is_deployed(node: Node, address: str, block: int) -> bool:
    return bool(unhexed(node.request("eth_getCode", "0x" + address, hex(block))))


def _event(contract: str, item: Item, log: Log) -> ChainEvent:
    topics = iter(log["topics"][1:])
    # Anyone may define a license with any bytes as its URI; text is read as bytes, so that one that
    # is not UTF-8 cannot stop the reading of the chain.
    plain = [
        "bytes" if kind == "string" else kind
        for kind, is_topic in zip(item.types, item.indexed, strict=True)
        if not is_topic
    ]
    values = iter(decode(plain, unhexed(log["data"])))
    arguments: dict[str, str | int | bool] = {}
    for name, kind, is_topic in zip(item.names, item.types, item.indexed, strict=True):
        value = decode([kind], unhexed(next(topics)))[0] if is_topic else next(values)
        arguments[name] = _plain(kind, value)
    return ChainEvent(
        contract=contract,
        name=item.name,
        subject=log["topics"][1].removeprefix("0x"),
        arguments=arguments,
        block=number_of(log["blockNumber"]),
        block_time=number_of(log["blockTimestamp"]),
        transaction=log["transactionHash"].removeprefix("0x"),
        log_index=number_of(log["logIndex"]),
    )


def _plain(kind: str, value: Any) -> str | int | bool:
    if kind == "string":
        return str(value.decode("utf-8", "replace"))
    if kind.startswith("bytes"):
        return str(value.hex())
    if kind == "address":
        return str(value).removeprefix("0x").lower()
    plain: str | int | bool = value
    return plain
