"""Run groups of benchmarks and write docs/benchmarks.md: python -m scripts.bench [GROUP ...]."""

from __future__ import annotations

import importlib
import sys

from scripts.bench import page
from scripts.bench.groups import module_of

GROUPS = [
    "trees",
    "proofs",
    "appends",
    "verification",
    "attack",
    "guards",
    "start",
    "digests",
    "files",
    "content",
    "growth",
    "chain",
    "reading",
    "pages",
    "opds",
    "verifying",
    "search",
    "federated",
    "recommendations",
    "cohorts",
    "people",
    "counter",
    "harvest",
    "together",
    "attendance",
    "idle",
    "joining",
    "answers",
]


def main(wanted: list[str]) -> int:
    """Run these groups, all if none is named; return 2 for a name that is none."""
    unknown = [name for name in wanted if name not in GROUPS]
    if unknown:
        print(f"No such group: {', '.join(unknown)}. There are {', '.join(GROUPS)}.")
        return 2
    for name in wanted or GROUPS:
        print(f"· {name}", flush=True)
        section = importlib.import_module(module_of(name)).run()
        page.keep(section)
        print(section.markdown(), flush=True)
    page.write(GROUPS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
