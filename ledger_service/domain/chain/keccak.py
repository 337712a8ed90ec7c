"""keccak-256, the hash of the EVM; needed to read its state proofs, and for nothing of our own.

Not SHA3-256: the padding is that of the original Keccak. Pure Python, about a thousand hashes of a
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


def _steps() -> list[tuple[int, int]]:
    """Return, for each lane on the one long cycle of π, where it goes and how far ρ turns it."""
    steps, x, y = [], 1, 0
    for step in range(24):
        x, y = y, (2 * x + 3 * y) % 5
        steps.append((x + 5 * y, (step + 1) * (step + 2) // 2 % 64))
    return steps


_CONSTANTS = _round_constants()
_STEPS = _steps()


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
        _permute(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def _permute(lanes: list[int]) -> None:
    for constant in _CONSTANTS:
        columns = [
            lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20]
            for x in range(5)
        ]
        for x in range(5):
            after = columns[(x + 1) % 5]
            change = columns[x - 1] ^ (after << 1 & _MASK | after >> 63)
            for at in range(x, 25, 5):
                lanes[at] ^= change
        moved = lanes[1]
        for target, turn in _STEPS:
            held = lanes[target]
            lanes[target] = moved << turn & _MASK | moved >> 64 - turn if turn else moved
            moved = held
        for at in range(0, 25, 5):
            row = lanes[at : at + 5]
            for x in range(5):
                lanes[at + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5])
        lanes[0] ^= constant
