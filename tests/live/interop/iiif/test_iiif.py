"""Works are opened by readers of IIIF that are not ours: @iiif/parser, Mirador, Universal Viewer."""

from __future__ import annotations

import io
import json
import os
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from PIL import Image
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from scripts.build_verifier import NODE_HOME
from tests.browser.conftest import Browser
from tests.live.interop.iiif.conftest import Works
from tests.reading_room.interop.iiif.presentation_rules import check_collection, check_manifest

PARSE = Path(__file__).with_name("parse.cjs")
MIRADOR, UNIVERSAL = "mirador", "uv"
TITLES = {
    "book": "Денгиз чироғи",
    "large": "Katta surat",
    "small": "A small picture",
    "sound": "The wind",
    "film": "A film",
    "lent": "A lent picture",
}
LOADED = "return performance.getEntriesByType('resource').map((one) => one.name)"
PLAYED = (
    "const one = document.querySelector('audio, video'); one.muted = true; one.play().catch(() => 0);"
    "return [one.currentTime, one.duration, one.error && one.error.message]"
)


def manifest_of(site: httpx.Client, digest: str) -> dict[str, Any]:
    told: dict[str, Any] = site.get(f"/iiif/{digest}/manifest.json").json()
    check_manifest(told)
    return told


def opened(screen: Browser, pages: str, viewer: str, manifest: str) -> None:
    screen.open("about:blank")
    screen.open(f"{pages}/{viewer}.html?manifest={quote(manifest, safe='')}")


def asked(screen: Browser, site: httpx.Client) -> list[str]:
    """Return what the viewer has asked the library for; all of it is there."""
    names = [name for name in screen.run(LOADED) if name.startswith(str(site.base_url))]
    for name in dict.fromkeys(names):
        assert site.get(name).status_code == 200, name
    return names


def drawn(screen: Browser, selector: str) -> Image.Image:
    """Return the middle of what a viewer shows, by a screenshot: scripts may not read what is foreign."""
    data = screen.find(selector).screenshot_as_png
    whole = Image.open(io.BytesIO(data)).convert("RGB")
    width, height = whole.size
    return whole.crop((width * 2 // 5, height * 2 // 5, width * 3 // 5, height * 3 // 5))


def colors(image: Image.Image) -> int:
    return len(image.getcolors(image.width * image.height) or [])


CANVAS = {MIRADOR: ".openseadragon-canvas canvas", UNIVERSAL: ".openseadragon-canvas canvas"}


def test_the_parser_of_iiif_reads_every_document(
    viewers: Path, site: httpx.Client, works: Works
) -> None:
    collection = site.get("/iiif/collection.json").json()
    check_collection(collection)
    documents = [*(manifest_of(site, digest) for digest in works), collection]
    done = subprocess.run(
        [NODE_HOME / "bin" / "node", PARSE],
        input=json.dumps(documents),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "NODE_PATH": str(viewers / "node_modules")},
    )
    told = json.loads(done.stdout)
    assert [one["warnings"] for one in told] == [[]] * len(told)
    assert [one["type"] for one in told] == ["Manifest"] * len(works) + ["Collection"]
    assert [one["label"] for one in told] == [one["label"] for one in documents]
    assert [one["canvases"] for one in told] == [6, 1, 1, 1, 1, 1, 0]
    assert all(one["level0"] for one in told)
    assert [one["services"] > 0 for one in told] == [True, True, *[False] * 5]


@pytest.mark.parametrize(
    ("viewer", "name"),
    [
        (MIRADOR, "book"),
        (UNIVERSAL, "book"),
        (MIRADOR, "large"),
        (UNIVERSAL, "large"),
        (UNIVERSAL, "small"),
        (MIRADOR, "lent"),
    ],
)
def test_pictures_are_drawn(
    screen: Browser, viewer_pages: str, site: httpx.Client, works: Works, viewer: str, name: str
) -> None:
    digest = getattr(works, name)
    opened(screen, viewer_pages, viewer, manifest_of(site, digest)["id"])
    screen.wait_for(lambda: TITLES[name] in screen.text("body"))
    screen.wait_for(lambda: screen.driver.find_elements(By.CSS_SELECTOR, CANVAS[viewer]))
    screen.wait_for(lambda: colors(drawn(screen, CANVAS[viewer])) > 3)
    names = asked(screen, site)
    pictures = [one for one in names if one.endswith((".jpg", ".png", "/content"))]
    assert pictures
    if name == "lent":
        assert all(one.endswith("/iiif/placeholder/lent.png") for one in pictures)
    elif name == "large":
        red, _, _ = drawn(screen, CANVAS[viewer]).resize((1, 1)).getpixel((0, 0))
        assert 100 < red < 180, "the middle of the picture is in the middle"
        assert sum("/media/iiif/" in one for one in pictures) > 2, "it is loaded in tiles"


@pytest.mark.parametrize(
    ("viewer", "name", "seconds"),
    [(MIRADOR, "sound", 20), (UNIVERSAL, "sound", 20), (MIRADOR, "film", 30)],
)
def test_sounds_and_films_are_played(
    screen: Browser,
    viewer_pages: str,
    site: httpx.Client,
    works: Works,
    viewer: str,
    name: str,
    seconds: int,
) -> None:
    opened(screen, viewer_pages, viewer, manifest_of(site, getattr(works, name))["id"])
    screen.wait_for(lambda: TITLES[name] in screen.text("body"))
    screen.wait_for(lambda: screen.driver.find_elements(By.CSS_SELECTOR, "audio, video"))
    screen.find("#viewer").click()  # browsers let nothing be heard before
    screen.wait_for(lambda: screen.run(PLAYED)[0] > 0.2)
    _, duration, fault = screen.run(PLAYED)
    assert fault is None
    assert abs(duration - seconds) < 0.5


def test_mirador_turns_pages_and_finds_words_on_them(
    screen: Browser, viewer_pages: str, site: httpx.Client, works: Works
) -> None:
    opened(screen, viewer_pages, MIRADOR, manifest_of(site, works.book)["id"])
    screen.wait_for(lambda: "1 of 6" in screen.text("body"))
    screen.find("button[aria-label='Next item']").click()
    screen.wait_for(lambda: any("/pages/2/full/" in one for one in asked(screen, site)))
    screen.find("button[aria-label='Toggle sidebar']").click()
    screen.wait_for(lambda: screen.driver.find_elements(By.CSS_SELECTOR, "[aria-label='Search']"))
    screen.find("[aria-label='Search']").click()
    field = "input[id^='search-']"
    screen.wait_for(lambda: screen.driver.find_elements(By.CSS_SELECTOR, field))
    screen.find(field).send_keys("LIGHTHOUSE", Keys.ENTER)
    screen.wait_for(lambda: "lighthouse keeper wrote" in screen.text("body"))
    assert any("/search1?q=LIGHTHOUSE" in one for one in asked(screen, site))


def test_universal_viewer_finds_words_on_pages(
    screen: Browser, viewer_pages: str, site: httpx.Client, works: Works
) -> None:
    opened(screen, viewer_pages, UNIVERSAL, manifest_of(site, works.book)["id"])
    screen.wait_for(lambda: screen.driver.find_elements(By.CSS_SELECTOR, "#searchWithinInput"))
    screen.find("#searchWithinInput").send_keys("lighthouse", Keys.ENTER)
    screen.wait_for(lambda: "1 result" in screen.text(".searchResultsInfo").lower())
