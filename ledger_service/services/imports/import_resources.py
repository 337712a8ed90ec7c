"""Import claims: thousands of entries in one write transaction, and no chain job for any.

The proof of what is taken so is the anchored ledger (docs/adr/0036). How a claim is accepted says
services/resources/accept_claims; here is what becomes of an import's items.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from ledger_service.domain.errors import ContentKeptOtherwise, ResourceAlreadyRegistered
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.prepared_claim import (
    CLAIM,
    DUPLICATE,
    JOINED,
    KEPT_NEWLY,
    REFUSED,
    REGISTERED,
    ImportResult,
    PreparedClaim,
    reason_of,
)
from ledger_service.domain.imports.source_record import SourceRecord
from ledger_service.domain.people.act import Doer
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.claim import Claim
from ledger_service.domain.resources.registration import Route
from ledger_service.ports.chain import LeaseKind
from ledger_service.ports.store import Transaction
from ledger_service.services.imports.seal_imports import (
    NOTHING_SEALED,
    in_their_form,
    wrap_all,
)
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import doer_of, record_taken
from ledger_service.services.resources.accept_claims import Refused, Taken, accept_claims
from ledger_service.services.resources.closed.keep_sealed import SealedContent, add_epoch
from ledger_service.services.resources.join_content import Kept, join_content

CLAIMS_A_TRANSACTION = 24_000  # each writes most pages of an index, so that fewer are quicker
CLAIMS_WORTH_A_TRANSACTION = 8_000  # while the next are not ready
RECORD_BYTES_A_TRANSACTION = 16 * 1024 * 1024
SECONDS_A_TRANSACTION = 2  # of preparing; no more is lost by a kill
IMPORT_SECONDS = 10  # it counts as under way after a write; if killed, it delays anchors so long
_as_claim = partial(tuple.__new__, Claim)  # as Claim._make, without its checks


def is_importing(transaction: Transaction, now: int) -> bool:
    """Return whether an import is under way. now: seconds since 1970 UTC."""
    return transaction.jobs.is_leased(LeaseKind.IMPORT, now, IMPORT_SECONDS)


def in_transactions(
    batches: Iterator[list[PreparedClaim]], most_claims: int = CLAIMS_A_TRANSACTION
) -> Iterator[list[PreparedClaim]]:
    """Yield the claims of one write transaction each, about so many at most.

    They are fewer if preparing them takes long, if their records are long, or if no more are ready: an empty
    batch says so.
    """
    chunk: list[PreparedClaim] = []
    begun, kept_bytes = time.monotonic(), 0
    for claims in batches:
        chunk += claims
        kept_bytes += sum([len(claim.record[3]) for claim in claims if claim.record is not None])
        is_late = time.monotonic() - begun > SECONDS_A_TRANSACTION
        is_time = not claims and len(chunk) >= CLAIMS_WORTH_A_TRANSACTION
        is_full = len(chunk) >= most_claims or kept_bytes >= RECORD_BYTES_A_TRANSACTION
        if is_full or (is_late and chunk) or is_time:
            yield chunk
            chunk, begun, kept_bytes = [], time.monotonic(), 0
    if chunk:
        yield chunk


def import_claims(
    library: Library,
    caller: Caller,
    name: str,
    claims: Sequence[PreparedClaim],
    *,
    is_last: bool = False,
) -> list[ImportResult]:
    """Accept claims in a write transaction of their own; see `import_into`.

    name: of the import, of at most 40 characters. Until is_last, or for some seconds if it is killed,
    it counts as work that an anchor waits for.
    """
    check_permitted(caller, Permission.IMPORT_START)
    claims = in_their_form(library, claims)
    sealed = wrap_all(library, claims)
    with library.store.write() as transaction:
        results = import_for(library, transaction, caller.subject, name, claims, sealed)
        seconds = 0 if is_last else IMPORT_SECONDS
        transaction.jobs.take_lease(LeaseKind.IMPORT, name, name, library.clock(), seconds)
    return results


def import_for(
    library: Library,
    transaction: Transaction,
    holder: str,
    name: str,
    claims: Sequence[PreparedClaim],
    sealed: Mapping[bytes, SealedContent] = NOTHING_SEALED,
) -> list[ImportResult]:
    """Do as `import_into`, and record that this colleague's import of this name did it.

    sealed: what lies encrypted, by digest.
    """
    first = transaction.ledger.size()
    results = import_into(library, transaction, claims)
    taken = range(first, transaction.ledger.size())
    doer = doer_of(transaction, holder)
    record_taken(transaction, doer, library.clock(), taken, name)
    kept: set[bytes] = set()
    for place, (item, result) in enumerate(zip(claims, results, strict=True)):
        if item.kept and result.outcome in (DUPLICATE, REFUSED):
            results[place] = _joined(library, transaction, doer, item, result)
        is_taken = results[place].outcome in (REGISTERED, DUPLICATE, JOINED)
        is_first = item.digest in sealed and item.digest not in kept
        if item.sealed is not None and is_taken and is_first:
            add_epoch(library, transaction, Digest(item.digest), sealed[item.digest])
            kept.add(item.digest)  # the same bytes may come again in these claims
    needed = {sealed[digest].cid for digest in kept}
    for item in claims:
        if item.sealed is not None and item.sealed[1] not in needed:  # kept already, or refused
            transaction.needless.note(item.sealed[1], library.clock())
    return results


def import_into(
    library: Library, transaction: Transaction, prepared: Sequence[PreparedClaim]
) -> list[ImportResult]:
    """Return what became of each claim, in order; the entries of those accepted are appended together.

    Records that came with claims are kept, also those of claims that were refused.
    """
    claims = list(map(_as_claim, [item[CLAIM] for item in prepared if not item[1]]))
    outcomes = iter(accept_claims(library, transaction, claims, Route.BULK))
    results = [
        ImportResult(item.place, item.digest, None, item.outcome, item.reason)
        if item[1]
        else _result(item, next(outcomes))
        for item in prepared
    ]
    kept = [
        (SourceRecord(*item.record), b"" if result.entry is None else item.digest)
        for item, result in zip(prepared, results, strict=True)
        if item.record is not None
    ]
    transaction.records.keep(kept, library.clock())
    return results


def _joined(
    library: Library,
    transaction: Transaction,
    doer: Doer,
    item: PreparedClaim,
    result: ImportResult,
) -> ImportResult:
    """Return what became of a claim that was not taken, whose bytes are kept: they may have been missing."""
    is_same = result.outcome == DUPLICATE
    if not is_same and Reason.parse(result.reason).name != ResourceAlreadyRegistered.slug():
        return result
    named = Digest(item.digest)
    is_new = item.kept == KEPT_NEWLY
    if item.sealed is not None:
        is_new = is_new and not transaction.stored.newest(library.steward, [named])
    kept = Kept(named, item.cid, is_same, is_new, item.sealed is not None)
    try:
        since = join_content(library, transaction, doer, kept)
    except ContentKeptOtherwise as exc:
        return result._replace(outcome=REFUSED, reason=reason_of(exc))
    return result if since is None else result._replace(outcome=JOINED, reason="")


def _result(item: PreparedClaim, outcome: Taken | Refused) -> ImportResult:
    if isinstance(outcome, Refused):
        return ImportResult(item[0], item[3], outcome.entry, REFUSED, reason_of(outcome.error))
    word = REGISTERED if outcome.is_new else DUPLICATE
    return ImportResult(item[0], item[3], outcome.entry, word)
