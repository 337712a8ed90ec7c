"""The message of ERC-4361: its grammar to the letter, and what a library takes of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ledger_service.domain.chain.account import checksummed, parse_account
from ledger_service.domain.errors import InvalidAccount, SignInRefused
from ledger_service.domain.instant import instant
from ledger_service.domain.people.sign_in_message import (
    Asked,
    SignInMessage,
    check_message,
    seconds_of,
)

ACCOUNT = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"  # source: ERC-55, test cases
NOW = 1_796_000_000
EXAMPLE = """example.com wants you to sign in with your Ethereum account:
0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2

I accept the ExampleOrg Terms of Service: https://example.com/tos

URI: https://example.com/login
Version: 1
Chain ID: 1
Nonce: 32891756
Issued At: 2021-09-30T16:25:24Z
Resources:
- ipfs://bafybeiemxf5abjwjbikoz4mc3a3dla6ual3jsgpdr4cjr3oz3evfyavhwq/
- https://example.com/my-web2-claim.json"""
"""Source: ERC-4361, example message with implicit scheme."""
ASKED = Asked("https", "library.uz", "https://library.uz/sign-in/wallet", 10_001, "n" * 16, NOW)
MESSAGE = SignInMessage(
    domain="library.uz",
    address=ACCOUNT,
    uri=ASKED.uri,
    chain_id=10_001,
    nonce="n" * 16,
    issued_at=instant(NOW),
    statement="Sign in.",
    expires_at=instant(NOW + 600),
)


def test_the_standards_example_is_read_and_written_again() -> None:
    message = SignInMessage.parse(EXAMPLE)
    assert message.statement == "I accept the ExampleOrg Terms of Service: https://example.com/tos"
    assert message.resources is not None
    assert len(message.resources) == 2
    assert message.format() == EXAMPLE


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"statement": None},
        {"scheme": "https"},
        {"domain": "127.0.0.1:8000"},
        {"domain": "[::1]:8000"},
        {"expires_at": None},
        {"not_before": "2026-11-30t00:45:21.123456789+05:00"},
        {"request_id": ""},
        {"request_id": "a%20b:@"},
        {"resources": ()},
        {"resources": ("urn:isbn:9789943", "https://x.uz/a?b#c")},
    ],
)
def test_what_is_written_is_read_again(changes: dict[str, object]) -> None:
    message = replace(MESSAGE, **changes)
    assert SignInMessage.parse(message.format()) == message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("library.uz wants", "https:// wants"),
        ("wants you", "asks you"),
        (ACCOUNT, ACCOUNT[:-1]),
        (ACCOUNT, ACCOUNT + "0"),
        (ACCOUNT, "0X" + ACCOUNT[2:]),
        ("Sign in.", "Tizimga kirish — kutubxona"),
        ("Sign in.", "Oʻqish"),
        ("Sign in.", 'so "said"'),
        ("Sign in.", "one\ntwo"),
        ("URI: https", "URI: "),
        ("URI: https", "Uri: https"),
        ("Version: 1", "Version: 2"),
        ("Version: 1\n", ""),
        ("Chain ID: 10001", "Chain ID: 0x2711"),
        ("Chain ID: 10001", "Chain ID: 010001"),
        ("Chain ID: 10001", "Chain ID: -1"),
        ("Nonce: " + "n" * 16, "Nonce: short"),
        ("Nonce: " + "n" * 16, "Nonce: with-hyphens-12"),
        ("Issued At: 20", "Issued At: x"),
        ("Expiration Time", "Not Before: 2026-01-01T00:00:00Z\nExpiration Time"),
        ("\n\nURI", "\nURI"),
        ("\n", "\r\n"),
        ("Version: 1", "Version: 1 "),
    ],
)
def test_what_is_not_of_the_grammar_is_refused(old: str, new: str) -> None:
    text = MESSAGE.format()
    assert old in text
    with pytest.raises(SignInRefused) as refused:
        SignInMessage.parse(text.replace(old, new, 1))
    assert refused.value.reason.name == "sign-in-refused.wallet-form"


@pytest.mark.parametrize("end", ["\n", " ", "\nResources:\n-https://x.uz", "\nRequest ID: a b"])
def test_nothing_stands_behind(end: str) -> None:
    with pytest.raises(SignInRefused):
        SignInMessage.parse(MESSAGE.format() + end)


@given(some.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(SignInRefused):
        assert SignInMessage.parse(text).format() == text


@pytest.mark.parametrize("part", ["a@" * 900, "a:" * 990, "%41" * 600, "- a:" * 400])
def test_a_long_text_is_refused_at_once(part: str) -> None:
    with pytest.raises(SignInRefused):
        SignInMessage.parse(part)


@pytest.mark.parametrize("text", ["2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z"])
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SignInRefused):
        SignInMessage.parse(MESSAGE.format().replace(instant(NOW), text, 1))


def test_times_are_read_as_the_standard_writes_them() -> None:
    assert seconds_of("1970-01-01T05:00:00+05:00") == 0
    assert seconds_of("1970-01-01T00:00:01.5z") == 1.5
    assert seconds_of("1990-12-31T23:59:60Z") == seconds_of("1990-12-31T23:59:59Z")


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"domain": "evil.uz"}, "domain"),
        ({"scheme": "http"}, "domain"),
        ({"uri": "https://library.uz/other"}, "uri"),
        ({"chain_id": 1}, "chain"),
        ({"nonce": "m" * 16}, "nonce"),
        ({"issued_at": instant(NOW - 601)}, "time"),
        ({"issued_at": instant(NOW + 61)}, "time"),
        ({"expires_at": instant(NOW)}, "time"),
        ({"not_before": instant(NOW + 61)}, "time"),
    ],
)
def test_a_message_that_was_not_asked_for_is_refused(changes: dict, part: str) -> None:
    check_message(MESSAGE, ASKED)
    with pytest.raises(SignInRefused) as refused:
        check_message(replace(MESSAGE, **changes), ASKED)
    assert refused.value.reason.name == f"sign-in-refused.wallet-{part}"


def test_an_account_is_read_with_its_checksum_or_without() -> None:
    assert parse_account(ACCOUNT) == ACCOUNT[2:].lower()
    assert parse_account(ACCOUNT.lower()) == ACCOUNT[2:].lower()
    assert checksummed(parse_account(ACCOUNT)) == ACCOUNT
    for text in ("", ACCOUNT[2:], ACCOUNT.replace("a", "A", 1), ACCOUNT + "\n", "0x" + "g" * 40):
        with pytest.raises(InvalidAccount):
            parse_account(text)
