"""What the page of a paper costs: the table of docs/pages.md, on the first visit and on the next."""

from __future__ import annotations

import math
import re
import time

from selenium.webdriver.common.keys import Keys

from tests.browser.together.conftest import Desk
from tests.unit.test_house_rules import PROJECT

ROWS = re.findall(
    r"^\| ([a-zA-Z' ,]+) \| (\d+) \| (\d+) \|$",
    (PROJECT / "docs" / "pages.md").read_text("utf-8"),
    re.MULTILINE,
)
STALE_KB = 5


def test_the_page_of_a_paper_costs_what_the_table_says(desk: Desk) -> None:
    one = desk.one
    one.command("Network.enable")
    one.command("Network.clearBrowserCache")
    one.driver.refresh()
    one.wait_for_state("saved")
    one.type("$\\frac{a}{b}$")
    one.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    one.wait_for(lambda: one.driver.find_elements("css selector", "#formula .katex"))
    [katex] = [int(files) for row, _, files in ROWS if row.startswith("KaTeX")]
    one.wait_for(lambda: sum("/libraries/katex" in name for name, _, _ in one.loaded()) >= katex)
    found = one.loaded()
    groups = {
        "page": [body for name, body, _ in found if "/me/projects/" in name],
        "own": [body for name, body, _ in found if "/static/" in name and name.endswith(".js")],
        "modules": [
            body for name, body, _ in found if "/libraries/" in name and "katex" not in name
        ],
        "katex": [body for name, body, _ in found if "/libraries/katex" in name],
    }
    one.wait_for_state("saved")
    one.driver.refresh()
    one.wait_for_state("saved")
    time.sleep(0.5)
    came = [came for _, _, came in one.loaded() if came]
    groups["next"] = [sum(came)]
    assert len(ROWS) == len(groups)
    for (row, kilobytes, files), (_, sizes) in zip(ROWS, groups.items(), strict=True):
        size = math.ceil(sum(sizes) / 1000)
        assert 0 <= int(kilobytes) - size <= STALE_KB, (row, size, len(sizes))
        assert int(files) >= len(sizes) >= int(files) - 1, (row, len(sizes))
