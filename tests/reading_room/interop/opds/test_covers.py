"""Covers that are drawn, and those that are made of a picture which the library has."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from reading_room.interop.opds.verbs.draw_cover import LARGEST_BYTES, as_jpeg, draw_cover

DIGEST = "ab" * 32
TITLES = ["Xamsa", "Oʻzbekiston " * 60, "شاهنامه", "А" * 400, "论语", "", "\u202e\x00\x1b[2J", "🙂"]


def opened(data: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(data))
    found.load()
    return found


@pytest.mark.parametrize("title", TITLES)
def test_whatever_a_work_is_called_it_has_a_cover(title: str) -> None:
    found = opened(draw_cover(DIGEST, title, title))
    assert (found.format, found.size) == ("JPEG", (480, 640))


def test_works_differ_by_color_and_a_cover_is_drawn_the_same_again() -> None:
    assert draw_cover(DIGEST, "A", "B") == draw_cover(DIGEST, "A", "B")
    colors = {
        opened(draw_cover(f"{one:02x}" + "0" * 62, "A", "")).getpixel((2, 2)) for one in range(8)
    }
    assert len(colors) > 4


def test_a_picture_in_webp_is_told_as_jpeg() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (300, 480), "#ff000080").save(file, "WEBP")
    found = opened(as_jpeg(file.getvalue()))
    assert (found.format, found.size) == ("JPEG", (300, 480))


def test_what_is_no_picture_of_the_library_is_refused() -> None:
    large, png = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (3000, 10)).save(large, "WEBP")
    Image.new("RGB", (10, 10)).save(png, "PNG")
    for data in (b"", b"RIFF", large.getvalue(), png.getvalue(), bytes(LARGEST_BYTES + 1)):
        with pytest.raises(ValueError, match="a cover is"):
            as_jpeg(data)
