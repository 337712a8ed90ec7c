"""The pages of a paper on a phone, in four languages, by axe-core; and that nothing is kept after leaving."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger_service.messages.languages import LANGUAGES
from tests.browser.conftest import PHONE
from tests.browser.test_pages import axe, fits
from tests.browser.together.conftest import Desk

WIDE = {"width": 1100, "height": 900, "deviceScaleFactor": 1, "mobile": False}
TEXT = """# Xamsa

A formula $a_1$, a table and a note.[^1]

| a | b |
|---|--:|
| 1 | 2 |

$$
\\sum_{i=0}^n \\frac{1}{i^2}
$$

    a line of code that is much longer than the screen of a phone is wide, and has to be scrolled

[^1]: A note.
"""


@pytest.fixture
def phone(desk: Desk) -> Iterator[Desk]:
    desk.one.command("Emulation.setDeviceMetricsOverride", **PHONE)
    yield desk
    desk.one.command("Emulation.setDeviceMetricsOverride", **WIDE)


def test_the_pages_of_a_paper_fit_a_phone_and_axe_finds_nothing(phone: Desk) -> None:
    one = phone.one
    one.at_editor("view.dispatch({ changes: { from: 0, insert: given } })", TEXT)
    one.wait_for_state("saved")
    one.at_editor("view.dispatch({ selection: { anchor: 12, head: 20 } })")
    one.find("#comment").click()
    one.find("#comment-text").send_keys("Why?")
    one.find("#new-comment button").click()
    one.wait_for_state("saved")
    base = one.driver.current_url
    for path, language in zip(("", "/read", "/history", "/take-out"), LANGUAGES, strict=True):
        one.open(f"{base}{path}?lang={language}")
        if not path:
            one.wait_for_state("saved")
            one.wait_for(lambda: one.driver.find_elements("css selector", ".comment"))
        assert fits(one), path
        assert axe(one)["violations"] == [], path
    one.open(f"{base}/history?lang=en")
    one.open(str(one.find("ol.timeline a").get_attribute("href")))
    assert "A formula $a_1$" in one.text("main")
    assert fits(one)
    assert axe(one)["violations"] == []
