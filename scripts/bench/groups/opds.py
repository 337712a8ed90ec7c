"""How long a page of the catalog for reading apps takes, beside the list of resources that it is made of."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import httpx

from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import Side, interleave
from scripts.harness.served_library import ServedLibrary

COUNT = 120  # resources, of which every third is lent
ROWS = 50  # of a page
ASKED = 100  # times a page a round
ROUNDS = 7
MOST = 2.0
NAMES = {
    "feed": "OPDS page of 50 works",
    "list": "list of 50 resources, as JSON",
    "page": "list of 25 resources, as a page",
    "publication": "one publication",
    "cover": "a cover that is drawn",
}


def run() -> Section:
    """Return the median times of a page of OPDS and of the list, and their ratio."""
    section = Section("opds", "Reading apps")
    section.lines.append(
        f"`muhr serve` with {COUNT} resources, every third of them lent; one connection asks {ASKED} times "
        f"a round for a page of {ROWS} in OPDS 2.0, newest first, and for the same {ROWS} as the API lists "
        "them. Both read the same rows and compare each record with its entry; OPDS also tells links, "
        "people, covers and seats. How many there are, and whether a file is kept, is looked up once a "
        "minute. A figure is the median of a round."
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        ServedLibrary(Path(folder), "library.test/opds") as served,
        httpx.Client(trust_env=False) as client,
    ):
        digest = _filled(served)
        paths = {
            "feed": "/opds/works",
            "list": f"/api/v1/catalog/resources?limit={ROWS}",
            "page": "/resources",
            "publication": f"/opds/publications/{digest}",
            "cover": f"/opds/covers/{digest}.jpg",
        }
        sides = {name: _asking(client, served.url + path) for name, path in paths.items()}
        found = interleave(sides, ROUNDS)
    ratio = found["feed"].median / found["list"].median
    section.ratios.append(Ratio("OPDS page / list of resources, p50", ratio, MOST, False))
    for side, name in NAMES.items():
        section.figure(name, found[side], "ms")
    return section


def _filled(served: ServedLibrary) -> str:
    """Register resources, open ones and lent ones; return one that is open."""
    served.license("lent-in-opds", seats=3, longest_loan_seconds=86_400)
    for number in range(COUNT // 3):
        served.upload(b"lent %d" % number, license="lent-in-opds", title=f"Lent {number}")
    digests = served.register_all([f"Kitob {number}" for number in range(COUNT - COUNT // 3)])
    served.at_rest()
    return digests[0]


def _asking(client: httpx.Client, url: str) -> Side:
    def ask() -> float:
        times = []
        for _ in range(ASKED):
            begun = time.perf_counter()
            client.get(url).raise_for_status()
            times.append(time.perf_counter() - begun)
        return 1000 * statistics.median(times)

    return ask
