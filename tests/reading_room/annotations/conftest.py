"""A library on a bench with two open editions and one resource that is lent; and forms of annotations."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary
from tests.simulators.bench import BOOK, SECOND, THIRD, Bench

MEDIA_TYPE = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'


@pytest.fixture(scope="session")
def noted_once(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("noted")
    shutil.copy(empty_database, folder / "muhr.db")
    bench = Bench(folder)
    bench.registered(BOOK, title="Xamsa")
    bench.registered(SECOND, title="Xamsa 2")
    bench.license("lent", seats=5)
    bench.registered(THIRD, title="Lent", license_name="lent")
    bench.release()
    return bench


@pytest.fixture
def bench(noted_once: Bench, tmp_path: Path) -> Iterator[Bench]:
    folder = tmp_path / "library"
    shutil.copytree(noted_once.folder, folder)
    bench = Bench(folder, like=noted_once)
    yield bench
    bench.release()


@pytest.fixture
def note_on(library: RunningLibrary) -> Callable[..., dict[str, Any]]:
    """Return a function that makes an annotation of W3C on a resource; keywords are further members."""

    def make(digest: str, text: str = "a thought", **members: Any) -> dict[str, Any]:
        return {
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "type": "Annotation",
            "body": {"type": "TextualBody", "value": text, "format": "text/plain"},
            "target": f"{library.url}/api/v1/resources/{digest}/content",
            **members,
        }

    return make


@pytest.fixture
def problem() -> Callable[[httpx.Response, int, str], None]:
    """Return a function that checks that an answer is a problem document of this status and kind."""

    def check(response: httpx.Response, status: int, slug: str) -> None:
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["type"].endswith(f"/problems/{slug}")

    return check


@pytest.fixture
def site(library: RunningLibrary) -> Iterator[Callable[..., httpx.Client]]:
    """Return a function that makes a client of the whole site, for a role and a subject or for nobody."""
    made: list[httpx.Client] = []

    def make(role: str = "", subject: str | None = None) -> httpx.Client:
        token = {"Authorization": f"Bearer {library.token(role, subject)}"} if role else {}
        headers = {"Content-Type": MEDIA_TYPE, **token}
        made.append(httpx.Client(base_url=library.url, headers=headers, trust_env=False))
        return made[-1]

    yield make
    for client in made:
        client.close()
