"""Make a run of recommendations on a library, or the plain product that it is compared with.

    python -m scripts.bench.sides.recommend run CHAIN
    python -m scripts.bench.sides.recommend product READERS WORKS EACH

prints as JSON: seconds, and peak_bytes of this process. The run reads MUHR_HOME. The product is of random
numbers that are in memory already: a matrix of readers and works, turned and multiplied by itself.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import replace

import numpy
from scipy import sparse

from ledger_service import config as configuration
from ledger_service.setup import open_library
from reading_room.recommendations import work as night
from reading_room.recommendations.rules.run import Run
from reading_room.recommendations.sql import SqlRecommendations


def run(chain: str) -> float:
    """Return how long a run takes that counts its window for the first time."""
    opened = open_library(configuration.load(), chain)
    now = opened.library.clock()
    with opened.store.write() as transaction:
        room = transaction.room(SqlRecommendations)
        known = room.run() or Run(0, now, now)
        room.set_run(replace(known, is_asked=True, window=None))
    begun = time.perf_counter()
    night.work(opened.library, lambda: False)
    took = time.perf_counter() - begun
    with opened.store.read() as transaction:
        ended = transaction.room(SqlRecommendations).run()
    opened.store.close()
    assert ended is not None
    assert ended.ended_at is not None
    return took


def product(readers: int, works: int, each: int) -> float:
    """Return how long scipy takes to count all pairs of works, without bounds, noise or a database."""
    random = numpy.random.default_rng(1)
    columns = (works * random.random(readers * each) ** 2).astype(numpy.int32)
    starts = numpy.arange(0, len(columns) + 1, each, dtype=numpy.int64)
    ones = numpy.ones(len(columns), dtype=numpy.int32)
    begun = time.perf_counter()
    read = sparse.csr_matrix((ones, columns, starts), shape=(readers, works))
    assert (read.T.tocsr() @ read).nnz
    return time.perf_counter() - begun


def main(what: str, *arguments: str) -> None:
    """Do what is asked, and print how long it took."""
    seconds = run(*arguments) if what == "run" else product(*map(int, arguments))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "peak_bytes": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
