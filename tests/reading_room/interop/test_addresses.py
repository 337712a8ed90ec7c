"""Every address that docs/interfaces.md names is one of the service; a table leads to each section."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "interfaces.md").read_text("utf-8")
ADDRESS = re.compile(r"`(/(?!/)[^`\s…]*)`")
STANDS_FOR = {"DIGEST": "ab" * 32, "HEX": "ab" * 32, "SCHEME": "local", "INDEX": "1"}
PREFIXES = {"/r51"}  # of addresses
PARTS_OF_A_FEED = "-N."  # whose number must be one that is there


def addresses() -> list[str]:
    found = []
    for address in dict.fromkeys(ADDRESS.findall(PAGE)):
        if address not in PREFIXES and PARTS_OF_A_FEED not in address:
            asked = address.replace("{?query}", "?query=x")
            for word, value in STANDS_FOR.items():
                asked = asked.replace(word, value)
            found.append(asked)
    return found


@pytest.mark.parametrize("address", addresses())
def test_each_address_is_one_of_the_service(library: RunningLibrary, address: str) -> None:
    answer = httpx.get(library.url + address, headers={"Accept": "application/json"})
    assert "route-not-found" not in answer.text
    assert answer.status_code < 500


def test_each_section_is_led_to_from_the_first_table() -> None:
    led = re.findall(r"\]\(#([^)]+)\) \|", PAGE)
    named = re.findall(r"(?m)^## (.+)$", PAGE)
    slugs = [re.sub(r"[^a-z0-9 -]", "", name.lower()).replace(" ", "-") for name in named]
    assert led == slugs
