"""News in a browser: the button, the service worker that shows a push, and what a library sends.

Chromium reaches no push service from here. So the browser is given one on this machine in place of its
maker's; what the page, its service worker and the library do with it is real.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from scripts.harness.served_library import ServedLibrary
from scripts.harness.waiting import wait_until
from tests.browser.conftest import Browser, Shelf
from tests.browser.me.test_shelf import come
from tests.browser.test_looks import check_looks
from tests.browser.test_pages import fits
from tests.simulators.people.push_service import BrowserKeys, PushService, push_service, text_of

STAND_IN = """
  window.subscribedFor = null;
  const told = TOLD;
  const made = {endpoint: told.endpoint, toJSON: () => told, unsubscribe: async () => {
    localStorage.removeItem("subscribed");
    return true;
  }};
  PushManager.prototype.getSubscription = async () => localStorage.getItem("subscribed") ? made : null;
  PushManager.prototype.subscribe = async (options) => {
    window.subscribedFor = [options.userVisibleOnly, options.applicationServerKey.length];
    localStorage.setItem("subscribed", "yes");
    return made;
  };
"""
ASK = """
  const done = arguments[1];
  const body = JSON.stringify({digest: arguments[0]});
  const headers = {"Content-Type": "application/json"};
  fetch("/api/v1/requests", {method: "POST", headers, body}).then((one) => one.json()).then(done);
"""
MOST_REGISTRATIONS = 20
SHOWN = """
  const done = arguments[0];
  navigator.serviceWorker.getRegistration("/me").then((one) => one.getNotifications())
    .then((all) => done(all.map(({title, body, lang}) => [title, body, lang])));
"""


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    with push_service() as made:
        yield made


@pytest.fixture(scope="module")
def shelf(service: PushService, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    folder = tmp_path_factory.mktemp("pushes")
    settings = {
        "MUHR_PUSH": "on",
        "MUHR_CONTACT": "library@example.org",
        "MUHR_TOLD_HOSTS": service.host,
    }
    with ServedLibrary(folder, "library.test/pushes", settings=settings) as library:
        library.license("one-seat", seats=1, longest_loan_seconds=86_400)
        yield Shelf(library, folder)


def deliver(browser: Browser, shelf: Shelf, text: str) -> None:
    """Let a push come to the service worker of the site, as the browser does once it has decrypted one.

    Registrations are numbered from 0, and those of other sites take none of it.
    """
    browser.command("ServiceWorker.enable")
    for number in range(MOST_REGISTRATIONS):
        browser.command(
            "ServiceWorker.deliverPushMessage",
            origin=shelf.url,
            registrationId=str(number),
            data=text,
        )


def shown(browser: Browser) -> list[list[str]]:
    found: Any = browser.driver.execute_async_script(SHOWN)
    return list(found)


def test_a_reader_has_this_browser_show_that_there_is_news(
    browser: Browser, shelf: Shelf, service: PushService
) -> None:
    keys = BrowserKeys()
    told = {
        "endpoint": service.endpoint("browser"),
        "keys": {"p256dh": text_of(keys.point), "auth": text_of(keys.secret)},
    }
    script = STAND_IN.replace("TOLD", json.dumps(told))
    browser.command("Page.addScriptToEvaluateOnNewDocument", source=script)
    browser.command("Browser.grantPermissions", origin=shelf.url, permissions=["notifications"])
    come(browser, shelf, "/me")
    button = browser.find("#pushes button:not(.second)")
    browser.wait_for(button.is_displayed)
    assert fits(browser)
    check_looks(browser)
    button.click()
    browser.wait_for(
        lambda: "will show that there is news" in browser.text("#pushes [role=status]")
    )
    assert browser.run("return window.subscribedFor") == [True, 65]
    browser.open(f"{shelf.url}/me")
    browser.wait_for(browser.find("#pushes button.second").is_displayed)
    assert not browser.find("#pushes button:not(.second)").is_displayed()
    digest = shelf.library.register(b"lent to one", license="one-seat", title="Lent to one")[
        "digest"
    ]
    shelf.library.at_rest()
    asked: Any = browser.driver.execute_async_script(ASK, digest)
    registrar = shelf.library.client("registrar")
    approved = registrar.post(f"/requests/{asked['request']}/approval")
    assert approved.status_code < 300, approved.text
    wait_until(lambda: service.pushes, "no push came")
    text = keys.opened(service.pushes[0][2]).decode()
    assert digest not in text
    assert shown(browser) == []
    deliver(browser, shelf, text)
    browser.wait_for(lambda: shown(browser))
    assert shown(browser) == [
        ["There is news in your library", "Open your library to read it.", "en"]
    ]
    browser.open(f"{shelf.url}/me")
    browser.find("#pushes button.second").click()
    browser.wait_for(lambda: "no news any more" in browser.text("#pushes [role=status]"))
    browser.open(f"{shelf.url}/me")
    browser.wait_for(browser.find("#pushes button:not(.second)").is_displayed)
    assert browser.find("#pushes").get_attribute("data-browsers") == ""
