"""Which 32 bytes may be an Ed25519 public key: only what RFC 8032 encodes, and of full order.

Under a key of small order anybody can make signatures that hold, some for every message. A second
encoding of one point would be a second name of one key. Signatures are checked elsewhere.
"""

from __future__ import annotations

PRIME = 2**255 - 19
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL_ORDER = frozenset({0, 1, PRIME - 1, _ORDER_8, PRIME - _ORDER_8})
"""The y of the eight points whose order divides 8 (RFC 7748 §4.1, cofactor 8)."""


def is_sound_key(key: bytes) -> bool:
    """Return whether these 32 bytes encode a y below the prime, of no point of small order."""
    if len(key) != 32:
        return False
    y = int.from_bytes(key, "little") & (2**255 - 1)  # the last bit is the sign of x
    return y < PRIME and y not in SMALL_ORDER
