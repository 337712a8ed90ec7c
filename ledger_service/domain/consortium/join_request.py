"""What a library sends to the council when it asks to join: who it is, its accounts, and its ledger.

The ledger's own key signs it, so that nobody opens a ledger under a key that they do not hold. The council
checks by other ways that the institution is who it says. Normative text: docs/consortium.md.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Self

from ledger_service.domain import canonical_json, foreign_json
from ledger_service.domain.consortium.charter import LONGEST_NAME
from ledger_service.domain.errors import (
    InvalidCheckpoint,
    InvalidDigest,
    InvalidJoinRequest,
    InvalidJson,
    LedgerError,
)
from ledger_service.domain.identifiers import Digest, LedgerId, StewardId
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.resources.record_text import fits_a_line

VERSION = "muhr-join/1"
LARGEST_BYTES = 16 * 1024
LONGEST_URI = 500  # characters

Check = Callable[[bytes, bytes, bytes], None]
"""check(public key, signature, message) raises LedgerError unless the signature holds."""


@dataclass(frozen=True)
class JoinRequest:
    """charter: digest of the charter that is joined. key: the ledger's vkey, whose name is its origin.

    name, uri: of the institution. registrar, service, anchorer, relayer: accounts of 40 hex; the relayer
    pays and has no right. url: where the service will be.
    """

    charter: Digest
    name: str
    uri: str
    url: str
    key: VerifierKey
    registrar: str
    service: str
    anchorer: str
    relayer: str

    def __post_init__(self) -> None:
        texts = (self.name, LONGEST_NAME), (self.uri, LONGEST_URI), (self.url, LONGEST_URI)
        if not all(0 < len(text) <= longest and fits_a_line(text) for text, longest in texts):
            raise InvalidJoinRequest("text")
        accounts = self.registrar, self.service, self.anchorer, self.relayer
        if not all(is_account(account) for account in accounts) or len(set(accounts)) != 4:
            raise InvalidJoinRequest("accounts")

    @property
    def steward(self) -> StewardId:
        """The institution's id on chain."""
        return StewardId.of_uri(self.uri)

    @property
    def ledger(self) -> LedgerId:
        """The ledger's id on chain."""
        return LedgerId.of_origin(self.key.name)

    def signed(self, sign: Callable[[bytes], bytes]) -> str:
        """Return the JSON text with the signature of the ledger's key. sign: makes Ed25519's 64 bytes."""
        signature = base64.b64encode(sign(self._message())).decode()
        return (
            json.dumps({**self._value(), "signature": signature}, indent=2, sort_keys=True) + "\n"
        )

    @classmethod
    def parse(cls, text: str, check: Check) -> Self:
        """Return the request of a JSON text whose signature holds; raise InvalidJoinRequest."""
        try:
            value: dict[str, Any] = foreign_json.parse(text.encode(), LARGEST_BYTES)
            if value.pop("type", None) != VERSION:
                raise InvalidJoinRequest("version", version=VERSION)
            signature = base64.b64decode(value.pop("signature"), validate=True)
            charter, key = Digest.parse(value.pop("charter")), VerifierKey.parse(value.pop("key"))
            request = cls(charter, key=key, **value)
        except (InvalidJson, InvalidDigest, KeyError, ValueError, TypeError, AttributeError) as exc:
            raise InvalidJoinRequest("form") from exc
        except InvalidCheckpoint as exc:
            raise InvalidJoinRequest("key") from exc
        try:
            check(key.public_key, signature, request._message())
        except LedgerError as exc:
            raise InvalidJoinRequest("signature") from exc
        return request

    def _message(self) -> bytes:
        return canonical_json.canonicalize(self._value())

    def _value(self) -> dict[str, Any]:
        own = {part.name: getattr(self, part.name) for part in fields(self)}
        return own | {
            "type": VERSION,
            "charter": self.charter.hex(),
            "key": self.key.format(),
        }


def is_account(text: Any) -> bool:
    """Return whether this is an account of 40 small hex digits, and not zero."""
    try:
        return len(text) == 40 and text == bytes.fromhex(text).hex() and int(text, 16) != 0
    except (TypeError, ValueError):
        return False
