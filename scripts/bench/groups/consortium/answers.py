"""Verifying a digest at a member of five ledgers, beside a library that is alone.

`make bench GROUPS=answers ENTRIES=100000` says how many entries each ledger has.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
from collections.abc import Callable
from contextlib import ExitStack
from urllib.request import urlopen

from ledger_service import config as configuration
from ledger_service.services.resources.find_resources import show_license
from ledger_service.setup import open_library
from scripts.bench.filled_library import LICENSE, Filled, filled_library
from scripts.bench.groups.consortium.member_ledgers import add_member
from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import interleave
from scripts.bench.servers import serving
from scripts.bench.wrk import load

ENTRIES = int(os.environ.get("ENTRIES", "10000"))  # of each ledger
OTHERS, ASKED, SECONDS, ROUNDS = 4, 2_000, 3, 9
MOST = 1.5
ALONE, OWN, THEIRS, NOBODY, NOBODY_ALONE = (
    "a library alone, its own works",
    "a member, its own works",
    "a member, works of the four others",
    "a member, what nobody has",
    "a library alone, what nobody has",
)


def run() -> Section:
    """Return the latencies of the route that tells verdicts, and their ratios."""
    with ExitStack() as stack:
        alone, member = (stack.enter_context(filled_library(ENTRIES)) for _ in range(2))
        theirs = [_digests(number) for number in range(1, OTHERS + 1)]
        _join(member, theirs)
        url_alone, url_member = (
            stack.enter_context(serving("muhr", str(one.served.home), one.served.chain_url))
            for one in (alone, member)
        )
        sides: dict[str, Callable[[], float]] = {
            ALONE: _side(url_alone, alone.digests),
            OWN: _side(url_member, member.digests),
            THEIRS: _side(url_member, [digest for some in theirs for digest in some]),
            NOBODY_ALONE: _side(url_alone, _digests(0)),
            NOBODY: _side(url_member, _digests(0)),
        }
        _check(url_member, theirs[-1][0])
        found = interleave(sides, ROUNDS)
    section = Section("answers", "One answer over five ledgers")
    section.lines.append(
        "`GET /resources/DIGEST/verdict` of random digests over one connection. Each of five ledgers has "
        f"{ENTRIES:,} entries, all taken in in bulk and anchored; the member has copies of four of them, and "
        "tells who was first, who else holds it, and which ledgers were asked. The load is wrk's."
    )
    for name in sides:
        section.figure(name, found[name], "µs, p50")
    for name, base in ((OWN, ALONE), (THEIRS, ALONE), (NOBODY, NOBODY_ALONE)):
        ratio = found[name].median / found[base].median
        section.ratios.append(Ratio(f"p50, {name} / {base}", ratio, MOST, at_least=False))
    return section


def _digests(number: int) -> list[bytes]:
    """Return as many digests as a ledger has entries; number: of the ledger, 0 for nobody's."""
    words = (b"work %d of %d" % (place, number) for place in range(ENTRIES))
    return [hashlib.sha256(word).digest() for word in words]


def _join(member: Filled, theirs: list[list[bytes]]) -> None:
    config = configuration.load({"MUHR_HOME": str(member.served.home)})
    opened = open_library(config, member.served.chain_url)
    license_id = show_license(opened.library, LICENSE).id
    for number, digests in enumerate(theirs, 1):
        add_member(opened, number, digests, license_id)
    opened.store.close()


def _check(url: str, digest: bytes) -> None:
    """See that the member finds what only another has, in all ledgers."""
    with urlopen(f"{url}/api/v1/resources/{digest.hex()}/verdict") as answer:
        told = json.load(answer)
    reasons = [item["reason"] for item in told["asked"]]
    if not told["authentic"] or reasons != [None] * (1 + OTHERS):
        sys.exit(f"The member does not find the works of others: {told}")


def _side(url: str, digests: list[bytes]) -> Callable[[], float]:
    chosen = random.Random(6962).sample(digests, min(ASKED, len(digests)))
    paths = [f"/api/v1/resources/{digest.hex()}/verdict" for digest in chosen]

    def p50() -> float:
        found = load(url, paths, connections=1, seconds=SECONDS)
        if found.failed:
            sys.exit(f"{url}{paths[0]} answered {found.failed} times with an error.")
        return found.p50

    return p50
