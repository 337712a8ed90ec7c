"""Amounts of a chain's coin, as people write them."""

from __future__ import annotations

import re

from ledger_service.domain.errors import InvalidInput

DECIMALS = 18
_AMOUNT = re.compile(rf"[0-9]{{1,12}}(\.[0-9]{{1,{DECIMALS}}})?")


def parse_coin(name: str, given: str) -> int | None:
    """Return a setting that is an amount such as 0.25, in wei; None if nothing is given."""
    if not given:
        return None
    if not _AMOUNT.fullmatch(given):
        raise InvalidInput("setting-not-an-amount", name=name, given=given[:40])
    whole, _, part = given.partition(".")
    return int(whole + part.ljust(DECIMALS, "0"))


def format_coin(wei: int) -> str:
    """Return an amount in the chain's coin, such as 0.25; inverse of `parse_coin`."""
    whole, rest = divmod(wei, 10**DECIMALS)
    return f"{whole}.{rest:0{DECIMALS}}".rstrip("0").rstrip(".")
