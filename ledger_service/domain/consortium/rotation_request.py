"""What a library sends to the council to have one of its accounts replaced: by which, and for what.

Three keys sign it: the ledger's, the present account's and the next one's. So nobody who has stolen only one
of them asks in the library's name, and nobody has an account let in that they do not hold. It names its
charter and the present account, so that it says nothing elsewhere, nor once that account has gone. Normative
text: docs/consortium.md.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Self

from ledger_service.domain import canonical_json, foreign_json
from ledger_service.domain.chain.accounts.acting_accounts import SIGNING_ROLES
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.consortium.charter import LONGEST_NAME
from ledger_service.domain.consortium.join_request import LONGEST_URI, Check, is_account
from ledger_service.domain.errors import (
    InvalidCheckpoint,
    InvalidDigest,
    InvalidJson,
    InvalidRotateRequest,
    LedgerError,
)
from ledger_service.domain.identifiers import Digest, LedgerId, StewardId
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.resources.record_text import fits_a_line

VERSION = "muhr-rotate/1"
LARGEST_BYTES = 16 * 1024
LATEST_TIME = 2**48  # seconds
ACCOUNT_SIGNATURE_BYTES = 65
_SIGNATURES = ("signature", "present_signature", "successor_signature")

IsSigned = Callable[[str, bytes, bytes], bool]
"""is_signed(account, digest, signature): whether the account's own key signed these 32 bytes."""


@dataclass(frozen=True)
class RotationRequest:
    """charter: digest of the consortium's. name, uri: of the institution. key: the ledger's vkey.

    role: registrar, service or anchorer. present, successor: accounts of 40 hex. at: when it was made.
    """

    charter: Digest
    name: str
    uri: str
    key: VerifierKey
    role: str
    present: str
    successor: str
    at: int

    def __post_init__(self) -> None:
        texts = (self.name, LONGEST_NAME), (self.uri, LONGEST_URI)
        if not all(0 < len(text) <= longest and fits_a_line(text) for text, longest in texts):
            raise InvalidRotateRequest("text")
        accounts = self.present, self.successor
        if not all(is_account(account) for account in accounts) or len(set(accounts)) != 2:
            raise InvalidRotateRequest("accounts")
        if self.role not in SIGNING_ROLES or type(self.at) is not int:
            raise InvalidRotateRequest("form")
        if not 0 <= self.at < LATEST_TIME:
            raise InvalidRotateRequest("form")

    @property
    def steward(self) -> StewardId:
        """The institution's id on chain."""
        return StewardId.of_uri(self.uri)

    @property
    def ledger(self) -> LedgerId:
        """The ledger's id on chain."""
        return LedgerId.of_origin(self.key.name)

    @property
    def message(self) -> bytes:
        """What the three keys sign: canonical JSON; the accounts as a personal message (EIP-191)."""
        return canonical_json.canonicalize(self._value())

    @property
    def digest(self) -> bytes:
        """The 32 bytes that the accounts sign."""
        head = f"\x19Ethereum Signed Message:\n{len(self.message)}".encode()
        return keccak256(head + self.message)

    def signed(self, by_ledger: bytes, by_present: bytes, by_successor: bytes) -> str:
        """Return the JSON text with its signatures: 64 bytes of Ed25519, and twice 65 of an account."""
        signatures = by_ledger, by_present, by_successor
        shown = [base64.b64encode(signature).decode() for signature in signatures]
        told = self._value() | dict(zip(_SIGNATURES, shown, strict=True))
        return json.dumps(told, indent=2, sort_keys=True) + "\n"

    @classmethod
    def parse(cls, text: str, check: Check, is_signed: IsSigned) -> Self:
        """Return the request of a JSON text whose three signatures hold; raise InvalidRotateRequest."""
        try:
            value: dict[str, Any] = foreign_json.parse(text.encode(), LARGEST_BYTES)
            if value.pop("type", None) != VERSION:
                raise InvalidRotateRequest("version", version=VERSION)
            signatures = [base64.b64decode(value.pop(name), validate=True) for name in _SIGNATURES]
            charter, key = Digest.parse(value.pop("charter")), VerifierKey.parse(value.pop("key"))
            request = cls(charter, key=key, **value)
        except (InvalidJson, InvalidDigest, KeyError, ValueError, TypeError, AttributeError) as exc:
            raise InvalidRotateRequest("form") from exc
        except InvalidCheckpoint as exc:
            raise InvalidRotateRequest("key") from exc
        request._check(signatures, check, is_signed)
        return request

    def _check(self, signatures: list[bytes], check: Check, is_signed: IsSigned) -> None:
        by_ledger, *by_accounts = signatures
        try:
            check(self.key.public_key, by_ledger, self.message)
        except LedgerError as exc:
            raise InvalidRotateRequest("signature") from exc
        accounts = self.present, self.successor
        for account, signature in zip(accounts, by_accounts, strict=True):
            if not is_signed(account, self.digest, signature):
                raise InvalidRotateRequest("account-signature", account="0x" + account)

    def _value(self) -> dict[str, Any]:
        own = {part.name: getattr(self, part.name) for part in fields(self)}
        return own | {
            "type": VERSION,
            "charter": self.charter.hex(),
            "key": self.key.format(),
        }
