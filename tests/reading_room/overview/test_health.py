"""What people and machines are told of how the library is, without asking its chain node."""

from __future__ import annotations

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
