"""Run an import, whoever asked for it: claims in batches become write transactions, results are counted.

Where the claims come from, and what else a transaction of theirs holds, is the caller's.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator

from ledger_service.domain.prepared_claim import ImportResult, PreparedClaim

CLAIMS_A_TRANSACTION = 16_000  # each writes most pages of an index, so that fewer are quicker
SECONDS_A_TRANSACTION = 2  # of preparing; no more is lost by a kill

Take = Callable[[list[PreparedClaim]], list[ImportResult]]
"""Accepts claims in a write transaction of their own, and returns what became of each once it stands."""

Tell = Callable[[list[ImportResult], Counter[str]], None]
"""Is told the results of a transaction, and how many items have had which outcome so far."""


def run_import(
    batches: Iterator[list[PreparedClaim]],
    take: Take,
    tell: Tell,
    most_claims: int = CLAIMS_A_TRANSACTION,
) -> tuple[Counter[str], int]:
    """Return how many items had which outcome, and the last entry that concerns any, −1 for none.

    most_claims: about so many are one transaction.
    """
    counts: Counter[str] = Counter()
    last = -1
    for claims in _transactions(batches, most_claims):
        results = take(claims)
        counts.update(result.outcome for result in results)
        last = max(last, *(-1 if result.entry is None else result.entry for result in results))
        tell(results, counts)
    return counts, last


def _transactions(
    batches: Iterator[list[PreparedClaim]], most_claims: int
) -> Iterator[list[PreparedClaim]]:
    """Yield the claims of one write transaction each."""
    chunk: list[PreparedClaim] = []
    begun = time.monotonic()
    for claims in batches:
        chunk += claims
        is_late = time.monotonic() - begun > SECONDS_A_TRANSACTION
        if len(chunk) >= most_claims or is_late:
            yield chunk
            chunk, begun = [], time.monotonic()
    if chunk:
        yield chunk
