"""The pages by which accounts of universities and wallets sign in, over HTTP."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from http.cookies import SimpleCookie
from threading import Event, Thread
from time import monotonic
from urllib.parse import urlsplit

import httpx
import pytest
from eth_account import Account
from eth_account.messages import encode_defunct

from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.identity_provider import IdentityProvider
from ledger_service.services.people.connect_provider import connect_provider, remove_provider
from scripts.harness.running_library import RunningLibrary
from scripts.harness.waiting import wait_until
from tests.simulators.people.browser import COOKIE, BrowserSimulator
from tests.simulators.people.provider import CLIENT, SECRET, ProviderSimulator, providing

FLOW = "__Host-muhr-flow"
UNIVERSITY = "__Host-muhr-university"
KEY = "0x" + "11" * 32


class Browser(BrowserSimulator):
    """A browser that keeps secure cookies of its own machine, as browsers do."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.kept: dict[str, str] = {}
        self.event_hooks = {"request": [self._send], "response": [self._keep]}

    def _send(self, request: httpx.Request) -> None:
        request.headers["cookie"] = "; ".join(
            f"{name}={value}" for name, value in self.kept.items()
        )

    def _keep(self, answer: httpx.Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                if name.startswith("__Host-"):
                    assert morsel["secure"]
                    assert morsel["httponly"]
                    assert (morsel["path"], morsel["domain"]) == ("/", "")
                self.kept[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.kept[name]


@pytest.fixture
def browser(library: RunningLibrary) -> Iterator[Browser]:
    with Browser(library.url) as found:
        yield found


@pytest.fixture
def provider(library: RunningLibrary) -> Iterator[ProviderSimulator]:
    ours = library.opened.library
    operator = Caller.operator(ours.steward)
    with providing(ours.clock) as found:
        made = IdentityProvider("tatu", "TATU <b>", found.issuer, CLIENT)
        connect_provider(ours.store, ours.clock, ours.universities, operator, made, SECRET)
        yield found
        remove_provider(ours.store, ours.clock, ours.universities, operator, "tatu")


@pytest.fixture
def wallets(library: RunningLibrary) -> Iterator[None]:
    """Let wallets sign in."""
    ours = library.app.state.library
    library.app.state.library = replace(ours, limits=replace(ours.limits, takes_wallets=True))
    yield
    library.app.state.library = ours


def come_back(browser: Browser, provider: ProviderSimulator, **changes: str) -> httpx.Response:
    """Begin at the university, say yes there, and come back with what it says."""
    sent = browser.get("/sign-in/university/tatu?then=/resources")
    assert sent.status_code == 303
    brought = provider.consent(sent.headers["location"]) | changes
    return browser.get("/sign-in/university/tatu/answer", params=brought)


def test_an_account_of_a_university_signs_in_and_out(
    browser: Browser, provider: ProviderSimulator
) -> None:
    page = browser.get("/sign-in?then=/resources").text
    assert 'href="/sign-in/university/tatu?then=/resources"' in page
    assert "TATU &lt;b&gt;" in page
    answer = come_back(browser, provider)
    assert (answer.status_code, answer.headers["location"]) == (303, "/resources")
    assert set(browser.kept) == {COOKIE, UNIVERSITY}
    assert provider.person not in str(browser.kept)
    assert "/sign-out" in browser.get("/").text
    out = browser.post("/sign-out")
    assert out.headers["location"] == "/sign-in/university/tatu/left"
    told = browser.get(out.headers["location"]).text
    assert html.escape(f"{provider.issuer}/logout?client_id={CLIENT}") in told
    assert browser.kept == {}
    assert "/sign-out" not in browser.get("/").text


def test_the_address_of_the_university_has_all_that_protects(
    browser: Browser, provider: ProviderSimulator
) -> None:
    sent = browser.get("/sign-in/university/tatu").headers["location"]
    asked = dict(part.split("=", 1) for part in urlsplit(sent).query.split("&"))
    assert asked["response_type"] == "code"
    assert asked["scope"] == "openid"
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert SECRET not in sent


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": "x"}, "belongs to another sign-in"),
        ({"code": "x"}, "did not accept its own answer"),
        ({"iss": "https://evil.example"}, "comes from another provider"),
        ({"error": "access_denied"}, "canceled at the university"),
    ],
)
def test_a_changed_answer_lets_nobody_in(
    browser: Browser, provider: ProviderSimulator, changes: dict[str, str], words: str
) -> None:
    answer = come_back(browser, provider, **changes)
    assert answer.status_code == 403
    assert words in answer.text
    assert COOKIE not in browser.kept
    assert answer.headers["cache-control"] == "no-store"


def test_an_answer_without_its_browser_lets_nobody_in(
    library: RunningLibrary, browser: Browser, provider: ProviderSimulator
) -> None:
    sent = browser.get("/sign-in/university/tatu")
    brought = provider.consent(sent.headers["location"])
    with Browser(library.url) as other:
        answer = other.get("/sign-in/university/tatu/answer", params=brought)
        assert answer.status_code == 403
        assert other.kept == {}


def test_a_provider_that_is_away_is_told_of(browser: Browser, provider: ProviderSimulator) -> None:
    provider.status = 500
    answer = browser.get("/sign-in/university/tatu")
    assert answer.status_code == 503
    assert "does not answer now" in answer.text
    assert browser.get("/sign-in/university/nobody").status_code == 404


def test_who_signs_out_after_their_university_was_removed_is_led_to_the_first_page(
    browser: Browser, provider: ProviderSimulator
) -> None:
    come_back(browser, provider)
    browser.kept[UNIVERSITY] = "gone"
    out = browser.post("/sign-out")
    assert browser.get(out.headers["location"]).headers["location"] == "/"
    assert browser.kept == {}


def test_a_provider_that_is_slow_holds_up_nobody_else(
    library: RunningLibrary, browser: Browser, provider: ProviderSimulator
) -> None:
    """More people wait for it than there are threads for all other pages."""
    come_back(browser, provider)
    answered = Event()
    provider.wait = lambda: answered.wait(20)
    told: list[int] = []

    def begin() -> None:
        with Browser(library.url) as other:
            told.append(other.get("/sign-in/university/slow").status_code)

    ours = library.app.state.library
    made = IdentityProvider("slow", "slow", provider.issuer + "/slow", CLIENT)
    operator = Caller.operator(ours.steward)
    connect_provider(ours.store, ours.clock, ours.universities, operator, made, None)
    threads = [Thread(target=begin) for _ in range(60)]
    try:
        for thread in threads:
            thread.start()
        wait_until(lambda: sum("/slow" in path for path in provider.asked) >= 12, "a full pool")
        until = monotonic() + 3
        while (started := monotonic()) < until:  # the others come meanwhile
            assert browser.get("/sign-in").status_code == 303
            assert monotonic() - started < 4  # less than the provider is waited for
    finally:
        answered.set()
        for thread in threads:
            thread.join()
        remove_provider(ours.store, ours.clock, ours.universities, operator, "slow")
    assert len(told) == 60
    assert 200 not in told


def test_a_university_tells_that_somebody_signed_out(
    browser: Browser, provider: ProviderSimulator
) -> None:
    come_back(browser, provider)
    token = provider.logout_token()
    path = "/sign-in/university/tatu/logout-token"
    assert (
        httpx.post(str(browser.base_url).rstrip("/") + path, data={"logout_token": "x"}).status_code
        == 400
    )
    done = httpx.post(str(browser.base_url).rstrip("/") + path, data={"logout_token": token})
    assert done.status_code == 200
    assert "/sign-out" not in browser.get("/").text


def message_on(page: str) -> str:
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def ask(browser: Browser) -> str:
    """Return the message that the test's account is to sign."""
    assert browser.get("/sign-in/wallet?then=/resources").status_code == 200
    account = Account.from_key(KEY).address
    page = browser.post("/sign-in/wallet/message", data={"address": account})
    assert page.status_code == 200
    return message_on(page.text)


def sign(text: str) -> str:
    return "0x" + Account.sign_message(encode_defunct(text=text), KEY).signature.hex()


@pytest.mark.usefixtures("wallets")
def test_a_wallet_signs_in_by_hand(browser: Browser) -> None:
    assert 'href="/sign-in/wallet"' in browser.get("/sign-in").text
    text = ask(browser)
    fields = {"message": text.replace("\n", "\r\n"), "signature": sign(text)}
    answer = browser.post("/sign-in/wallet", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/resources")
    assert set(browser.kept) == {COOKIE}


@pytest.mark.usefixtures("wallets")
def test_a_message_is_taken_once_and_from_its_browser(
    library: RunningLibrary, browser: Browser
) -> None:
    text = ask(browser)
    fields = {"message": text, "signature": sign(text)}
    with Browser(library.url) as other:
        ask(other)
        assert other.post("/sign-in/wallet", data=fields).status_code == 403
    flow = browser.kept[FLOW]
    assert browser.post("/sign-in/wallet", data=fields).status_code == 303
    browser.kept[FLOW] = flow
    again = browser.post("/sign-in/wallet", data=fields)
    assert (again.status_code, "was used already" in again.text) == (403, True)


@pytest.mark.usefixtures("wallets")
def test_a_message_can_be_signed_once_more_if_the_signature_was_another(browser: Browser) -> None:
    text = ask(browser)
    for signature in ("x", "0x" + "ab" * 65):
        page = browser.post("/sign-in/wallet", data={"message": text, "signature": signature})
        assert page.status_code == 403
        assert message_on(page.text).replace("\r\n", "\n") == text
    fields = {"message": text, "signature": sign(text)}
    assert browser.post("/sign-in/wallet", data=fields).status_code == 303


@pytest.mark.usefixtures("wallets")
def test_another_site_s_page_signs_nobody_in(browser: Browser) -> None:
    text = ask(browser)
    fields = {"message": text, "signature": sign(text)}
    for path in ("/sign-in/wallet", "/sign-in/wallet/message"):
        answer = browser.post(path, data=fields, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
    assert COOKIE not in browser.kept


@pytest.mark.usefixtures("wallets")
@pytest.mark.parametrize("address", ["", "alice.eth", "0x" + "Ab" * 20])
def test_a_mistyped_account_is_told_on_its_form(browser: Browser, address: str) -> None:
    browser.get("/sign-in/wallet")
    page = browser.post("/sign-in/wallet/message", data={"address": address})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text


def test_wallets_are_not_asked_for_where_they_do_not_sign_in(browser: Browser) -> None:
    assert "/sign-in/wallet" not in browser.get("/sign-in").text
    assert browser.get("/sign-in/wallet").status_code == 403
