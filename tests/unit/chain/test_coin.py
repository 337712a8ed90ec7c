"""Amounts of a chain's coin, as an operator writes them."""

from __future__ import annotations

import pytest

from ledger_service.domain.chain.accounts.coin import parse_coin
from ledger_service.domain.errors import InvalidInput


@pytest.mark.parametrize(
    ("given", "wei"),
    [
        ("", None),
        ("0", 0),
        ("1", 10**18),
        ("0.25", 25 * 10**16),
        ("0.000000000000000001", 1),
        ("12.5", 125 * 10**17),
    ],
)
def test_an_amount_is_read_in_wei(given: str, wei: int | None) -> None:
    assert parse_coin("RELAYER_BUDGET", given) == wei


@pytest.mark.parametrize(
    "given", ["-1", "1e3", ".5", "1.", "1,5", "0x1", "٣", "1" * 13, "0." + "1" * 19]
)
def test_what_is_no_amount_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput):
        parse_coin("RELAYER_BUDGET", given)
