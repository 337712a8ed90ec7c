"""Compare how long it takes to refuse who has an account and who has none; exit 1 if that tells them apart.

A library is set up, and one reader invited. Then a wrong passphrase is tried, in turn, for the card of the
reader and for a card that nobody has. Medians may differ by 2 %; the statistic of Kolmogorov and Smirnov
for two samples is told beside them.

    python -m scripts.sign_in_times --count 1000
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
import time
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ledger_service import config as configuration
from ledger_service.domain.errors import NotAuthenticated
from ledger_service.domain.people.caller import Caller
from ledger_service.services.library import Library
from ledger_service.services.people.attempts import Attempts
from ledger_service.services.people.sign_in.invite import accept_invitation, invite_reader
from ledger_service.services.people.sign_in.local_accounts import let_in_by_card
from ledger_service.setup import open_library
from scripts.harness.setting_up import set_up, settings_in

CARD, NOBODYS = "A-100 200", "A-100 201"
RIGHT, WRONG = "olma gilos behi anor", "olma gilos behi nok"
MOST_DIFFERENCE = 0.02  # of the medians
TERMS = 100  # of the series of Kolmogorov's distribution


def main(arguments: Sequence[str]) -> int:
    """Measure, tell, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="attempts for each card")
    count = parser.parse_args(arguments).count
    with tempfile.TemporaryDirectory() as folder:
        environment = settings_in(Path(folder, "home"))
        set_up(environment, None)
        opened = open_library(configuration.load(environment), "http://127.0.0.1:1")
        try:
            existing, unknown = measure(opened.library, count)
        finally:
            opened.store.close()
    medians = statistics.median(existing), statistics.median(unknown)
    difference = abs(medians[0] - medians[1]) / medians[1]
    distance, chance = kolmogorov_smirnov(existing, unknown)
    print(f"{count} attempts each; medians {medians[0] * 1e3:.2f} ms and {medians[1] * 1e3:.2f} ms")
    print(f"medians differ by {difference:.2%} (at most {MOST_DIFFERENCE:.0%})")
    print(f"Kolmogorov-Smirnov: D = {distance:.4f}, p = {chance:.3f}")
    return 0 if difference < MOST_DIFFERENCE else 1


def measure(library: Library, count: int) -> tuple[list[float], list[float]]:
    """Return the seconds of refusals for a card that somebody has, and for one that nobody has."""
    made = invite_reader(library, Caller.operator(library.steward), CARD)
    accept_invitation(library, made.secret, CARD, RIGHT)
    let_in_by_card(library, Attempts(), "", CARD, RIGHT)
    refused(library, NOBODYS)  # the hash that unknown cards are checked against is made once
    times: dict[str, list[float]] = {CARD: [], NOBODYS: []}
    for number in range(count):
        cards = (CARD, NOBODYS) if number % 2 else (NOBODYS, CARD)
        for card in cards:
            times[card].append(refused(library, card))
    return times[CARD], times[NOBODYS]


def refused(library: Library, card: str) -> float:
    """Return how many seconds it takes to refuse a wrong passphrase."""
    begun = time.perf_counter()
    with suppress(NotAuthenticated):
        let_in_by_card(library, Attempts(), "", card, WRONG)
        raise AssertionError(card)
    return time.perf_counter() - begun


def kolmogorov_smirnov(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """Return the greatest distance of two distributions, and how likely one as great is by chance."""
    one, two = sorted(first), sorted(second)
    distance = max(
        abs(bisect_right(one, at) / len(one) - bisect_right(two, at) / len(two))
        for at in (*one, *two)
    )
    size = math.sqrt(len(one) * len(two) / (len(one) + len(two)))
    scaled = (size + 0.12 + 0.11 / size) * distance
    if scaled < 0.2:  # the series needs more terms there, and the chance is 1
        return distance, 1.0
    series = sum((-1) ** (k - 1) * math.exp(-2 * (k * scaled) ** 2) for k in range(1, TERMS))
    return distance, min(1.0, max(0.0, 2 * series))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
