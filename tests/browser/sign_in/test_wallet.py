"""A real wallet library (npm viem) signs readers in: by the wallet of the browser, and by hand."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from eth_account import Account
from selenium.webdriver.common.by import By

from ledger_service.adapters.evm.node import Node
from ledger_service.adapters.keys import KeyFolder
from scripts.harness.served_library import ServedLibrary
from tests.browser.conftest import Browser
from tests.browser.sign_in.conftest import KEY, Wallet
from tests.browser.test_pages import axe, fits
from tests.simulators.people.wallets import deploy_wallet

ACCOUNT = Account.from_key(KEY).address


def is_in(browser: Browser) -> bool:
    return bool(browser.driver.find_elements(By.CSS_SELECTOR, "form[action='/sign-out']"))


def shown_message(browser: Browser, account: str) -> str:
    """Ask for the message by hand, and return it."""
    browser.find("#address").send_keys(account)
    browser.find("#asking button").click()
    browser.wait_for(lambda: browser.driver.find_elements(By.ID, "signing"))
    return str(browser.run("return document.getElementById('message').value"))


def enter(browser: Browser, signature: str, message: str | None = None) -> None:
    if message is not None:
        browser.run("document.getElementById('message').value = arguments[0]", message)
    browser.find("#signature").send_keys(signature)
    browser.find("#signing button:not([type=button])").click()


def test_the_wallet_of_the_browser_signs_in(
    fresh: Browser, place: ServedLibrary, wallet: Wallet
) -> None:
    fresh.open(f"{place.url}/sign-in/wallet?lang=en&then=/resources")
    assert fits(fresh)
    assert axe(fresh)["violations"] == []
    fresh.wait_for(lambda: fresh.find("#wallets button").is_displayed())
    assert "Test wallet" in fresh.text("#wallets button")
    fresh.find("#wallets button").click()
    wallet.refuse(fresh)
    fresh.wait_for(lambda: fresh.find("#refused").is_displayed())
    fresh.find("#wallets button").click()
    assert wallet.answer(fresh) == "eth_requestAccounts"
    fresh.wait_for(lambda: fresh.driver.find_elements(By.ID, "signing"))
    assert ACCOUNT in str(fresh.run("return document.getElementById('message').value"))
    assert ACCOUNT not in fresh.driver.current_url
    assert fits(fresh)
    assert axe(fresh)["violations"] == []
    fresh.wait_for(lambda: fresh.find("#sign").is_displayed())
    fresh.find("#sign").click()
    assert wallet.answer(fresh) == "personal_sign"
    fresh.wait_for(lambda: urlsplit(fresh.driver.current_url).path == "/resources")
    assert is_in(fresh)


def test_a_message_is_signed_by_hand(fresh: Browser, place: ServedLibrary, wallet: Wallet) -> None:
    fresh.open(f"{place.url}/sign-in/wallet?lang=en")
    message = shown_message(fresh, ACCOUNT.lower())
    domain = place.url.removeprefix("http://")
    told = wallet.ask(
        {"method": "personal_sign", "params": ["0x" + message.encode().hex()], "domain": domain}
    )
    enter(fresh, told["result"])
    fresh.wait_for(lambda: is_in(fresh))


def test_a_message_that_viem_writes_itself_is_taken_and_others_are_not(
    fresh: Browser, place: ServedLibrary, wallet: Wallet
) -> None:
    fresh.open(f"{place.url}/sign-in/wallet?lang=en")
    lines = dict(
        line.split(": ", 1) for line in shown_message(fresh, ACCOUNT).splitlines() if ": " in line
    )
    good = {
        "domain": place.url.removeprefix("http://"),
        "uri": lines["URI"],
        "version": "1",
        "chainId": int(lines["Chain ID"]),
        "nonce": lines["Nonce"],
    }
    for changes, words in (
        ({"domain": "evil.example"}, "The message is for evil.example"),
        ({"uri": "https://evil.example/"}, "is for the page https://evil.example/"),
        ({"chainId": 1}, "is for chain 1"),
        ({"nonce": "0" * 32}, "belongs to another sign-in"),
    ):
        told = wallet.ask({"method": "own_message", "fields": good | changes})["result"]
        fresh.wait_for(lambda: fresh.driver.find_elements(By.ID, "signing"))
        enter(fresh, told["signature"], told["message"])
        fresh.wait_for(lambda: fresh.driver.find_elements(By.ID, "fault"))
        assert words in fresh.text("#fault")
        assert not is_in(fresh)
        fresh.open(f"{place.url}/sign-in/wallet?lang=en")
        lines["Nonce"] = shown_message(fresh, ACCOUNT).split("Nonce: ")[1].splitlines()[0]
        good["nonce"] = lines["Nonce"]
    told = wallet.ask({"method": "own_message", "fields": good})["result"]
    enter(fresh, told["signature"], told["message"])
    fresh.wait_for(lambda: is_in(fresh))


def test_a_contract_wallet_on_the_library_s_chain_signs_in(
    fresh: Browser, place: ServedLibrary, wallet: Wallet
) -> None:
    """ERC-1271: the account of the message is a contract, whose owner's key signs."""
    keys = Path(place.home) / "keys"
    payer = KeyFolder(keys, keys / "password").secp256k1("admin")
    contract = deploy_wallet(Node(place.chain_url), payer, "OwnedWallet", ("address", ACCOUNT))
    fresh.open(f"{place.url}/sign-in/wallet?lang=en")
    message = shown_message(fresh, "0x" + contract)
    domain = place.url.removeprefix("http://")
    data = "0x" + message.encode().hex()
    told = wallet.ask({"method": "personal_sign", "params": [data], "domain": domain})
    enter(fresh, told["result"][:-2] + "1d")
    fresh.wait_for(lambda: fresh.driver.find_elements(By.ID, "fault"))
    assert "not of this account" in fresh.text("#fault")
    enter(fresh, told["result"])
    fresh.wait_for(lambda: is_in(fresh))
