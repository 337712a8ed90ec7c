"""RLP, in which the EVM writes block headers and the nodes of its tries.

Strict: what was not written in the one canonical way is refused. Source: Ethereum Yellow Paper,
appendix B.
"""

from __future__ import annotations

from ledger_service.domain.errors import InvalidStateProof

Item = bytes | list["Item"]
DEEPEST = 16  # lists within lists; trie nodes need three
_LONG = 55  # bytes, from which on the length is written apart


def encode(item: Item) -> bytes:
    """Return the bytes of an item; inverse of `decode`."""
    if isinstance(item, list):
        return _with_length(b"".join(encode(part) for part in item), 0xC0)
    if len(item) == 1 and item[0] < 0x80:
        return item
    return _with_length(item, 0x80)


def encode_number(number: int) -> bytes:
    """Return a number as RLP has it: big-endian, without leading zeros."""
    return number.to_bytes((number.bit_length() + 7) // 8)


def decode(data: bytes) -> Item:
    """Return the one item that the bytes are; raise InvalidStateProof if they are not canonical."""
    item, end = _decode(data, 0, 0)
    if end != len(data):
        raise InvalidStateProof("trailing")
    return item


def decode_number(item: Item) -> int:
    """Return the number that an item is; raise InvalidStateProof for a list or a leading zero."""
    if isinstance(item, list) or item[:1] == b"\0" or len(item) > 32:
        raise InvalidStateProof("number")
    return int.from_bytes(item)


def _with_length(body: bytes, offset: int) -> bytes:
    if len(body) <= _LONG:
        return bytes([offset + len(body)]) + body
    length = encode_number(len(body))
    return bytes([offset + _LONG + len(length)]) + length + body


def _decode(data: bytes, start: int, depth: int) -> tuple[Item, int]:
    """Return the item that begins here and where it ends."""
    if start >= len(data) or depth > DEEPEST:
        raise InvalidStateProof("item-incomplete-or-deep")
    first = data[start]
    if first < 0x80:
        return data[start : start + 1], start + 1
    is_list = first >= 0xC0
    body, end = _bounds(data, start, first - (0xC0 if is_list else 0x80))
    if not is_list:
        if end - body == 1 and first == 0x81 and data[body] < 0x80:
            raise InvalidStateProof("byte-long")
        return data[body:end], end
    items: list[Item] = []
    while body < end:
        item, body = _decode(data[:end], body, depth + 1)
        items.append(item)
    return items, end


def _bounds(data: bytes, start: int, length: int) -> tuple[int, int]:
    """Return where an item's body begins and ends. length: or 55 + the bytes that tell it."""
    body = start + 1
    if length > _LONG:
        told = data[body : body + length - _LONG]
        body += len(told)
        length = int.from_bytes(told)
        if told[:1] == b"\0" or length <= _LONG:
            raise InvalidStateProof("length-long")
    if body + length > len(data):
        raise InvalidStateProof("item-incomplete")
    return body, body + length
