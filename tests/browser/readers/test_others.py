"""People look closely at a picture, find places on a map, and listen with captions, in a real browser."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import Browser, Shelf
from tests.browser.readers.conftest import Desk, loaded, shown, sound_in_order
from tests.browser.readers.made import picture, places, sound

GEOJSON = "application/geo+json"
VTT = b"WEBVTT\n\n00:00.000 --> 00:20.000\nThe <b>wind</b> rises.\n"
ZOOM = (
    "const canvas = document.querySelector('#sheets canvas');"
    "return canvas && [...canvas.getContext('2d').getImageData(20, canvas.height / 2, 1, 1).data].join()"
)


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "lent"])
def test_a_picture_is_looked_at_closely_by_the_keyboard(
    listening: Browser, shelf: Shelf, desk: Desk, is_open: bool
) -> None:
    claim = {"media_type": "image/png", "title": "A large picture"}
    data = picture(2000, 1400 + is_open)
    digest = desk.made_readable(listening, data, is_open=is_open, **claim)
    shown(listening, f"{shelf.url}/read/{digest}", "#image")
    sound_in_order(listening, shelf)
    listening.wait_for(lambda: listening.run(ZOOM))
    before = listening.run(ZOOM)
    listening.reach("#larger")
    listening.press(Keys.ENTER, Keys.ENTER)
    listening.wait_for(lambda: listening.run(ZOOM) != before)
    listening.reach("#whole")
    listening.press(Keys.ENTER)
    listening.wait_for(lambda: listening.run(ZOOM) == before)


def test_of_a_large_open_picture_tiles_are_loaded_and_the_file_is_not(
    listening: Browser, shelf: Shelf
) -> None:
    digest = shelf.library.register(
        picture(2600, 1900), media_type="image/png", title="A very large picture"
    )["digest"]
    told = f"/resources/{digest}/media/iiif/info.json"
    listening.wait_for(lambda: shelf.library.registrar.get(told).status_code == 200, 120)
    shown(listening, f"{shelf.url}/read/{digest}", "#image")
    listening.wait_for(lambda: any("/iiif/full/" in name for name in loaded(listening)))
    for _ in range(2):
        listening.reach("#larger")
        listening.press(Keys.ENTER)
    listening.wait_for(lambda: sum("/default.jpg" in name for name in loaded(listening)) > 2)
    assert [name for name in loaded(listening) if name.endswith("/content")] == []
    sound_in_order(listening, shelf)


def test_a_picture_is_shown_without_scripts(browser_without_scripts: Browser, shelf: Shelf) -> None:
    digest = shelf.library.register(
        picture(300, 200), media_type="image/png", title="A small picture"
    )["digest"]
    browser_without_scripts.open(f"{shelf.url}/read/{digest}")
    assert browser_without_scripts.find("img.shown").size["width"] > 100


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "lent"])
def test_places_are_found_on_a_map_by_the_keyboard(
    listening: Browser, shelf: Shelf, desk: Desk, is_open: bool
) -> None:
    claim = {"media_type": GEOJSON, "title": "Places"}
    data = places() + b" " * is_open
    digest = desk.made_readable(listening, data, is_open=is_open, **claim)
    shown(listening, f"{shelf.url}/read/{digest}", "#map")
    assert (
        len(listening.driver.find_elements(By.CSS_SELECTOR, "#sheets path.leaflet-interactive"))
        == 3
    )
    assert len(listening.driver.find_elements(By.CSS_SELECTOR, "#sheets path.net")) > 3
    sound_in_order(listening, shelf)
    listening.reach("#map summary")
    listening.press(Keys.ENTER)
    listening.reach("#places button")
    listening.press(Keys.ENTER)
    popup = ".leaflet-popup-content"
    listening.wait_for(lambda: listening.driver.find_elements(By.CSS_SELECTOR, popup))
    assert listening.text(popup) == "Tashkent <b>&"


def test_a_file_that_is_no_map_says_so(listening: Browser, shelf: Shelf) -> None:
    digest = shelf.library.register(b"[no map", media_type=GEOJSON, title="No map")["digest"]
    listening.open(f"{shelf.url}/read/{digest}")
    listening.wait_for(lambda: "cannot be shown as a map" in listening.text("#unmapped"))


def test_a_sound_is_played_with_captions_and_at_another_speed(
    listening: Browser, shelf: Shelf
) -> None:
    library = shelf.library
    captions = library.register(VTT, media_type="text/vtt", title="English", language="en")
    relations = [{"kind": "has-format", "target": f"urn:sha256:{captions['digest']}"}]
    digest = library.register(sound(20), media_type="audio/wav", title="A sound")["digest"]
    record = {"media_type": "audio/wav", "title": "A sound", "relations": relations}
    answer = library.registrar.post(f"/resources/{digest}/descriptions", json=record)
    assert answer.status_code in (200, 201, 202), answer.text
    listening.open(f"{shelf.url}/read/{digest}")
    sound_in_order(listening, shelf)
    listening.reach("#speed").send_keys("2")
    listening.wait_for(lambda: listening.run("return film.playbackRate") == 2)
    listening.run("film.muted = true; film.play()")
    listening.wait_for(lambda: listening.text("#captions") == "The wind rises.")
    assert listening.driver.find_elements(By.CSS_SELECTOR, "#captions b") != []
