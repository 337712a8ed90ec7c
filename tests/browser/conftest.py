"""What the browser's tests share: a served library, files and evidence, and Chromium on a phone's screen."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from scripts.harness.served_library import ServedLibrary

WAIT_SECONDS = 30
MOST_TABS = 60  # until a control must have been reached, once around the page
PHONE = {"width": 320, "height": 640, "deviceScaleFactor": 2, "mobile": True}
FORGET = (
    "const done = arguments[0]; navigator.serviceWorker.getRegistrations()"
    ".then((all) => Promise.all(all.map((one) => one.unregister()))).then(done)"
)
LOADED = (
    "return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
    ".map(({name, encodedBodySize, transferSize}) => [name, encodedBodySize, transferSize])"
)
NO_SCRIPT = {"profile.managed_default_content_settings.javascript": 2}


@dataclass(frozen=True)
class Shelf:
    """A served library and a student's folder: files, and evidence about them."""

    library: ServedLibrary
    folder: Path

    @property
    def url(self) -> str:
        return self.library.url

    def __getitem__(self, name: str) -> Path:
        return self.folder / name

    def digest(self, name: str) -> str:
        return hashlib.sha256(self[name].read_bytes()).hexdigest()


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Yield a library that has the book and has never seen the stranger; the changed book is off by a bit."""
    folder = tmp_path_factory.mktemp("student")
    book = bytes(range(256)) * 5000
    (folder / "book").write_bytes(book)
    (folder / "changed").write_bytes(book[:-1] + b"\xfe")
    (folder / "closed").write_bytes(b"a page for some readers")
    (folder / "stranger").write_bytes(b"a file that no library has seen")
    with ServedLibrary(tmp_path_factory.mktemp("library"), "library.test/browser") as library:
        shelf = Shelf(library, folder)
        library.muhr("register", str(shelf["book"]), "--license", "CC0-1.0")
        library.license("lent-here", longest_loan_seconds=7 * 86_400)
        library.register(shelf["closed"].read_bytes(), license="lent-here", title="Lent to readers")
        library.at_rest()
        pages = ["--pdf", str(shelf["receipt.pdf"])]
        for name in ("receipt.json", "receipt.json.gz"):
            library.muhr("receipt", shelf.digest("book"), "-o", str(shelf[name]), *pages)
        library.muhr("absence", shelf.digest("stranger"), "-o", str(shelf["absence.json"]))
        yield shelf


class Browser:
    """Chromium on a phone's screen, used by the keyboard alone."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, wherever the focus is."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def reach(self, control: str) -> WebElement:
        """Return a control, by its CSS selector, once the Tab key has led to it."""
        wanted = self.find(control)
        for _ in range(MOST_TABS):
            self.press(Keys.TAB)
            if self.driver.switch_to.active_element == wanted:
                style = self.run("return getComputedStyle(arguments[0]).outlineStyle", wanted)
                assert style != "none", f"the focus on {control} cannot be seen"
                return wanted
        raise AssertionError(f"{control} is not reached by the Tab key")

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def wait_for(self, what: Callable[[], object], seconds: int = WAIT_SECONDS) -> None:
        """Wait until it is true; what is looked at may go meanwhile, as when another page comes."""
        gone = [StaleElementReferenceException]
        WebDriverWait(self.driver, seconds, 0.1, gone).until(lambda _: what())

    def open(self, address: str) -> None:
        """Open a page, and wait for its scripts to have run."""
        self.driver.get(address)

    def run(self, script: str, *arguments: object) -> object:
        return self.driver.execute_script(script, *arguments)

    def command(self, name: str, **parameters: object) -> None:
        """Give a command of the Chrome DevTools Protocol."""
        self.driver.execute_cdp_cmd(name, parameters)

    def prefer(self, **media: str) -> None:
        """Be as somebody has it who prefers this and nothing else, such as prefers_color_scheme="dark"."""
        features = [
            {"name": name.replace("_", "-"), "value": value} for name, value in media.items()
        ]
        self.command("Emulation.setEmulatedMedia", features=features)

    def open_anew(self, address: str) -> None:
        """Open a page as at first, when no service worker gives what it keeps."""
        self.open(address)
        self.forget_workers()
        self.open(address)

    def forget_workers(self) -> None:
        """Leave the page, and have no service worker for others: what one gives did not come by the line."""
        self.driver.execute_async_script(FORGET)
        self.open("about:blank")

    def text(self, selector: str) -> str:
        return self.find(selector).text

    def loaded(self) -> list[tuple[str, int, int]]:
        """Return all that the page has loaded, itself first: address, bytes of the body, bytes on the line.

        What was asked for twice is told twice.
        """
        found: Any = self.run(LOADED)
        return [tuple(item) for item in found]


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is missing: run scripts/browser_tools.sh")
    return found


def start(folder: Path, preferences: dict[str, object], *more: str) -> Chrome:
    """Start a browser with a profile of its own. more: switches."""
    options = ChromeOptions()
    options.binary_location = program("chromium")
    arguments = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    arguments += [
        "--no-proxy-server",
        "--disable-background-networking",
        f"--user-data-dir={folder}",
    ]
    # Chromium refuses its sandbox to root, as which CI may run; nothing is opened but our own pages.
    arguments += ["--no-sandbox"] if os.geteuid() == 0 else []
    for argument in [*arguments, *more]:
        options.add_argument(argument)
    options.add_experimental_option("prefs", preferences)
    return Chrome(options, ChromeService(program("chromedriver")))


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    driver = start(tmp_path_factory.mktemp("profile"), {})
    yield driver
    driver.quit()


@pytest.fixture
def browser(chromium: Chrome) -> Iterator[Browser]:
    """Yield the browser; whatever a test changed of its network or media is undone."""
    browser = Browser(chromium)
    yield browser
    browser.prefer()
    chromium.execute_cdp_cmd("Network.disable", {})
    chromium.get("about:blank")


@pytest.fixture
def browser_without_scripts(tmp_path: Path) -> Iterator[Browser]:
    driver = start(tmp_path / "profile", NO_SCRIPT)
    yield Browser(driver)
    driver.quit()
