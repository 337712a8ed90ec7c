"""The 32-byte names of things, each its own frozen type so that one cannot pass for another.

Text form everywhere at our edges: 64 lower-case hexadecimal digits, no `0x`.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Self

from ledger_service.domain.errors import InvalidDigest, InvalidIdentifier

_HEX32 = re.compile(r"[0-9a-f]{64}\Z")


class Identifier:
    """32 bytes with a meaning; immutable, hashable, ordered by bytes within one type."""

    __slots__ = ("value",)
    value: bytes

    def __init__(self, value: bytes) -> None:
        if len(value) != 32:
            raise self._of_other_length(len(value))
        object.__setattr__(self, "value", bytes(value))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the identifier that 64 lower-case hex digits name; inverse of `hex`."""
        if not _HEX32.match(text):
            raise cls._of_other_form(text[:80])
        return cls(bytes.fromhex(text))

    @classmethod
    def _of_other_length(cls, length: int) -> Exception:
        return InvalidIdentifier("length", bytes=length, type=cls.__name__)

    @classmethod
    def _of_other_form(cls, text: str) -> Exception:
        return InvalidIdentifier(text=text, type=cls.__name__)

    def hex(self) -> str:
        """Return the 64-digit lower-case text form; inverse of `parse`."""
        return self.value.hex()

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("identifiers are immutable")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.value == self.value

    def __lt__(self, other: Self) -> bool:
        return self.value < other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __str__(self) -> str:
        return self.hex()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.hex()})"


class Digest(Identifier):
    """SHA-256 of bytes; a resource *is* its digest."""

    __slots__ = ()

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Return the digest of bytes held in memory."""
        return cls(hashlib.sha256(data).digest())

    @classmethod
    def typed(cls, text: str) -> Self:
        """Return the digest that a person gave: capitals pass, as Get-FileHash of Windows writes them.

        Raises:
            InvalidDigest: it is none.
        """
        return cls.parse(text.strip().lower())

    @classmethod
    def _of_other_length(cls, length: int) -> Exception:
        return InvalidDigest("length", bytes=length)

    @classmethod
    def _of_other_form(cls, text: str) -> Exception:
        return InvalidDigest(text=text)


class StewardId(Identifier):
    """SHA-256 of the UTF-8 bytes of the institution's public URI (its ROR or web address)."""

    __slots__ = ()

    @classmethod
    def of_uri(cls, uri: str) -> Self:
        """Return the id of the institution known by this public URI."""
        return cls(hashlib.sha256(uri.encode()).digest())


class LicenseId(Identifier):
    """SHA-256 over a license's terms; see `license.LicenseTerms.id`."""

    __slots__ = ()


class GrantId(Identifier):
    """SHA-256 over what is granted; see `grant.grant_id`."""

    __slots__ = ()


class CopyId(Identifier):
    """32 random bytes that name the copy lent under one grant; see `lent_copy`."""

    __slots__ = ()

    @classmethod
    def random(cls) -> Self:
        """Return one that nobody can guess."""
        return cls(secrets.token_bytes(32))


class LedgerId(Identifier):
    """SHA-256 of a ledger's origin line; its key in the CheckpointAnchor contract."""

    __slots__ = ()

    @classmethod
    def of_origin(cls, origin: str) -> Self:
        """Return the on-chain id of the ledger with this checkpoint origin."""
        return cls(hashlib.sha256(origin.encode()).digest())


class Commitment(Identifier):
    """SHA-256(salt ‖ value): names a reader or a private part without telling it."""

    __slots__ = ()
