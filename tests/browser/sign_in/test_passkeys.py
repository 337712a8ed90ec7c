"""Passkeys in a real browser, whose device is a virtual one: added, used, refused, taken away."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions

from tests.browser.conftest import Browser, Shelf
from tests.browser.test_pages import axe, fits
from tests.browser.test_verifying import give, submit

OWN = "/me/sessions/passkeys"


@pytest.fixture
def device(browser: Browser) -> Iterator[Browser]:
    """Return the browser with a device that verifies its user and keeps passkeys."""
    options = VirtualAuthenticatorOptions(
        protocol=VirtualAuthenticatorOptions.Protocol.CTAP2,
        transport=VirtualAuthenticatorOptions.Transport.INTERNAL,
        has_resident_key=True,
        has_user_verification=True,
        is_user_verified=True,
    )
    browser.driver.add_virtual_authenticator(options)
    yield browser
    browser.driver.remove_virtual_authenticator()


def at(shelf: Shelf, path: str) -> str:
    """Return an address by name: a passkey is bound to a host, and an IP address is none."""
    return shelf.url.replace("127.0.0.1", "localhost") + path


def leave(browser: Browser, shelf: Shelf) -> None:
    browser.open(at(shelf, "/"))
    browser.command("Network.clearBrowserCookies")


def come_by_token(browser: Browser, shelf: Shelf, path: str) -> None:
    browser.open(at(shelf, f"/sign-in?lang=en&then={path}"))
    give(browser, "#token", shelf.library.kept_token("registrar"))
    submit(browser, "form[action='/sign-in/token']")
    browser.wait_for(lambda: browser.driver.find_elements(By.CSS_SELECTOR, ".own-keys"))


def passkeys(browser: Browser) -> list[str]:
    """Return what names the passkeys of the page, at one moment: the page may be on its way to the next."""
    found = "[...document.querySelectorAll('.own-keys .digest')].map((each) => each.innerText)"
    names: list[str] = browser.run(f"return {found}")
    return names


def test_a_passkey_is_added_lets_in_and_is_taken_away(device: Browser, shelf: Shelf) -> None:
    leave(device, shelf)
    come_by_token(device, shelf, OWN)
    assert fits(device)
    axe(device)
    submit(device, "form[data-passkey]")
    device.wait_for(lambda: len(passkeys(device)) == 1)
    assert len(device.driver.get_credentials()) == 1
    leave(device, shelf)
    device.open(at(shelf, f"/sign-in/passkey?lang=en&then={OWN}"))
    assert fits(device)
    axe(device)
    submit(device, "form[data-passkey]")
    device.wait_for(lambda: len(passkeys(device)) == 1)
    [cookie] = [each for each in device.driver.get_cookies() if each["name"] == "__Host-muhr"]
    told = {key: cookie[key] for key in ("httpOnly", "secure", "sameSite", "path")}
    assert told == {"httpOnly": True, "secure": True, "sameSite": "Lax", "path": "/"}
    submit(device, "form[action$='/remove']")
    device.wait_for(lambda: passkeys(device) == [])
    leave(device, shelf)
    device.open(at(shelf, "/sign-in/passkey?lang=en"))
    submit(device, "form[data-passkey]")
    device.wait_for(lambda: device.driver.find_elements(By.ID, "fault"))
    assert "does not let you in here" in device.text("#fault")


def test_an_answer_is_good_once_and_only_where_it_was_asked_for(
    device: Browser, shelf: Shelf
) -> None:
    leave(device, shelf)
    come_by_token(device, shelf, OWN)
    submit(device, "form[data-passkey]")
    device.wait_for(lambda: len(passkeys(device)) == 1)
    leave(device, shelf)
    device.open(at(shelf, "/sign-in/passkey?lang=en"))
    [flow] = [each for each in device.driver.get_cookies() if each["name"] == "__Host-muhr-flow"]
    answer = device.driver.execute_async_script(
        "const done = arguments[0];"
        "const options = JSON.parse(document.querySelector('form[data-passkey]').dataset.options);"
        "const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);"
        "navigator.credentials.get({publicKey}).then((c) => done(JSON.stringify(c.toJSON())));"
    )

    def sent(text: str, carried: str) -> int:

        headers = {"Sec-Fetch-Site": "same-origin", "Cookie": f"__Host-muhr-flow={carried}"}
        fields = {"answer": text}
        return httpx.post(at(shelf, "/sign-in/passkey"), data=fields, headers=headers).status_code

    changed = json.loads(answer)
    changed["response"]["signature"] = changed["response"]["signature"][:-4] + "AAAA"
    assert sent(json.dumps(changed), flow["value"]) == 403
    assert sent(answer, "") == 403
    assert sent("{}", flow["value"]) == 403
    assert sent("[" * 5000, flow["value"]) == 403
    device.open(at(shelf, "/sign-in/passkey?lang=en"))
    [other] = [each for each in device.driver.get_cookies() if each["name"] == "__Host-muhr-flow"]
    assert sent(answer, other["value"]) == 403  # asked for elsewhere
    assert sent(answer, flow["value"]) == 303
    assert sent(answer, flow["value"]) == 403  # once
