"""What people and machines are told of how the library is, without asking its chain node."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary

ADDRESSES = ("/status", "/livez", "/readyz", "/metrics", "/api/v1/status")


@pytest.fixture(scope="module")
def site(library: RunningLibrary) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=library.url, trust_env=False) as client:
        yield client


def test_a_library_that_works_says_so(site: httpx.Client, library: RunningLibrary) -> None:
    library.register()
    for address in ADDRESSES:
        assert site.get(address).status_code == 200, address
    assert "<script" not in site.get("/status").text
    found = site.get("/metrics")
    assert found.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'muhr_registrations{state="registered"}' in found.text


def test_refused_requests_are_counted_by_their_problem(site: httpx.Client) -> None:
    line = 'muhr_refused_requests_total{problem="resource-not-found"} '

    def count() -> float:
        found = [row for row in site.get("/metrics").text.splitlines() if row.startswith(line)]
        return float(found[0].removeprefix(line)) if found else 0

    before = count()
    for _ in range(2):
        assert site.get("/api/v1/resources/" + "0" * 64).status_code == 404
    assert count() == before + 2


def test_connections_that_are_cut_are_counted_by_reason(
    site: httpx.Client, library: RunningLibrary
) -> None:
    assert library.server is not None
    library.server.holdings.refused["late"] += 1  # as a connection says that is silent too long
    found = re.search(
        r'muhr_cut_connections_total\{reason="late"\} (\S+)', site.get("/metrics").text
    )
    assert found is not None
    assert float(found[1]) >= 1
