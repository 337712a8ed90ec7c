"""What a member of a consortium says of itself: its name, where its service is, and by which keys it signs.

Only accounts stand on chain. So an announcement is signed by the ledger's key, which nobody else can announce
then, and by a registrar's account, which binds key and address to the steward; and by the witness's key, so
that nobody announces another's witness. Normative text: docs/consortium.md.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Self
from urllib.parse import urlsplit

from ledger_service.domain import canonical_json, foreign_json
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.consortium.charter import LONGEST_NAME, LONGEST_URL
from ledger_service.domain.errors import (
    InvalidCheckpoint,
    InvalidCheckpointSignature,
    InvalidDigest,
    InvalidJson,
    InvalidMember,
)
from ledger_service.domain.identifiers import Digest, LedgerId, StewardId
from ledger_service.domain.ledger.checkpoint import CheckSignature, VerifierKey
from ledger_service.domain.printable_text import shown
from ledger_service.domain.publication.cosignature import WitnessKey

VERSION = "muhr-member/1"
LARGEST_BYTES = 8 * 1024
LATEST_TIME = 2**53 - 1  # seconds; the largest integer that canonical JSON has
WITNESS_PATH = (
    "/witness"  # behind the address of a member's service, and the ledger's name in its witness's
)
WITNESS_HEAD = b"muhr-member-witness/1\n"  # before what a witness signs: no checkpoint begins so
_ACCOUNT = re.compile(r"[0-9a-f]{40}\Z")
_SIGNATURE = re.compile(r"[0-9a-f]{130}\Z")
_WITNESS_NUMBER = re.compile(r"(-[1-9][0-9]{0,5})?\Z")
_PREFIX = b"\x19Ethereum Signed Message:\n"  # source: EIP-191, version 0x45

CheckAccount = Callable[[str, bytes, bytes], bool]
"""(account of 40 hex, digest of 32 bytes, signature of 65 bytes): whether the account's key signed it."""


@dataclass(frozen=True)
class Member:
    """charter: its digest. name, uri: of the institution. url: of the service, no slash at its end.

    key: the ledger's. witness: the vkey of the member's witness, empty if it has none; its name is that of
    the ledger, `/witness`, and a number if it is not the first. registrar: the account (40 hex) that signs.
    at: seconds since 1970 UTC.
    """

    charter: Digest
    name: str
    uri: str
    url: str
    key: VerifierKey
    witness: str
    registrar: str
    at: int

    def __post_init__(self) -> None:
        for text, longest in ((self.name, LONGEST_NAME), (self.uri, LONGEST_URL)):
            # What acts on a line could make one member look like another.
            if not 0 < len(text) <= longest or text != text.strip() or text != shown(text):
                raise InvalidMember("text", longest=longest)
        if not is_service_address(self.url):
            raise InvalidMember("address", url=shown(self.url, 80))
        if not _ACCOUNT.match(self.registrar):
            raise InvalidMember("account")
        if type(self.at) is not int or not 0 <= self.at <= LATEST_TIME:
            raise InvalidMember("time")
        _check_witness(self.witness, self.key.name)

    @property
    def steward(self) -> StewardId:
        """The institution's id on chain."""
        return StewardId.of_uri(self.uri)

    @property
    def ledger(self) -> LedgerId:
        """The ledger's id on chain."""
        return LedgerId.of_origin(self.key.name)

    @property
    def witness_key(self) -> WitnessKey | None:
        """The key by which the member's witness cosigns; None if it has none."""
        return WitnessKey.parse(self.witness) if self.witness else None

    @property
    def witness_url(self) -> str:
        """The prefix at which its witness is asked."""
        return self.url + WITNESS_PATH

    def says_the_same(self, other: Member) -> bool:
        """Return whether both tell the same facts, at whatever times."""
        return all(
            getattr(self, part.name) == getattr(other, part.name)
            for part in fields(self)
            if part.name != "at"
        )

    @property
    def message(self) -> bytes:
        """What the ledger's key signs: canonical JSON."""
        return canonical_json.canonicalize(self._value())

    @property
    def witness_message(self) -> bytes:
        """What the witness's key signs, which shows that the member has it."""
        return WITNESS_HEAD + self.message

    @property
    def account_digest(self) -> bytes:
        """The 32 bytes that the account signs, as wallets do for a text (EIP-191)."""
        data = self.message
        return keccak256(_PREFIX + str(len(data)).encode() + data)

    def _value(self) -> dict[str, Any]:
        own = {part.name: getattr(self, part.name) for part in fields(self)}
        return own | {
            "type": VERSION,
            "charter": self.charter.hex(),
            "key": self.key.format(),
        }


@dataclass(frozen=True)
class Announcement:
    """A member's statement with its signatures: 64 bytes of Ed25519, 65 of the account (r, s, v).

    witness_signature: 64 bytes by the witness's key, none if there is no witness.
    """

    member: Member
    signature: bytes
    account_signature: bytes
    witness_signature: bytes = b""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the announcement of a JSON text, whose signatures are not looked at; raise InvalidMember."""
        try:
            value: dict[str, Any] = foreign_json.parse(text.encode(), LARGEST_BYTES)
            if value.pop("type", None) != VERSION:
                raise InvalidMember("version", version=VERSION)
            signature = base64.b64decode(value.pop("signature"), validate=True)
            account_signature = value.pop("account_signature")
            by_witness = base64.b64decode(value.pop("witness_signature"), validate=True)
            are_whole = len(signature) == 64 and len(by_witness) in (0, 64)
            if not are_whole or not _SIGNATURE.match(account_signature):
                raise InvalidMember("form")
            charter, key = Digest.parse(value.pop("charter")), VerifierKey.parse(value.pop("key"))
            member = Member(charter, key=key, **value)
        except (InvalidJson, InvalidDigest, binascii.Error, KeyError, AttributeError) as exc:
            raise InvalidMember("form") from exc
        except InvalidCheckpoint as exc:
            raise InvalidMember("key") from exc
        except (TypeError, UnicodeError) as exc:
            raise InvalidMember("form") from exc
        return cls(member, signature, bytes.fromhex(account_signature), by_witness)

    def format(self) -> str:
        """Return the canonical JSON text; inverse of `parse`."""
        signatures = {
            "signature": base64.b64encode(self.signature).decode(),
            "account_signature": self.account_signature.hex(),
            "witness_signature": base64.b64encode(self.witness_signature).decode(),
        }
        return canonical_json.canonicalize(self.member._value() | signatures).decode()

    def check(self, check_signature: CheckSignature, check_account: CheckAccount) -> None:
        """Check all signatures, the cheap ones first; raise InvalidMember."""
        try:
            check_signature(self.member.key.public_key, self.signature, self.member.message)
        except InvalidCheckpointSignature as exc:
            raise InvalidMember("signature") from exc
        self._check_witness(check_signature)
        digest = self.member.account_digest
        if not check_account(self.member.registrar, digest, self.account_signature):
            raise InvalidMember("account-signature", account="0x" + self.member.registrar)

    def _check_witness(self, check_signature: CheckSignature) -> None:
        key, message = self.member.witness_key, self.member.witness_message
        if key is None and self.witness_signature:
            raise InvalidMember("witness")
        try:
            if key is not None:
                check_signature(key.public_key, self.witness_signature, message)
        except InvalidCheckpointSignature as exc:
            raise InvalidMember("witness") from exc


def is_service_address(url: str) -> bool:
    """Return whether a text is a service's whole address: no password, query, fragment, last slash."""
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_plain = url.isascii() and url.isprintable() and not set(url) & set(" <>\"'`\\?#@")
    return is_one and is_plain and 0 < len(url) <= LONGEST_URL and not url.endswith("/")


def _check_witness(vkey: str, ledger: str) -> None:
    """Check that a vkey is one, by the name of the ledger: nobody takes the name of another's witness."""
    if vkey == "":
        return
    try:
        key = WitnessKey.parse(vkey)
    except InvalidCheckpoint as exc:
        raise InvalidMember("witness") from exc
    own = ledger + WITNESS_PATH
    is_own = key.name.startswith(own) and _WITNESS_NUMBER.match(key.name[len(own) :])
    if key.format() != vkey or not is_own:
        raise InvalidMember("witness")
