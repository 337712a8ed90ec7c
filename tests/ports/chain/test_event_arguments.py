"""Arguments of events: each as eth-abi reads it, and text is whatever its sender made of it."""

from __future__ import annotations

import random
from typing import Any

import pytest
from eth_abi.abi import encode

from ledger_service.adapters.evm import events
from ledger_service.adapters.evm.abi import CONTRACTS, Item, artifact
from ledger_service.adapters.evm.events import FOREIGN_EVENTS, _Form

EVENTS = [
    (contract, item)
    for contract in CONTRACTS
    for item in artifact(contract).events.values()
    if not item.name.startswith(FOREIGN_EVENTS)
]


def some_value(kind: str, draw: random.Random) -> tuple[Any, Any]:
    """Return a value as it is encoded, and as we tell it."""
    if kind == "string":
        return "Xamsa", "Xamsa"
    if kind == "bool":
        return (True, True) if draw.random() < 0.5 else (False, False)
    if kind == "bytes32":
        word = draw.randbytes(32)
        return word, word.hex()
    if kind == "address":
        account = draw.randbytes(20)
        return account, account.hex()
    number = draw.getrandbits(int(kind.removeprefix("uint")))
    return number, number


@pytest.mark.parametrize(("contract", "item"), EVENTS, ids=lambda it: getattr(it, "name", it))
def test_each_argument_is_read_as_it_was_encoded(contract: str, item: Item) -> None:
    values = [some_value(kind, random.Random(item.name + kind)) for kind in item.types]
    parts = list(zip(item.types, values, item.indexed, strict=True))
    topics = [
        item.hash,
        *(encode([kind], [value[0]]) for kind, value, is_topic in parts if is_topic),
    ]
    in_data = [(kind, value[0]) for kind, value, is_topic in parts if not is_topic]
    data = encode([kind for kind, _ in in_data], [value for _, value in in_data])
    told = _Form(contract, item).read(b"".join([*topics, data]))
    assert told == dict(zip(item.names, (value[1] for value in values), strict=True))
    assert list(told) == list(item.names)


def test_what_no_contract_writes_is_refused() -> None:
    [item] = [item for _, item in EVENTS if item.name == "GrantRenewed"]
    form, topics = _Form("AccessGrants", item), [item.hash, bytes(32)]
    assert form.read(b"".join([*topics, bytes(32)]))["until"] == 0
    for wrong_topics, data in [
        (topics, b"\1" + bytes(31)),  # more than 64 bits
        (topics, bytes(31)),
        (topics, b""),
        ([item.hash, bytes(31)], bytes(32)),
        ([item.hash], bytes(32)),
    ]:
        with pytest.raises(ValueError, match=r"word|uint64"):
            form.read(b"".join([*wrong_topics, data]))


def test_a_uri_that_is_not_utf8_does_not_stop_the_reading() -> None:
    [item] = [item for _, item in EVENTS if item.name == "LicenseDefined"]
    data = encode(
        ("bytes", "bytes32", "uint32", "uint64", "bool"), (b"\xff\xfe", bytes(32), 1, 1, True)
    )
    arguments = _Form("LicenseRegistry", item).read(item.hash + bytes(32) + data)
    assert arguments["uri"] == "\ufffd\ufffd"
    assert arguments["seats"] == 1


def test_totals_are_the_same_where_the_faster_keccak_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def folded() -> tuple[int, str]:
        return events._folded((7, "01" * 32), b"topics and data")

    found = folded()
    monkeypatch.setattr(events, "keccak_256", None)
    assert folded() == found
