"""keccak-256, the hash of the EVM; needed to read its state proofs, and for nothing of our own.

Not SHA3-256: the padding is that of the original Keccak. Pure Python, some thousands of hashes of a
trie node a second. Source: the Keccak reference, version 3.0, §1; tests/unit/chain/test_keccak.py.
"""

from __future__ import annotations

RATE_BYTES = 136
_MASK = (1 << 64) - 1


def _round_constants() -> list[int]:
    constants, state = [], 1
    for _ in range(24):
        constant = 0
        for power in range(7):
            if state & 1:
                constant |= 1 << ((1 << power) - 1)
            state = (state << 1) ^ (0x171 if state & 0x80 else 0)
        constants.append(constant)
    return constants


_CONSTANTS = _round_constants()


def keccak256(data: bytes) -> bytes:
    """Return the 32 bytes of keccak-256."""
    lanes = [0] * 25
    padded = bytearray(data) + bytes(RATE_BYTES - len(data) % RATE_BYTES)
    padded[len(data)] ^= 0x01
    padded[-1] ^= 0x80
    for start in range(0, len(padded), RATE_BYTES):
        for lane in range(RATE_BYTES // 8):
            at = start + 8 * lane
            lanes[lane] ^= int.from_bytes(padded[at : at + 8], "little")
        for constant in _CONSTANTS:
            lanes = _round(lanes, constant)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def _round(lanes: list[int], constant: int) -> list[int]:
    """Return the 25 lanes after a round; written out, since a loop over lanes takes three times as long.

    Lane (x, y) of the reference is number x + 5y. θ gives the changes d, ρ and π the lanes b, χ the rest.
    """
    a0, a1, a2, a3, a4 = lanes[0:5]
    a5, a6, a7, a8, a9 = lanes[5:10]
    a10, a11, a12, a13, a14 = lanes[10:15]
    a15, a16, a17, a18, a19 = lanes[15:20]
    a20, a21, a22, a23, a24 = lanes[20:25]
    d0, d1, d2, d3, d4 = _changes(lanes)
    b0 = a0 ^ d0
    b1 = (a := a6 ^ d1) << 44 & _MASK | a >> 20
    b2 = (a := a12 ^ d2) << 43 & _MASK | a >> 21
    b3 = (a := a18 ^ d3) << 21 & _MASK | a >> 43
    b4 = (a := a24 ^ d4) << 14 & _MASK | a >> 50
    b5 = (a := a3 ^ d3) << 28 & _MASK | a >> 36
    b6 = (a := a9 ^ d4) << 20 & _MASK | a >> 44
    b7 = (a := a10 ^ d0) << 3 & _MASK | a >> 61
    b8 = (a := a16 ^ d1) << 45 & _MASK | a >> 19
    b9 = (a := a22 ^ d2) << 61 & _MASK | a >> 3
    b10 = (a := a1 ^ d1) << 1 & _MASK | a >> 63
    b11 = (a := a7 ^ d2) << 6 & _MASK | a >> 58
    b12 = (a := a13 ^ d3) << 25 & _MASK | a >> 39
    b13 = (a := a19 ^ d4) << 8 & _MASK | a >> 56
    b14 = (a := a20 ^ d0) << 18 & _MASK | a >> 46
    b15 = (a := a4 ^ d4) << 27 & _MASK | a >> 37
    b16 = (a := a5 ^ d0) << 36 & _MASK | a >> 28
    b17 = (a := a11 ^ d1) << 10 & _MASK | a >> 54
    b18 = (a := a17 ^ d2) << 15 & _MASK | a >> 49
    b19 = (a := a23 ^ d3) << 56 & _MASK | a >> 8
    b20 = (a := a2 ^ d2) << 62 & _MASK | a >> 2
    b21 = (a := a8 ^ d3) << 55 & _MASK | a >> 9
    b22 = (a := a14 ^ d4) << 39 & _MASK | a >> 25
    b23 = (a := a15 ^ d0) << 41 & _MASK | a >> 23
    b24 = (a := a21 ^ d1) << 2 & _MASK | a >> 62
    after = [
        *_row(b0, b1, b2, b3, b4),
        *_row(b5, b6, b7, b8, b9),
        *_row(b10, b11, b12, b13, b14),
        *_row(b15, b16, b17, b18, b19),
        *_row(b20, b21, b22, b23, b24),
    ]
    after[0] ^= constant
    return after


def _changes(lanes: list[int]) -> tuple[int, int, int, int, int]:
    """Return what θ adds to the lanes of each column."""
    c0, c1, c2, c3, c4 = (
        lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)
    )
    return (
        c4 ^ (c1 << 1 & _MASK | c1 >> 63),
        c0 ^ (c2 << 1 & _MASK | c2 >> 63),
        c1 ^ (c3 << 1 & _MASK | c3 >> 63),
        c2 ^ (c4 << 1 & _MASK | c4 >> 63),
        c3 ^ (c0 << 1 & _MASK | c0 >> 63),
    )


def _row(a: int, b: int, c: int, d: int, e: int) -> tuple[int, int, int, int, int]:
    """Return a row after χ, which is a ^ (~b & c) of each lane and the two after it."""
    return a ^ b ^ (b | c), b ^ c ^ (c | d), c ^ d ^ (d | e), d ^ e ^ (e | a), e ^ a ^ (a | b)
