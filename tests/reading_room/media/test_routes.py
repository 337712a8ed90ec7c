"""What a resource is by its content, over HTTP and by the command."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from click.testing import CliRunner

from reading_room.media import cli
from tests.reading_room.media import made_files


@pytest.fixture
def reading(new_library):
    library = new_library(MEDIA_A_MINUTE="10000")
    library.start()
    return library


def test_anybody_sees_what_an_open_resource_is_its_cover_and_its_words(reading, wait):
    book = made_files.pdf("Bismillah")
    digest = reading.register(book)["digest"]
    nobody = reading.client()
    path = f"/resources/{digest}/media"
    wait(lambda: nobody.get(path).status_code == 200, "it is not read")
    told = nobody.get(path).json()
    assert (told["media_type"], told["pages"], told["problem"]) == ("application/pdf", 1, None)
    assert {made["kind"] for made in told["renditions"]} == {"cover", "text", "pages"}
    cover = nobody.get(path + "/cover")
    assert cover.headers["content-type"] == "image/webp"
    assert cover.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert len(cover.content) == int(cover.headers["content-length"]) > 0
    words = nobody.get(path + "/text")
    assert words.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Bismillah" in words.text
    page = nobody.get(path + "/pages/1/info.json").json()
    assert max(page["width"], page["height"]) == 1200
    assert "tiles" not in page
    assert nobody.get(path + "/pages/1/full/max/0/default.jpg").content[:2] == b"\xff\xd8"
    assert nobody.get(path + "/pages/2/info.json").status_code == 404

    missing = nobody.get(f"/resources/{'0' * 64}/media")
    assert missing.status_code == 404
    assert missing.json()["type"].endswith("/problems/media-not-found")
    assert nobody.post(path).status_code == 401
    assert reading.client("registrar").post(path).status_code == 202

    shown = CliRunner().invoke(cli.media, [digest, "--api", reading.url])
    assert shown.exit_code == 0, shown.output
    assert "1 pages" in shown.output
    bad = reading.register(made_files.image_bomb())["digest"]
    wait(lambda: nobody.get(f"/resources/{bad}/media").status_code == 200, "it is not read")
    shown = CliRunner().invoke(cli.media, [bad, "--api", reading.url, "--json"])
    assert (shown.exit_code, json.loads(shown.output)["problem"]) == (3, "too-large")


class HungPlace:
    """A place of content that lets nobody read until it is told to."""

    def __init__(self, content) -> None:
        self._content, self.goes_on, self.asked = content, threading.Event(), 0

    def __getattr__(self, name):
        return getattr(self._content, name)

    def read(self, *asked):
        self.asked += 1
        self.goes_on.wait(60)
        return self._content.read(*asked)


@pytest.mark.parametrize("file", ["cover", "pages/1/full/max/0/default.jpg"])
def test_a_place_that_hangs_holds_up_nobody_who_does_not_ask_it(reading, wait, file):
    digest = reading.register(made_files.pdf("Bismillah"))["digest"]
    nobody, path = reading.client(), f"/resources/{digest}/media"
    wait(lambda: nobody.get(path).status_code == 200, "it is not read")
    state = reading.app.state
    hung = HungPlace(state.library.content)
    state.library = replace(state.library, content=hung)
    with ThreadPoolExecutor(45) as threads:
        try:
            asked = [threads.submit(nobody.get, f"{path}/{file}") for _ in range(45)]
            wait(lambda: hung.asked >= 8, "nobody asks")
            assert nobody.get("/status", timeout=30).status_code == 200
        finally:
            hung.goes_on.set()
        assert {one.result().status_code for one in asked} <= {200, 503}
    assert nobody.get(f"{path}/{file}").status_code == 200
