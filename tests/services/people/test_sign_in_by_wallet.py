"""Signing in by a wallet: what is signed, who is let in, and every message that lets nobody in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger_service.domain.chain.account import checksummed
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.errors import ChainUnavailable, InvalidAccount, SignInRefused
from ledger_service.domain.instant import instant
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.sign_in_message import SignInMessage
from ledger_service.services.limits import Limits
from ledger_service.services.people.sign_in.by_wallet import (
    begin_by_wallet,
    end_by_wallet,
    message_for,
)
from tests.simulators.bench import Bench
from tests.simulators.parts.signed_intents import signature_by

URL = "https://library.uz"
ACCOUNT = "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"
WRITTEN = checksummed(ACCOUNT)


@pytest.fixture
def open_bench(new_bench: Callable[..., Bench]) -> Bench:
    """Return a library in which wallets sign in."""
    return new_bench(Limits(takes_wallets=True))


def sign(text: str, account: str = ACCOUNT) -> str:
    """Return what the simulated chain takes for the account's signature of a text."""
    data = text.encode()
    digest = keccak256(b"\x19Ethereum Signed Message:\n%d" % len(data) + data)
    return "0x" + (signature_by(bytes.fromhex(account)) + digest).hex()


def asked(bench: Bench, then: str = "") -> tuple[SignInMessage, str]:
    sealed = begin_by_wallet(bench.library, then)
    return SignInMessage.parse(message_for(bench.library, URL, WRITTEN, sealed)), sealed


def end(bench: Bench, message: SignInMessage, sealed: str) -> str:
    text = message.format()
    return end_by_wallet(bench.library, URL, text, sign(text), sealed).subject.name


def refused(bench: Bench, message: SignInMessage, sealed: str, part: str) -> None:
    with pytest.raises(SignInRefused) as told:
        end(bench, message, sealed)
    assert told.value.reason.name == f"sign-in-refused.{part}"


def test_the_message_says_what_it_is_for(open_bench: Bench) -> None:
    message, _ = asked(open_bench)
    assert (message.domain, message.address) == ("library.uz", WRITTEN)
    assert message.uri == "https://library.uz/sign-in/wallet"
    assert message.chain_id == open_bench.chain.chain_id
    assert message.statement is not None
    assert message.statement.isascii()
    assert len(message.nonce) == 32


def test_the_same_wallet_is_the_same_reader(open_bench: Bench) -> None:
    first = end(open_bench, *asked(open_bench))
    assert end(open_bench, *asked(open_bench)) == first
    message, sealed = asked(open_bench)
    text = message.format().replace("\n", "\r\n")  # as a browser's form sends it
    who = end_by_wallet(open_bench.library, URL, text, sign(message.format()), sealed)
    assert (who.subject.name, who.subject.role) == (first, Role.READER)
    for file in open_bench.folder.rglob("muhr.db*"):
        data = file.read_bytes().lower()
        assert ACCOUNT.encode() not in data
        assert bytes.fromhex(ACCOUNT) not in data


def test_a_wanted_page_is_remembered(open_bench: Bench) -> None:
    message, sealed = asked(open_bench, "/resources")
    text = message.format()
    who = end_by_wallet(open_bench.library, URL, text, sign(text), sealed)
    assert who.then == "/resources"


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"domain": "evil.uz"}, "wallet-domain"),
        ({"uri": "https://evil.uz/sign-in/wallet"}, "wallet-uri"),
        ({"chain_id": 1}, "wallet-chain"),
        ({"nonce": "0" * 32}, "wallet-nonce"),
        ({"issued_at": "2020-01-01T00:00:00Z"}, "wallet-time"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "wallet-time"),
        ({"not_before": "2100-01-01T00:00:00Z"}, "wallet-time"),
        ({"address": WRITTEN.lower()}, "wallet-account"),
        ({"statement": "Oʻqish"}, "wallet-form"),
    ],
)
def test_another_message_is_refused(open_bench: Bench, changes: dict, part: str) -> None:
    message, sealed = asked(open_bench)
    refused(open_bench, replace(message, **changes), sealed, part)


def test_a_message_is_used_once_and_in_its_browser_and_time(open_bench: Bench) -> None:
    message, sealed = asked(open_bench)
    other, other_sealed = asked(open_bench)
    refused(open_bench, message, other_sealed, "wallet-nonce")
    refused(open_bench, message, "", "flow-missing")
    end(open_bench, message, sealed)
    refused(open_bench, message, sealed, "flow-spent")
    open_bench.clock.advance(600)
    refused(open_bench, other, other_sealed, "flow-ended")


@pytest.mark.parametrize(
    ("signature", "part"),
    [
        ("", "wallet-signature-form"),
        ("0x", "wallet-signature-form"),
        ("0xabc", "wallet-signature-form"),
        ("ab" * 65, "wallet-signature-form"),
        ("0x" + "ab" * 8193, "wallet-signature-form"),
        ("0x" + "ab" * 65, "wallet-signature"),
    ],
)
def test_what_the_account_did_not_sign_is_refused(
    open_bench: Bench, signature: str, part: str
) -> None:
    message, sealed = asked(open_bench)
    with pytest.raises(SignInRefused) as told:
        end_by_wallet(open_bench.library, URL, message.format(), signature, sealed)
    assert told.value.reason.name == f"sign-in-refused.{part}"


def test_another_accounts_signature_is_refused(open_bench: Bench) -> None:
    message, sealed = asked(open_bench)
    text = message.format()
    with pytest.raises(SignInRefused, match="wallet-signature"):
        end_by_wallet(open_bench.library, URL, text, sign(text, "ab" * 20), sealed)
    with pytest.raises(SignInRefused, match="wallet-signature"):
        end_by_wallet(open_bench.library, URL, text, sign(text + " "), sealed)


def test_where_the_chain_does_not_answer_nobody_is_let_in(open_bench: Bench) -> None:
    message, sealed = asked(open_bench)
    open_bench.chain.is_away = True
    with pytest.raises(ChainUnavailable):
        end(open_bench, message, sealed)
    open_bench.chain.is_away = False
    end(open_bench, message, sealed)  # the message was not used up


def test_a_mistyped_account_is_told(open_bench: Bench) -> None:
    sealed = begin_by_wallet(open_bench.library, "")
    for text in (WRITTEN[:-1], WRITTEN.swapcase(), "alice.eth"):
        with pytest.raises(InvalidAccount):
            message_for(open_bench.library, URL, text, sealed)


def test_wallets_sign_in_only_where_the_operator_wants_it(bench: Bench) -> None:
    message, sealed = asked(bench)
    refused(bench, message, sealed, "wallet-off")


def test_times_stand_as_the_standard_has_them(open_bench: Bench) -> None:
    message, _ = asked(open_bench)
    assert message.issued_at == instant(open_bench.clock())
    assert message.expires_at == instant(open_bench.clock() + 600)
