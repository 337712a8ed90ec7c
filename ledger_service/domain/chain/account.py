"""An account of an EVM chain as people write it: 0x and 40 digits, whose capitals are a checksum (ERC-55)."""

from __future__ import annotations

import re

from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.errors import InvalidAccount

_ACCOUNT = re.compile(r"0x[0-9A-Fa-f]{40}")


def checksummed(account: str) -> str:
    """Return an account (40 lower-case hex digits) with 0x and its checksum."""
    sums = keccak256(account.encode()).hex()
    capitals = (
        digit.upper() if int(check, 16) >= 8 else digit
        for digit, check in zip(account, sums, strict=False)
    )
    return "0x" + "".join(capitals)


def parse_account(text: str) -> str:
    """Return the account (40 lower-case hex digits) that a person wrote, without a checksum or with it.

    Raises:
        InvalidAccount: another form, or capitals that are no checksum of it: a digit was mistyped.
    """
    if _ACCOUNT.fullmatch(text) is None:
        raise InvalidAccount(text=text[:80])
    digits = text[2:].lower()
    if text[2:] not in (digits, digits.upper()) and text != checksummed(digits):
        raise InvalidAccount("checksum", text=text)
    return digits
