"""Ways to spoil the signature of an intent: its bits, its v, its length, its numbers, its form."""

from __future__ import annotations

from collections.abc import Callable

from ledger_service.domain.chain.signed_intent import SignedIntent
from tests.signatures.maker import Maker, Mutation

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
FIELD = 2**256 - 2**32 - 977
LONGEST = 130  # bytes of a signature, of those whose length is spoiled


def _split(signature: bytes) -> tuple[int, int, int]:
    numbers = (int.from_bytes(signature[at : at + 32], "big") for at in (0, 32))
    r, s = numbers
    return r, s, signature[64]


def join(r: int, s: int, v: int) -> bytes:
    return (r % 2**256).to_bytes(32, "big") + (s % 2**256).to_bytes(32, "big") + bytes([v])


def flip_signature(bit: int) -> Mutation:
    def flip(signature: bytes) -> bytes:
        place, mask = bit // 8, 1 << bit % 8
        return signature[:place] + bytes([signature[place] ^ mask]) + signature[place + 1 :]

    return lambda maker: maker.with_signature(flip)


def set_v(v: int) -> Mutation:
    return lambda maker: maker.with_signature(lambda signature: signature[:64] + bytes([v]))


def set_length(length: int) -> Mutation:
    def cut(maker: Maker) -> SignedIntent:
        rest = maker.rng.choice([bytes(LONGEST), maker.rng.randbytes(LONGEST)])
        return maker.with_signature(lambda signature: (signature + rest)[:length])

    return cut


NUMBERS: dict[str, Callable[[int], int]] = {
    **{
        name: (lambda fixed: lambda _: fixed)(number)
        for name, number in {
            "0": 0,
            "1": 1,
            "2": 2,
            "n - 1": ORDER - 1,
            "n": ORDER,
            "n + 1": ORDER + 1,
            "n / 2": ORDER // 2,
            "n / 2 + 1": ORDER // 2 + 1,
            "p - n": FIELD - ORDER,
            "p - 1": FIELD - 1,
            "p": FIELD,
            "p + 1": FIELD + 1,
            "2^255": 2**255,
            "2^256 - 1": 2**256 - 1,
        }.items()
    },
    "n - x": lambda x: ORDER - x,
    "p - x": lambda x: FIELD - x,
    "x + n": lambda x: x + ORDER,
    "x - 1": lambda x: x - 1,
    "x + 1": lambda x: x + 1,
    "2^256 - x": lambda x: -x,
    "not x": lambda x: ~x,
    "x reversed": lambda x: int.from_bytes(x.to_bytes(32, "big"), "little"),
}


def set_number(place: int, number: Callable[[int], int]) -> Mutation:
    def put(signature: bytes) -> bytes:
        r, s, v = _split(signature)
        return join(r, number(s), v) if place else join(number(r), s, v)

    return lambda maker: maker.with_signature(put)


def _der(signature: bytes) -> bytes:
    def integer(number: int) -> bytes:
        body = number.to_bytes(number.bit_length() // 8 + 1, "big")
        return bytes([2, len(body)]) + body

    r, s, _ = _split(signature)
    body = integer(r) + integer(s)
    return bytes([0x30, len(body)]) + body


def _malleated(signature: bytes) -> bytes:
    r, s, v = _split(signature)
    return join(r, ORDER - s, 55 - v)


def _compact(signature: bytes) -> bytes:
    """EIP-2098."""
    r, s, v = _split(signature)
    return join(r, s | (v - 27) << 255, 0)[:64]


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "whole": lambda signature: signature,
    "malleated": _malleated,
    "malleated, v kept": lambda given: _malleated(given)[:64] + given[64:],
    "v turned": lambda given: given[:64] + bytes([55 - given[64]]),
    "v of 0 or 1": lambda given: given[:64] + bytes([given[64] - 27]),
    "v of EIP-155": lambda given: given[:64] + bytes([given[64] + 8]),
    "compact": _compact,
    "compact and a zero": lambda given: _compact(given) + b"\0",
    "DER": _der,
    "DER and v": lambda given: _der(given) + given[64:],
    "r and s exchanged": lambda given: given[32:64] + given[:32] + given[64:],
    "v first": lambda given: given[64:] + given[:64],
    "little-endian": lambda given: given[31::-1] + given[63:31:-1] + given[64:],
    "hexadecimal text": lambda given: given.hex().encode(),
    "twice": lambda given: given + given,
    "none": lambda _: b"",
    "zeros": lambda _: bytes(65),
    "ones": lambda _: b"\xff" * 65,
    "v as a word": lambda given: given[:64] + bytes(31) + given[64:],
    "ABI-encoded": lambda given: bytes(31) + b" " + bytes(31) + b"A" + given + bytes(31),
    "EIP-6492": lambda given: given + bytes.fromhex("6492" * 16),
}


def reform(form: Callable[[bytes], bytes]) -> Mutation:
    return lambda maker: maker.with_signature(form)
