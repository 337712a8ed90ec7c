"""How long pages of the catalog take, beside a page that is filled with what lies ready."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import httpx

from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import Side, interleave
from scripts.bench.servers import ANEW, serving
from scripts.harness.served_library import ServedLibrary

COUNT = 60  # resources
ASKED = 150  # times a page a round
ROUNDS = 7
MOST = 3.0


def run() -> Section:
    """Return the median times of a resource's page and of a list, and their ratios to a trivial page."""
    section = Section("pages", "Pages")
    section.lines.append(
        f"`muhr serve` with {COUNT} resources; one connection asks {ASKED} times a round for the page of "
        "a resource with a history of four entries, and for a list of 25. Beside it uvicorn serves a "
        "FastAPI route that fills a small Jinja2 template with 25 rows from memory. A figure is the "
        "median of a round. *Made anew*: the request asks whether a page has changed, so that none that is "
        "kept answers it; some twenty rows are read for a resource, its record is compared with its entry, "
        "and the verdict is decided. *Again*: nothing was committed meanwhile "
        "([ADR 0166](adr/0166-pages-for-all-are-kept-while-nothing-is-committed.md))."
    )
    with tempfile.TemporaryDirectory() as folder, serving("paged") as other:
        with ServedLibrary(Path(folder), "library.test/pages") as served:
            address = _filled(served)
            with httpx.Client(trust_env=False, headers={"Accept": "text/html"}) as client:
                found = interleave(
                    {
                        "resource": _asking(client, served.url + address, ANEW),
                        "list": _asking(client, served.url + "/resources", ANEW),
                        "resource again": _asking(client, served.url + address),
                        "list again": _asking(client, served.url + "/resources"),
                        "frame": _asking(client, served.url + "/problems/invalid-digest"),
                        "trivial": _asking(client, other + "/page"),
                    },
                    ROUNDS,
                )
    trivial = found["trivial"].median
    names = {
        "resource": "page of a resource, made anew",
        "list": "list of 25 resources, made anew",
        "resource again": "page of a resource, again",
        "list again": "list of 25 resources, again",
        "frame": "our page that asks no database",
        "trivial": "trivial Jinja2 page",
    }
    for side in ("resource", "list", "resource again", "list again"):
        ratio = found[side].median / trivial
        section.ratios.append(Ratio(f"{names[side]} / {names['trivial']}, p50", ratio, MOST, False))
    for side, name in names.items():
        section.figure(name, found[side], "ms")
    return section


def _filled(served: ServedLibrary) -> str:
    """Register resources; return the path of one that was corrected."""
    digests = served.register_all([f"Kitob {number}" for number in range(COUNT)])
    record = {"title": "Xamsa", "publisher": "Fan", "subjects": [{"text": "Adabiyot"}]}
    path = f"/resources/{digests[0]}"
    served.registrar.post(f"{path}/descriptions", json=record).raise_for_status()
    served.at_rest()
    return path


def _asking(
    client: httpx.Client, url: str, headers: Mapping[str, str] = MappingProxyType({})
) -> Side:
    def ask() -> float:
        times = []
        for _ in range(ASKED):
            begun = time.perf_counter()
            client.get(url, headers=headers).raise_for_status()
            times.append(time.perf_counter() - begun)
        return 1000 * statistics.median(times)

    return ask
