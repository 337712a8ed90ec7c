"""Forms of single settings, which `config` reads; what is none of them an operator is told."""

from __future__ import annotations

from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.exports.ark import is_naan


def ark_naan(given: str) -> str:
    """Return the number under which ARKs are given, or nothing."""
    if given and not is_naan(given):
        raise InvalidInput("setting-not-a-naan", given=given[:40])
    return given


def takes_wallets(given: str) -> bool:
    """Return whether whoever has a wallet can become a reader; raise InvalidInput."""
    if given not in ("any", "none"):
        raise InvalidInput("setting-not-wallets", given=given[:40])
    return given == "any"


def contact(given: str) -> str:
    """Return a URI by which people reach the operator, or nothing."""
    if given == "" or given.startswith(("https://", "mailto:")):
        return given
    if "@" not in given or ":" in given:
        raise InvalidInput("setting-not-a-contact", given=given[:80])
    return f"mailto:{given}"
