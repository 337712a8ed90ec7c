"""Searching five libraries of a consortium at once, beside each of them alone; and with one that hangs.

MUHR_BENCH_COUNT says how many records each has.
"""

from __future__ import annotations

import http.client
import json
import math
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from reading_room.search.verbs.members.patience import BOUND_SECONDS
from scripts.bench.groups.consortium.libraries import NAMES, Five, five_libraries
from scripts.bench.groups.search.catalog import Catalog
from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import Figures
from scripts.bench.servers import ANEW
from scripts.consortium.university import University

COUNT = int(os.environ.get("MUHR_BENCH_COUNT", "100000"))
ROUNDS = 3
ROWS = 20
GRACE_SECONDS = 0.5  # beyond the bound, for what is done here
TARGET = 2.0
Times = dict[str, list[float]]
"""Milliseconds, by who was asked."""
Answer = dict[str, Any]
ALL = "all five as one list"
AT_ONCE = "the slowest, each asked at the same moment"


def run() -> Section:
    """Return the ratio of all five to the slowest of them alone, and how long one that hangs holds up."""
    section = Section("federated", "Searching all libraries of a consortium")
    section.lines = [
        f"{len(NAMES)} members, each a `muhr serve` of its own with {COUNT:,} records of a catalog of its "
        f"own (MUHR_BENCH_COUNT={COUNT}), on one machine, whose cores they share. Each query is asked of "
        f"each library alone and then of all by the first one, in turn, {ROWS} works each, over connections "
        "that are kept. The first has copies of the others' ledgers, by which it checks each work.",
        "Members have machines of their own; here five share one, so that what all of them do for one search "
        "waits for its cores. The second ratio takes that away: each library is asked by itself, and all of "
        "them at the same moment. Processor's times hold what workers, copies and witnesses do meanwhile.",
    ]
    others, cores = os.getloadavg()[0], os.cpu_count() or 1
    if others > cores:
        section.lines.append(
            f"The machine had other work (load {others:.0f} on {cores} cores before it began), which makes "
            "all times longer, the more the longer they are."
        )
    with tempfile.TemporaryDirectory() as folder, five_libraries(Path(folder), COUNT) as five:
        queries = _queries(five.catalogs[0])
        _tell(section, _rounds(five, queries))
        _tell_work(section, five, queries)
        _hang(section, five)
    return section


def _queries(catalog: Catalog) -> list[str]:
    """Return words of few, some and many hits, and three words together."""
    words = [word for words in catalog.bands().values() for word in words[:10]]
    threes = [" ".join(dict.fromkeys(catalog.sample[word][:3])) for word in words[::3]]
    return [*words, *threes]


def _rounds(five: Five, queries: Sequence[str]) -> Times:
    """Return the times of each library alone, of the slowest of all five asked at one moment, and of all."""
    times: Times = {name: [] for name in (*NAMES, AT_ONCE, ALL)}
    asking = [_Asking(one) for one in five.members]
    with ThreadPoolExecutor(len(asking)) as pool:
        for number in range(-1, ROUNDS):  # the first warms all up
            for typed in queries:
                took = {name: one.search(typed)[0] for name, one in zip(NAMES, asking, strict=True)}
                took[AT_ONCE] = max(pool.map(lambda one: one.search(typed)[0], asking))  # noqa: B023
                took[ALL], answer = asking[0].search(typed, in_all=True)
                _check(answer)
                for name, value in took.items() if number >= 0 else ():
                    times[name].append(value)
    return times


def _check(answer: Answer) -> None:
    libraries = answer["libraries"]
    missing = [one["missing"] for one in libraries if one["missing"]]
    left_out = [one["left_out"] for one in libraries if one["left_out"]]
    assert not missing, missing
    assert not left_out, left_out


def _tell(section: Section, times: Times) -> None:
    slowest = max(part(times[name], 0.95) for name in NAMES)
    sides = {"the slowest of them alone": slowest, AT_ONCE: part(times[AT_ONCE], 0.95)}
    for told, alone in sides.items():
        ratio = part(times[ALL], 0.95) / alone
        section.ratios.append(Ratio(f"p95: {ALL} / {told}", ratio, TARGET, at_least=False))
    for name in times:
        section.figure(f"{name} (p95 {part(times[name], 0.95):.1f})", Figures(times[name]), "ms")


def _tell_work(section: Section, five: Five, queries: Sequence[str]) -> None:
    """Tell the processor's time of a search, which other work on the machine changes little."""
    asking = [_Asking(one) for one in five.members]

    def alone() -> None:
        for typed in queries:
            for one in asking:
                one.search(typed)

    def in_all() -> None:
        for typed in queries:
            asking[0].search(typed, in_all=True)

    one = five.work_of(alone) / (len(queries) * len(asking))
    every = five.work_of(in_all) / len(queries)
    section.figure("processor's time of a search in one library", Figures([one * 1000]), "ms")
    section.figure("of a search in all, of the five together", Figures([every * 1000]), "ms")


def _hang(section: Section, five: Five) -> None:
    """Let the last member stand still, and see how long the others' works take, and who is missing."""
    asking, silent = _Asking(five.members[0]), five.members[-1]
    silent.hold()
    took = []
    for _ in range(6):
        seconds, answer = asking.search("a*", in_all=True)
        took.append(seconds / 1000)
        whose = {one["library"]["name"]: one["missing"] for one in answer["libraries"]}
        reasons = [missing["reason"] for missing in whose.values() if missing]
        assert reasons in (["other-library.silent"], ["other-library.rests"]), whose
    silent.go_on()
    most = BOUND_SECONDS + GRACE_SECONDS
    told = "one member hangs: seconds of the first search, its bound being 3 s"
    section.ratios.append(Ratio(told, took[0], most, at_least=False))
    section.figure("the first search while one hangs", Figures(took[:1]), "s")
    section.figure("the two after it", Figures(took[1:3]), "s")
    section.figure("those after them, while it is not asked", Figures(took[3:]), "s")


class _Asking:
    """Asks the search of one library, over one connection."""

    def __init__(self, library: University) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(library.url).netloc, timeout=30)

    def search(self, typed: str, *, in_all: bool = False) -> tuple[float, Answer]:
        """Return the milliseconds that an answer took, and the answer."""
        query = {"q": typed, "limit": str(ROWS), **({"members": "true"} if in_all else {})}
        begun = time.perf_counter()
        place = "/api/v1/search?" + urlencode(query)
        self._connection.request("GET", place, headers=ANEW)
        response = self._connection.getresponse()
        body = response.read()
        took = time.perf_counter() - begun
        assert response.status == 200, body
        return took * 1000, json.loads(body)


def part(times: Sequence[float], quantile: float) -> float:
    """Return the time that so large a part of times does not pass."""
    if quantile == 0.5:
        return statistics.median(times)
    return sorted(times)[min(len(times) - 1, math.ceil(len(times) * quantile) - 1)]
