"""Contract events: fetched, decoded, and proved complete by each contract's count and accumulator.

`eth_getLogs` may leave events out without a word. Every contract folds its own events into an
accumulator, one word of 26 bytes of digest and 6 bytes of count: digest' = the first 26 bytes of
keccak256(word ‖ keccak256(topics ‖ data)). Folding the raw logs must give the word that the contract
holds at the last block. Source: contracts/EventAccumulator.sol.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_hash.auto import keccak

from ledger_service.adapters.evm.abi import CONTRACTS, Item, artifact
from ledger_service.adapters.evm.logs import Log
from ledger_service.adapters.evm.node import Node, number_of, unhexed
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.errors import ChainEvidenceMissing, ChainUnavailable, DeploymentMismatch
from ledger_service.ports.chain import EventTotals

try:
    from sha3 import keccak_256  # a fifth of the time of the library that every system has
except ImportError:
    keccak_256 = None

EVENTS_A_PART = 2500  # of what is yielded at a time
WORD_BYTES, DIGITS = 32, 64  # of a word, and its hexadecimal digits
BITS = {"bool": 1, "address": 160, **{f"uint{bits}": bits for bits in range(8, 257, 8)}}
Value = str | int | bool
NOTHING_YET = (0, "00" * 32)
# Inherited from OpenZeppelin: plans for the admin, and domains; not accumulated, not in the history.
FOREIGN_EVENTS = ("RoleAdminChanged", "DefaultAdmin", "EIP712")


def read_events(
    deployment: Deployment, logs: Iterable[Log], before: EventTotals
) -> Iterator[tuple[list[ChainEvent], EventTotals]]:
    """Yield the events of the five contracts in order, some at a time, each part with the totals after it.

    logs: of a range of blocks, in order; before: totals before its first block, empty at the deployment.
    Nothing shows yet that none is missing: check_totals does, at the last block of all that was read, since a
    node may have no state of earlier ones.

    Raises:
        ChainEvidenceMissing: what the node answered with are no events of these contracts.
        ChainUnavailable: the node does not answer.
    """
    totals = {name: before.get(name, NOTHING_YET) for name in CONTRACTS}
    events: list[ChainEvent] = []
    forms = _Forms(deployment)
    try:
        for log in logs:
            form = forms.of(log)
            if form.is_foreign:
                continue
            content = bytes.fromhex(("".join(log["topics"]) + log["data"]).replace("0x", ""))
            totals[form.contract] = _folded(totals[form.contract], content)
            events.append(_event(form, content, log))
            if len(events) == EVENTS_A_PART:
                yield events, dict(totals)
                events = []
    except DeploymentMismatch as exc:  # a block of a log is gone: a fork took it just now
        raise ChainUnavailable("changed-meanwhile") from exc
    except (DecodingError, AttributeError, LookupError, TypeError, ValueError) as exc:
        raise ChainEvidenceMissing("events-malformed") from exc
    yield events, totals


class _Form:
    """How the arguments of an event stand in its content: the words of its topics, then its data."""

    def __init__(self, contract: str, item: Item) -> None:
        self.contract = contract
        self.name = item.name
        self.is_foreign = item.name.startswith(FOREIGN_EVENTS)
        kinds = dict(zip(item.names, item.types, strict=True))
        is_topic = dict(zip(item.names, item.indexed, strict=True))
        in_order = sorted(item.names, key=lambda name: not is_topic[name])  # which is stable
        self._arguments = [(name, kinds[name], 1 + in_order.index(name)) for name in item.names]
        self._words = 1 + len(item.names)
        self._in_data = [kinds[name] for name in in_order if not is_topic[name]]
        self._has_text = "string" in self._in_data

    def read(self, content: bytes) -> dict[str, Value]:
        """Return the arguments by their names. content: words of 32 bytes, the event's own first."""
        if self._has_text:
            return self._read_text(content)
        if len(content) != WORD_BYTES * self._words:
            raise ValueError("not as many words as arguments")
        digits = content.hex()
        return {
            name: _value(kind, digits[DIGITS * at : DIGITS * at + DIGITS])
            for name, kind, at in self._arguments
        }

    def _read_text(self, content: bytes) -> dict[str, Value]:
        # Anyone may define a license with any bytes as its URI; text is read as bytes, so that one
        # that is not UTF-8 cannot stop the reading of the chain.
        topics = self._words - len(self._in_data)
        start = WORD_BYTES * topics
        plain = ["bytes" if kind == "string" else "bytes32" for kind in self._in_data]
        in_topics = [content[at : at + WORD_BYTES] for at in range(0, start, WORD_BYTES)]
        words = [*in_topics, *decode(plain, content[start:])]
        return {
            name: words[at].decode("utf-8", "replace")
            if kind == "string"
            else _value(kind, words[at].hex())
            for name, kind, at in self._arguments
        }


def _value(kind: str, word: str) -> Value:
    """Return a value of its word of 64 hex; raise ValueError for one that no contract writes."""
    if kind == "bytes32":
        return word
    number = int(word, 16)
    if number >> BITS[kind]:
        raise ValueError(f"no {kind}")
    if kind == "address":
        return word[24:]
    return bool(number) if kind == "bool" else number


class _Forms:
    """The forms of a deployment's events, each found once."""

    def __init__(self, deployment: Deployment) -> None:
        self._names = {address: name for name, address in deployment.contracts.items()}
        self._found: dict[tuple[str, str], _Form] = {}

    def of(self, log: Log) -> _Form:
        key = log["address"], log["topics"][0]
        if key not in self._found:
            contract = self._names[key[0].removeprefix("0x").lower()]
            item = artifact(contract).events.get(unhexed(key[1]))
            if item is None:
                raise ChainEvidenceMissing("event-not-in-abi", contract=contract)
            self._found[key] = _Form(contract, item)
        return self._found[key]


def _keccak(data: bytes) -> bytes:
    if keccak_256 is None:
        return keccak(data)
    found: bytes = keccak_256(data).digest()
    return found


def _folded(total: tuple[int, str], content: bytes) -> tuple[int, str]:
    """Return the total after an event. content: its topics and data."""
    count, word = total[0] + 1, bytes.fromhex(total[1])
    return count, (_keccak(word + _keccak(content))[:26] + count.to_bytes(6, "big")).hex()


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


def _event(form: _Form, content: bytes, log: Log) -> ChainEvent:
    return ChainEvent(
        contract=form.contract,
        name=form.name,
        subject=content[WORD_BYTES : 2 * WORD_BYTES].hex(),
        arguments=form.read(content),
        block=number_of(log["blockNumber"]),
        block_time=number_of(log["blockTimestamp"]),
        transaction=log["transactionHash"].removeprefix("0x"),
        log_index=number_of(log["logIndex"]),
    )
