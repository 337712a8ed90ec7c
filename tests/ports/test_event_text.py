"""Text in events is whatever its sender made of it."""

from eth_abi.abi import encode

from ledger_service.adapters.evm.abi import artifact
from ledger_service.adapters.evm.events import _event


def test_a_uri_that_is_not_utf8_does_not_stop_the_reading() -> None:
    item = next(
        event
        for event in artifact("LicenseRegistry").events.values()
        if event.name == "LicenseDefined"
    )
    data = encode(
        ("bytes", "bytes32", "uint32", "uint64", "bool"), (b"\xff\xfe", bytes(32), 1, 1, True)
    )
    log = {
        "topics": ["0x" + item.hash.hex(), "0x" + "12" * 32],
        "data": "0x" + data.hex(),
        "blockNumber": "0x1",
        "blockTimestamp": "0x0",
        "logIndex": "0x0",
        "transactionHash": "0x" + "34" * 32,
    }
    event = _event("LicenseRegistry", item, log)
    assert event.arguments["uri"] == "\ufffd\ufffd"
    assert event.arguments["seats"] == 1
