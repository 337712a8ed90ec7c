"""A session: that a browser may act by a token for some hours, without keeping the token itself.

The browser keeps a key. What the library keeps is a digest of it, beside the digest of the token: neither
opens anything. Whoever revokes the token ends all of its sessions.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

LONGEST_SESSION_SECONDS = 8 * 3600
MOST_SESSIONS = 20
"""Of one token; a new one ends the one that ends first."""
KEY_BYTES = 32
_PURPOSE = b"muhr: the key of a session at the desk\n"


@dataclass(frozen=True, slots=True)
class Session:
    """name: SHA-256 of the key; token: SHA-256 of the token's secret; until: seconds since 1970 UTC."""

    name: bytes
    token: bytes
    until: int


def name_of(key: str) -> bytes:
    """Return the name, 32 bytes, under which the session of a key is kept."""
    return hashlib.sha256(_PURPOSE + key.encode("utf-8", "replace")).digest()


def ends_at(now: int, token_ends_at: int) -> int:
    """Return when a session ends that begins now: before its token, and after a working day at most."""
    return min(now + LONGEST_SESSION_SECONDS, token_ends_at)


def title_of(file_name: str) -> str:
    """Return the title that a file's name suggests: without folders, ending, and lines for blanks."""
    name = re.split(r"[/\\]", file_name)[-1]
    stem = name.rpartition(".")[0] or name
    return " ".join(re.sub(r"_+", " ", stem).split())
