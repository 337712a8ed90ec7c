"""The message that a wallet signs to sign in, exactly as ERC-4361 writes it.

`parse` and `format` are inverses: what is not as the standard's grammar has it is refused. Only the address's
checksum is not checked here. A chain id is read as EIP-155 counts, so without zeros before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from ledger_service.domain.errors import SignInRefused

LONGEST_MESSAGE = 2000  # characters
LIFE_SECONDS = 600
"""For which a message, and the nonce that stands in it, can sign somebody in."""
SKEW_SECONDS = 60  # that a clock of others may differ
VERSION = "1"

_WANTS = " wants you to sign in with your Ethereum account:"
_PCHAR = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})"  # source: RFC 3986, appendix A
_AUTHORITY = (
    r"(?:(?:[A-Za-z0-9\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})*@)?"
    r"(?:\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)(?::[0-9]*)?"
)
_SCHEME = r"[A-Za-z][A-Za-z0-9+\-.]*"
_URI = (
    rf"{_SCHEME}:(?://{_AUTHORITY}(?:/{_PCHAR}*)*|/(?:{_PCHAR}+(?:/{_PCHAR}*)*)?"
    rf"|{_PCHAR}+(?:/{_PCHAR}*)*|)(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?])*)?"
)
_TIME = (  # source: RFC 3339 §5.6
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[Tt]"
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_STATEMENT = r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;= ]+"
_MESSAGE = re.compile(
    rf"(?:(?P<scheme>{_SCHEME})://)?(?P<domain>{_AUTHORITY}){re.escape(_WANTS)}\n"
    rf"(?P<address>0x[0-9A-Fa-f]{{40}})\n\n(?:(?P<statement>{_STATEMENT})\n)?\n"
    rf"URI: (?P<uri>{_URI})\nVersion: 1\nChain ID: (?P<chain_id>0|[1-9][0-9]{{0,18}})\n"
    rf"Nonce: (?P<nonce>[A-Za-z0-9]{{8,}})\nIssued At: (?P<issued_at>{_TIME})"
    rf"(?:\nExpiration Time: (?P<expires_at>{_TIME}))?(?:\nNot Before: (?P<not_before>{_TIME}))?"
    rf"(?:\nRequest ID: (?P<request_id>{_PCHAR}*))?"
    rf"(?:\nResources:(?P<resources>(?:\n- {_URI})*))?"
)


@dataclass(frozen=True)
class SignInMessage:
    """What is signed. Times are texts of RFC 3339; address: 0x and 40 digits, as they stand."""

    domain: str
    address: str
    uri: str
    chain_id: int
    nonce: str
    issued_at: str
    scheme: str | None = None
    statement: str | None = None
    expires_at: str | None = None
    not_before: str | None = None
    request_id: str | None = None
    resources: tuple[str, ...] | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the message of a text, inverse of `format`; raise SignInRefused for any other text."""
        found = _MESSAGE.fullmatch(text) if len(text) <= LONGEST_MESSAGE else None
        if found is None:
            raise SignInRefused("wallet-form")
        parts = found.groupdict()
        for name in ("issued_at", "expires_at", "not_before"):
            if parts[name] is not None:
                seconds_of(parts[name])
        named = parts.pop("resources")
        resources = None if named is None else tuple(named.split("\n- ")[1:])
        return cls(chain_id=int(parts.pop("chain_id")), resources=resources, **parts)

    def format(self) -> str:
        """Return the text that is signed."""
        lines = [
            ("" if self.scheme is None else f"{self.scheme}://") + self.domain + _WANTS,
            self.address,
            "",
            *([] if self.statement is None else [self.statement]),
            "",
            f"URI: {self.uri}",
            f"Version: {VERSION}",
            f"Chain ID: {self.chain_id}",
            f"Nonce: {self.nonce}",
            f"Issued At: {self.issued_at}",
        ]
        if self.expires_at is not None:
            lines.append(f"Expiration Time: {self.expires_at}")
        if self.not_before is not None:
            lines.append(f"Not Before: {self.not_before}")
        if self.request_id is not None:
            lines.append(f"Request ID: {self.request_id}")
        if self.resources is not None:
            lines += ["Resources:", *(f"- {resource}" for resource in self.resources)]
        return "\n".join(lines)


@dataclass(frozen=True)
class Asked:
    """What this library asked a wallet to sign. scheme, domain, uri: of its own page; now: in seconds."""

    scheme: str
    domain: str
    uri: str
    chain_id: int
    nonce: str
    now: int


def check_message(message: SignInMessage, asked: Asked) -> None:
    """Check that a message is one that was asked for, and that it is its time.

    Raises:
        SignInRefused: it is for another site, page or chain, has another nonce, is too old, has ended or
            has not begun.
    """
    if message.domain != asked.domain or message.scheme not in (None, asked.scheme):
        raise SignInRefused("wallet-domain", given=message.domain[:80], own=asked.domain)
    if message.uri != asked.uri:
        raise SignInRefused("wallet-uri", given=message.uri[:80], own=asked.uri)
    if message.chain_id != asked.chain_id:
        raise SignInRefused("wallet-chain", given=message.chain_id, own=asked.chain_id)
    if message.nonce != asked.nonce:
        raise SignInRefused("wallet-nonce")
    issued = seconds_of(message.issued_at)
    if not asked.now - LIFE_SECONDS <= issued <= asked.now + SKEW_SECONDS:
        raise SignInRefused("wallet-time")
    if message.expires_at is not None and seconds_of(message.expires_at) <= asked.now:
        raise SignInRefused("wallet-time")
    if message.not_before is not None and seconds_of(message.not_before) > asked.now + SKEW_SECONDS:
        raise SignInRefused("wallet-time")


def seconds_of(text: str) -> float:
    """Return a time of RFC 3339 in seconds since 1970 UTC; a leap second counts as the one before it.

    Raises:
        SignInRefused: a day that its month has not.
    """
    plain = re.sub(r":60", ":59", text.upper())
    fraction = re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", plain)
    try:
        return datetime.fromisoformat(fraction.replace("Z", "+00:00")).timestamp()
    except (ValueError, OverflowError) as exc:
        raise SignInRefused("wallet-form") from exc
