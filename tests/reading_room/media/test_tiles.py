"""Tiles of large pictures: made in the bounded process, told by the IIIF Image API, of open pictures only."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from reading_room.media.reading.tiles import tiles_of
from tests.browser.readers.made import picture

pytestmark = pytest.mark.slow

WIDTH, HEIGHT = 2500, 1800


@pytest.fixture
def reading(new_library):
    library = new_library(MEDIA_A_MINUTE="10000")
    library.start()
    return library


def read(library, wait, data, **claim):
    digest = library.register(data, media_type="image/png", **claim)["digest"]
    path = f"/resources/{digest}/media"
    wait(lambda: library.client().get(path).status_code == 200, "it is not read")
    return digest, library.client().get(path).json()


def test_each_place_of_a_large_open_picture_has_its_tiles(reading, wait):
    digest, told = read(reading, wait, picture(WIDTH, HEIGHT), title="Large")
    assert {made["kind"] for made in told["renditions"]} == {"cover", "tiles"}
    nobody, path = reading.client(), f"/resources/{digest}/media/iiif"
    answer = nobody.get(f"{path}/info.json")
    assert answer.status_code == 200, answer.text
    info = answer.json()
    assert answer.headers["access-control-allow-origin"] == "*"
    assert (info["type"], info["profile"]) == ("ImageService3", "level0")
    assert (info["width"], info["height"]) == (WIDTH, HEIGHT)
    assert info["tiles"] == [{"width": 512, "scaleFactors": [1, 2, 4, 8]}]
    assert info["id"] == f"{reading.url}/api/v1{path}"
    whole = Image.open(io.BytesIO(picture(WIDTH, HEIGHT)))
    for factor in info["tiles"][0]["scaleFactors"]:
        side = 512 * factor
        for y in range(0, HEIGHT, side):
            for x in range(0, WIDTH, side):
                width, height = min(side, WIDTH - x), min(side, HEIGHT - y)
                size = -(-width // factor), -(-height // factor)
                asked = f"{path}/{x},{y},{width},{height}/{size[0]},{size[1]}/0/default.jpg"
                tile = nobody.get(asked)
                assert tile.headers["content-type"] == "image/jpeg"
                image = Image.open(io.BytesIO(tile.content))
                assert image.size == size
                if factor == 1:
                    shown = image.getpixel((size[0] // 2, size[1] // 2))
                    wanted = whole.getpixel((x + width // 2, y + height // 2))
                    assert all(abs(a - b) < 12 for a, b in zip(shown, wanted, strict=True))
    assert info["sizes"] == [{"width": 313, "height": 225}]
    assert (info["maxWidth"], info["maxHeight"]) == (313, 225)
    for size in ("313,225", "max"):
        assert nobody.get(f"{path}/full/{size}/0/default.jpg").status_code == 200
    for other in (
        "full/312,225",
        "0,0,512,512/256,256",
        "1,0,512,512/512,512",
        "x/y",
        "full/pct:50",
    ):
        assert nobody.get(f"{path}/{other}/0/default.jpg").status_code == 404


def test_of_closed_and_of_small_pictures_no_tiles_are_made(reading, wait):
    reading.license("reading-circle", longest_loan_seconds=86_400)
    closed, told = read(
        reading, wait, picture(WIDTH, HEIGHT + 1), title="Closed", license="reading-circle"
    )
    assert told["renditions"] == []
    assert reading.client().get(f"/resources/{closed}/media/iiif/info.json").status_code == 404
    small, told = read(reading, wait, picture(900, 700), title="Small")
    assert {made["kind"] for made in told["renditions"]} == {"cover"}
    assert reading.client().get(f"/resources/{small}/media/iiif/info.json").status_code == 404


def test_what_a_picture_and_a_sound_are_is_told_on_pages(reading, wait):
    digest, _ = read(reading, wait, picture(2600, 1700), title="Wide")
    nobody = reading.client()
    root = reading.url
    for path in (f"/verify?digest={digest}&", f"/read/{digest}?", f"/resources/{digest}?"):
        page = nobody.get(f"{root}{path}lang=en")
        assert page.status_code == 200
        assert "2,600 × 1,700 pixels" in page.text, path
    assert (
        f'data-tiles="/api/v1/resources/{digest}/media/iiif/info.json"'
        in nobody.get(f"{root}/read/{digest}").text
    )


def test_the_same_picture_makes_the_same_tiles_and_a_huge_one_none():
    image = Image.new("RGB", (3000, 1500))
    assert tiles_of(image) == tiles_of(image) != b""
    assert tiles_of(Image.new("L", (9000, 9000))) == b""
    assert tiles_of(Image.new("L", (500, 500))) == b""


def test_a_small_picture_that_browsers_do_not_show_gets_tiles_and_each_lies_upright(reading, wait):
    file, turned = io.BytesIO(), Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (90, 40), "red").save(file, "TIFF")
    digest, told = read(reading, wait, file.getvalue(), title="A scan")
    assert {made["kind"] for made in told["renditions"]} == {"cover", "tiles"}
    info = reading.client().get(f"/resources/{digest}/media/iiif/info.json").json()
    assert info["sizes"] == [{"width": 90, "height": 40}]
    assert "maxWidth" not in info
    assert "tiles" not in info
    file = io.BytesIO()
    Image.new("RGB", (90, 40), "red").save(file, "JPEG", exif=turned)
    _, told = read(reading, wait, file.getvalue(), title="A photo")
    assert (told["width"], told["height"]) == (40, 90)
