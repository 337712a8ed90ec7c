"""Pictures of the pages, for people who read of them: `make screens` keeps them in docs/screens."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.conftest import Browser, Shelf
from tests.browser.test_own_node import AUTHENTIC, name_node
from tests.browser.test_verifying import choose
from tests.unit.test_house_rules import PROJECT

KEEP_IN = os.environ.get("MUHR_SCREENS", "")
LARGEST_BYTES = 60_000
COLORS = 48
PHONE, DESK = (360, 760), (1280, 800)


def checked(browser: Browser, shelf: Shelf) -> None:
    """Have the browser check the book itself."""
    browser.open(f"{shelf.url}/verify?lang=en")
    choose(browser, shelf["book"])
    browser.wait_for(lambda: "/verify?digest=" in browser.driver.current_url)
    name_node(browser, shelf.library.chain_url)
    browser.wait_for(lambda: browser.text("h1") == AUTHENTIC)
    browser.run("scrollTo(0, 0)")


def several(browser: Browser, shelf: Shelf) -> None:
    """Have three files checked at once."""
    browser.open(f"{shelf.url}/?lang=ru")
    choose(browser, shelf["book"], shelf["stranger"], shelf["closed"])
    browser.wait_for(lambda: browser.text("#summary"))


def opened(path: str) -> Callable[[Browser, Shelf], None]:
    def open_(browser: Browser, shelf: Shelf) -> None:
        browser.open(shelf.url + path.format(stranger=shelf.digest("stranger")))

    return open_


SCREENS = {
    "home": (opened("/?lang=uz"), DESK, "light"),
    "home-phone": (opened("/?lang=uz"), PHONE, "light"),
    "several": (several, DESK, "light"),
    "authentic-phone": (checked, PHONE, "light"),
    "authentic-dark": (checked, DESK, "dark"),
    "unknown-phone": (opened("/verify?digest={stranger}&lang=uz-Cyrl"), PHONE, "light"),
    "help": (opened("/help?lang=en#authentic"), DESK, "light"),
    "failure-phone": (opened("/nothing?lang=ru"), PHONE, "dark"),
}


@pytest.mark.parametrize("name", SCREENS)
def test_a_picture_of_a_page_is_small(
    browser: Browser, shelf: Shelf, tmp_path: Path, name: str
) -> None:
    show, (width, height), scheme = SCREENS[name]
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.command("Emulation.setDeviceMetricsOverride", **size)
    browser.prefer(prefers_color_scheme=scheme)
    show(browser, shelf)
    shot = browser.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
    browser.driver.delete_all_cookies()
    folder = PROJECT / KEEP_IN if KEEP_IN else tmp_path
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.webp"
    picture = Image.open(io.BytesIO(base64.b64decode(shot["data"]))).convert("RGB")
    picture.quantize(COLORS).convert("RGB").save(file, "WEBP", lossless=True, method=6)
    assert 2_000 < file.stat().st_size <= LARGEST_BYTES
