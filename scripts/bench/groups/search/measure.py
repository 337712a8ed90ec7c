"""Searching a catalog by words of few hits, some and many; MUHR_BENCH_COUNT says how many works it has."""

from __future__ import annotations

import http.client
import json
import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from ledger_service.domain.resources.fold import words_of
from scripts.bench import wrk
from scripts.bench.groups.search.catalog import FIXED_HITS, FIXED_WORD, SEED, Catalog
from scripts.bench.groups.search.libraries import Held, import_rate, importing, library_of
from scripts.bench.groups.search.statements import ROWS, Bare, statements_of
from scripts.bench.page import Ratio, Section
from scripts.bench.peer import answering, python_peer
from scripts.bench.rounds import Figures, interleave
from scripts.bench.servers import ANEW, serving

COUNT = int(os.environ.get("MUHR_BENCH_COUNT", "1000000"))
SMALL = 10_000
KINDS = ("one word", "three words", "a beginning", "one word, with facets")
CONNECTIONS, LOAD_SECONDS, ROUNDS = 32, 3, 3
TARGETS = {kind: 4.0 if "facets" in kind else 2.0 for kind in KINDS}
Times = dict[str, list[float]]
"""Microseconds by band and kind."""


def run() -> Section:
    """Return ratios of the service to its SQL alone, of bounded searches to unbounded ones, and sizes."""
    section = Section("search", "Searching a catalog by words")
    section.lines = [
        f"{COUNT:,} records (MUHR_BENCH_COUNT={COUNT}) with Zipfian words in three scripts, seed {SEED}; "
        "words of at most 100 hits (few), of at most one record in 200 (some), and of more than one in ten "
        f"(many). Requests over one connection, {ROWS} hits each, each made anew; *server* is their time "
        "less that of a trivial route. *SQL* are the "
        "same statements with the same values, order and facets by sqlite3 alone. tantivy has the same words "
        "folded by us and its own order by rank; it knows neither ledger nor facets.",
        "Each of the hits that are shown is read as a registration and compared with its entry of the "
        "ledger, which takes most of the server's time, some 2 ms of processor time for 20. At "
        f"{CONNECTIONS} connections wrk asks the same searches again and again: what is found is kept "
        "while nothing is committed, for five seconds at most. *Made anew* has each searched for.",
    ]
    others, cores = os.getloadavg()[0], os.cpu_count() or 1
    if others > cores:
        section.lines.append(
            f"The machine had other work (load {others:.0f} on {cores} cores before it began): times hold "
            "what it waited, the more the longer they are, so that ratios of times tell little; sizes are as "
            "they are."
        )
    catalog = Catalog(COUNT)
    with library_of(catalog) as held, serving("trivial") as trivial:
        queries = _queries(catalog)
        _measure(section, catalog, held, trivial, queries)
        grown = _fixed(held, trivial)
    small = Catalog(min(SMALL, COUNT))
    with library_of(small) as held, serving("trivial") as trivial:
        before = _fixed(held, trivial)
    most = max(1.25, math.log(COUNT) / math.log(small.count))
    told = f"a word of {FIXED_HITS} hits: server at {COUNT:,} records / at {small.count:,}"
    section.ratios.append(Ratio(told, grown / before, most, at_least=False))
    with importing() as (opened, claims):
        rates = interleave(
            {
                "without": lambda: import_rate(opened, claims, with_index=False),
                "with": lambda: import_rate(opened, claims, with_index=True),
            },
            ROUNDS,
        )
    ratio = rates["with"].median / rates["without"].median
    section.ratios.append(Ratio("an import's rate with the index beside it / without", ratio, 0.75))
    section.figure("an import without the index", rates["without"], "claims a second")
    section.figure("an import with the index beside it", rates["with"], "claims a second")
    return section


def _queries(catalog: Catalog) -> dict[str, list[str]]:
    """Return what is typed, by band and kind."""
    found = {}
    for band, words in catalog.bands().items():
        threes = [list(dict.fromkeys([word, *catalog.sample[word]]))[:3] for word in words]
        found[f"{band}: one word"] = words
        found[f"{band}: three words"] = [" ".join(three) for three in threes]
        found[f"{band}: a beginning"] = [word[:4] + "*" for word in words]
        found[f"{band}: one word, with facets"] = words
    return {name: texts for name, texts in found.items() if texts}


def _measure(
    section: Section, catalog: Catalog, held: Held, trivial: str, queries: dict[str, list[str]]
) -> None:
    base = statistics.median(_ask(trivial, ["/trivial"] * 500))
    paths = {name: _paths(name, texts) for name, texts in queries.items()}
    bare = Bare(held.database)
    library, store = held.opened.library, held.opened.store
    said = {
        name: [
            statements_of(library, store, text, with_facets="facets" in name)  # type: ignore[arg-type]
            for text in texts
        ]
        for name, texts in queries.items()
    }
    http_times, sql_times = _rounds(held, bare, paths, said)
    with _peer(catalog, queries) as ask:
        peer_times = [ask() for _ in range(ROUNDS)]
    for name in queries:
        server = max(1.0, statistics.median(http_times[name]) - base)
        sql = statistics.median(sql_times[name])
        kind = name.partition(": ")[2]
        section.ratios.append(
            Ratio(f"{name}: server / SQL alone", server / sql, TARGETS[kind], at_least=False)
        )
    ordering = bare.order_all(queries.get("many: one word", queries["few: one word"]))
    if "many: one word" in queries:
        slowest = _part(http_times["many: one word"], 0.99)
        told = "many: one word: p99 over HTTP / ordering all hits by rank, SQL alone"
        section.ratios.append(Ratio(told, slowest / ordering, 1 / 3, at_least=False))
    _rates(section, held, trivial, paths["few: one word"])
    index = bare.bytes_of("searchwords%")
    told = "the index of words: bytes / those of titles and creators"
    section.ratios.append(Ratio(told, index / catalog.text_bytes, 1.2, at_least=False))
    for name, times in http_times.items():
        p99, peers = _part(times, 0.99), [found[name] for found in peer_times if name in found]
        section.figure(f"{name}, over HTTP (p99 {p99:,.0f})", Figures(times), "µs")
        section.figure(f"{name}, SQL alone", Figures(sql_times[name]), "µs")
        if peers:
            section.figure(f"{name}, tantivy", Figures(peers), "µs")
    section.figure("many: all hits ordered by rank, SQL alone", Figures([ordering]), "µs")
    section.figure("the trivial route", Figures([base]), "µs")
    section.figure("titles and creators", Figures([catalog.text_bytes / 2**20]), "MiB")
    section.figure("the index of words", Figures([index / 2**20]), "MiB")
    values = bare.bytes_of("search_%") / 2**20
    section.figure("what is counted and ordered by", Figures([values]), "MiB")
    section.figure("tantivy's index", Figures([peer_times[0]["bytes"] / 2**20]), "MiB")
    bare.close()


def _rounds(
    held: Held, bare: Bare, paths: dict[str, list[str]], said: dict[str, list[list[str]]]
) -> tuple[Times, Times]:
    http_times: Times = {name: [] for name in paths}
    sql_times: Times = {name: [] for name in paths}
    for _ in range(ROUNDS):
        for name, asked in paths.items():
            http_times[name] += _ask(held.served.url, asked * 3)
            sql_times[name] += bare.run(said[name] * 3)
    return http_times, sql_times


def _rates(section: Section, held: Held, trivial: str, paths: Sequence[str]) -> None:
    def rate(url: str, asked: Sequence[str], **more: Any) -> Callable[[], float]:
        return lambda: (
            wrk.load(url, asked, connections=CONNECTIONS, seconds=LOAD_SECONDS, **more).rate
        )

    sides = {
        "trivial": rate(trivial, ["/trivial"]),
        "search": rate(held.served.url, paths),
        "anew": rate(held.served.url, paths, cookie="none=kept"),
    }
    found = interleave(sides, ROUNDS)
    for side, what in (("search", "searches a second"), ("anew", "searches made anew a second")):
        ratio = found[side].median / found["trivial"].median
        told = f"few: one word at {CONNECTIONS} connections: {what} / those of the trivial route"
        section.ratios.append(Ratio(told, ratio, 0.3))
    section.figure("few: one word, at 32 connections", found["search"], "searches a second")
    section.figure("the same, made anew", found["anew"], "searches a second")


def _fixed(held: Held, trivial: str) -> float:
    """Return the microseconds of the server for the word of a fixed number of hits."""
    base = statistics.median(_ask(trivial, ["/trivial"] * 500))
    found = statistics.median(_ask(held.served.url, _paths("", [FIXED_WORD] * 200)))
    return max(1.0, found - base)


def _paths(name: str, texts: Sequence[str]) -> list[str]:
    facets = {"facets": "true"} if "facets" in name else {}
    return [f"/api/v1/search?{urlencode({'q': text, 'limit': ROWS, **facets})}" for text in texts]


def _ask(url: str, paths: Sequence[str]) -> list[float]:
    """Return how many microseconds each answer took, over one connection."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
    times = []
    for path in paths:
        begun = time.perf_counter()
        connection.request("GET", path, headers=ANEW)
        answer = connection.getresponse()
        answer.read()
        times.append((time.perf_counter() - begun) * 1e6)
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
    connection.close()
    return times


def _part(times: Sequence[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


@contextmanager
def _peer(
    catalog: Catalog, queries: dict[str, list[str]]
) -> Iterator[Callable[[], dict[str, float]]]:
    """Yield what asks tantivy for a round."""
    with tempfile.TemporaryDirectory() as folder:
        records, asked = Path(folder, "records"), Path(folder, "queries")
        with records.open("w", encoding="utf-8") as lines:
            for number, made in enumerate(catalog.works()):
                keys = (" ".join(words_of(text)) for text in (made.title, made.creator))
                lines.write(json.dumps([number, *keys]) + "\n")
        # It has no beginnings of words in its language of queries.
        whole = {name: texts for name, texts in queries.items() if "beginning" not in name}
        asked.write_text(json.dumps(whole))
        with answering(python_peer("tantivy_search.py", str(records), str(asked))) as ask:
            yield lambda: json.loads(ask())
