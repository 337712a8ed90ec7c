"""A library with works to look at, pages that hold the viewers, and Chromium on a desk's screen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary
from tests.browser.conftest import Browser, start
from tests.browser.film import film
from tests.browser.readers.made import book, picture, sound

SCREEN = {"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": False}
HEAD = '<!doctype html><meta charset="utf-8"><title>A viewer</title>'
ASKED = "new URLSearchParams(location.search).get('manifest')"
PAGES = {
    "/mirador.html": f"""{HEAD}<div id="viewer" style="position:absolute;inset:0"></div>
<script src="/mirador/dist/mirador.min.js"></script>
<script>Mirador.viewer({{id: 'viewer', windows: [{{manifestId: {ASKED}}}]}})</script>""",
    "/uv.html": f"""{HEAD}<link rel="stylesheet" href="/universalviewer/dist/uv.css">
<div id="viewer" class="uv" style="width:1200px;height:760px"></div>
<script src="/universalviewer/dist/umd/UV.js"></script>
<script>UV.init('viewer', {{manifest: {ASKED}, embedded: true}})</script>""",
}


class Works(NamedTuple):
    """Digests of works to look at."""

    book: str
    large: str
    small: str
    sound: str
    film: str
    lent: str


class _Handler(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        page = PAGES.get(self.path.partition("?")[0])
        if page is None:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, format: str, *arguments: Any) -> None:
        del format, arguments


@pytest.fixture(scope="session")
def viewer_pages(viewers: Path) -> Iterator[str]:
    """Return where Mirador and Universal Viewer are had, at another origin than the library."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(viewers)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def library(blank_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLibrary]:
    """Return a library that reads its files at once."""
    home = tmp_path_factory.mktemp("viewed") / "home"
    running = RunningLibrary(home, blank_home, MEDIA_A_MINUTE="10000")
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture(scope="module")
def site(library: RunningLibrary) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=library.url, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def works(library: RunningLibrary, site: httpx.Client, wait: Callable[..., Any]) -> Works:
    """Return works of each kind, which are read."""
    library.license("viewers-circle", longest_loan_seconds=86_400)

    def taken(data: bytes, media_type: str, title: str, **claim: str) -> str:
        found = library.register(data, media_type=media_type, title=title, **claim)
        return str(found["digest"])

    found = Works(
        taken(book(6, 4, seed=18), "application/pdf", "Денгиз чироғи", language="uz-Cyrl"),
        taken(picture(2600, 1702), "image/png", "Katta surat", language="uz"),
        taken(picture(640, 400), "image/png", "A small picture"),
        taken(sound(20), "audio/wav", "The wind"),
        taken(film(30), "video/webm", "A film"),
        taken(picture(641, 400), "image/png", "A lent picture", license="viewers-circle"),
    )
    for digest in found:
        path = f"/iiif/{digest}/manifest.json"
        wait(lambda path=path: site.get(path).status_code == 200, "it is not on chain", 120)
        path = f"/api/v1/resources/{digest}/media"
        wait(lambda path=path: site.get(path).status_code == 200, "it is not read", 120)
    library.at_rest()
    return found


@pytest.fixture(scope="session")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return Chromium on a desk's screen."""
    driver = start(tmp_path_factory.mktemp("profile"), {})
    browser = Browser(driver)
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SCREEN)
    yield browser
    driver.quit()
