"""Uses over HTTP: which requests are uses, and what everybody sees of them."""

from __future__ import annotations

import time

import httpx
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from ledger_service.adapters.sql.store import SqlStore
from reading_room.usage import cli
from reading_room.usage.rules.hours import GRACE_SECONDS, HOUR_SECONDS
from reading_room.usage.sql.schema import use
from reading_room.usage.work import work
from tests.browser.readers.made import epub

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/149.0"}


def counted(library, digest):
    """Return how often a resource was used so far, by class of actors."""
    store = library.opened.store
    assert isinstance(store, SqlStore)
    with store.engine.connect() as connection:
        rows = connection.execute(select(use).where(use.c.digest == bytes.fromhex(digest))).all()
    return {
        actor: sum(row.uses for row in rows if row.actor == actor) for actor in ("human", "robot")
    }


@pytest.fixture
def within_an_hour(wait) -> None:
    """Let a test begin with time left in the hour, in each of which uses are counted by another key."""
    wait(lambda: time.time() % HOUR_SECONDS < HOUR_SECONDS - 45, "the hour does not end", 60)


@pytest.mark.usefixtures("within_an_hour")
def test_uses_are_counted_and_their_hour_is_attested_and_shown(new_library, fresh_bytes, wait):
    library = new_library().start()
    digest = library.register(fresh_bytes(5000))["digest"]
    other = library.register(fresh_bytes(5000))["digest"]
    nobody = library.client()
    path = f"/resources/{digest}/content"
    etag = nobody.get(path, headers=BROWSER).headers["etag"]  # a use
    nobody.get(path, headers={**BROWSER, "Range": "bytes=0-99"})  # the same, within 30 seconds
    nobody.get(path, headers={**BROWSER, "Range": "bytes=100-"})  # it goes on
    nobody.head(path, headers=BROWSER)  # none
    nobody.get(path, headers={**BROWSER, "X-Else": "1", "If-None-Match": etag})
    assert nobody.get(path, headers={"Range": "bytes=9999-"}).status_code == 416
    assert nobody.get("/resources/" + "0" * 64 + "/content").status_code == 404
    nobody.get(f"/resources/{other}/content", headers={**BROWSER, "Range": "bytes=1-"})  # none
    nobody.get(path, headers={"User-Agent": "curl/8"})  # a robot's
    library.stop_server()  # a process that ends in order writes down what it has
    assert counted(library, digest) == {"human": 1, "robot": 1}
    assert counted(library, other) == {"human": 0, "robot": 0}


@pytest.mark.usefixtures("within_an_hour")
def test_ipfs_clients_and_readers_of_books_use_it_too(new_library, fresh_bytes, wait):
    library = new_library().start()
    small = library.register(fresh_bytes(5000), license="CC0-1.0")
    large = library.register(fresh_bytes(5000) + bytes(2**21), license="CC0-1.0")
    book = library.register(epub(2), media_type="application/epub+zip", license="CC0-1.0")
    with httpx.Client(base_url=library.url, headers=BROWSER, trust_env=False) as client:
        wait(lambda: client.head(f"/ipfs/{large['cid']}?format=raw").status_code == 200, "no block")
        client.get(f"/ipfs/{small['cid']}?format=raw")
        root = client.get(f"/ipfs/{large['cid']}?format=raw", headers={"User-Agent": "kubo/1"})
        client.get(f"/ipfs/{large['cid']}?format=car&entity-bytes=9:*")  # it goes on
        client.get(f"/ipfs/{large['cid']}?format=car", headers={"If-None-Match": "*"})
        assert root.status_code == 200
        other = small["cid"][:-1] + ("e" if small["cid"].endswith("a") else "a")
        assert client.get(f"/ipfs/{other}?format=raw").status_code == 404
        assert client.get(f"/read/{book['digest']}/parts").status_code == 200
        client.head(f"/read/{book['digest']}/parts")
        client.get(f"/read/{book['digest']}/book/text/nav.xhtml")
    library.stop_server()
    assert counted(library, small["digest"]) == {"human": 1, "robot": 0}
    assert counted(library, large["digest"]) == {"human": 2, "robot": 0}
    assert counted(library, book["digest"]) == {"human": 1, "robot": 0}


@pytest.mark.usefixtures("within_an_hour")
def test_hours_are_shown_to_everybody_and_by_the_command(library, nobody, fresh_bytes, wait):
    digest = library.register(fresh_bytes(500))["digest"]
    nobody.get(f"/resources/{digest}/content", headers=BROWSER)
    [counter] = library.app.state.use_counters
    with counter._lock:
        counter._counted.update(counter._pending.settled(2**53))
    counter._write()
    assert counted(library, digest) == {"human": 1, "robot": 0}
    opened = library.opened.library
    hour = opened.clock() // HOUR_SECONDS * HOUR_SECONDS
    later = hour + HOUR_SECONDS + GRACE_SECONDS + 400

    class Later:
        """The library, an hour later."""

        store, steward, chain = opened.store, opened.steward, opened.chain

        @staticmethod
        def clock() -> int:
            return later

    work(Later, lambda: False)  # type: ignore[arg-type]
    listed = nobody.get("/usage").json()["items"]
    [found] = [item for item in listed if item["hour"] == hour]
    assert nobody.get(f"/usage/{hour}").json() == found
    assert found["uses"]["human"] >= 1
    table = nobody.get(f"/usage/{hour}/uses", params={"limit": 200}).json()["items"]
    assert {"human"} == {item["actor"] for item in table if item["digest"] == digest}
    shown = CliRunner().invoke(cli.usage, ["--api", library.url])
    assert (shown.exit_code, "uses by people" in shown.output) == (0, True), shown.output
    assert nobody.get("/usage/0").status_code == 404
    assert nobody.get("/usage/0").json()["type"].endswith("/problems/usage-hour-not-found")
    assert nobody.get("/usage/0/uses").status_code == 404
