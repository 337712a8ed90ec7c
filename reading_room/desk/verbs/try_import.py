"""Try an import: tell what would become of its items, and register nothing."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from ledger_service.domain.errors import InvalidManifest, LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.import_progress import Extent
from ledger_service.domain.imports.prepared_claim import (
    DUPLICATE,
    READY,
    REFUSED,
    PreparedClaim,
    reason_of,
)
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.registration import Metadata
from ledger_service.ports.store import Transaction
from ledger_service.services.imports.request_import import ImportRequest, ManifestUpload
from ledger_service.services.library import Library
from ledger_service.services.resources.accept_claims import check_acceptable

MOST_TRIED = 20_000  # items
MOST_SECONDS = 8
MOST_SHOWN = 100
AT_ONCE = 500  # in one snapshot of the database


@dataclass
class Trial:
    """What would become of items. refused: (place, stored reason) of the first of these.

    titles: of the first that would be taken. is_whole: whether all items were tried; of a long manifest,
    only a part is.
    """

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[str, str]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    is_whole: bool = True

    @property
    def items(self) -> int:
        """How many items were tried."""
        return sum(self.counts.values())


def try_import(library: Library, asked: ImportRequest, upload: ManifestUpload) -> Trial:
    """Return what would become of the items of a manifest that has come.

    Raises:
        TruncatedUpload: fewer bytes came than announced.
        InvalidManifest: it has no items, or is malformed as a whole.
    """
    check_permitted(asked.caller, Permission.IMPORT_START)
    upload.check_arrived(asked.announced_bytes)
    largest = library.limits.largest_resource_bytes
    claims = library.manifests.claims(upload.job, asked.form, asked.license, largest, Extent())
    trial, end = Trial(), time.monotonic() + MOST_SECONDS
    while some := list(islice(claims, AT_ONCE)):
        with library.store.read() as transaction:
            _try_some(library, transaction, some, trial)
        if trial.items >= MOST_TRIED or time.monotonic() > end:
            trial.is_whole = next(claims, None) is None
            break
    if not trial.items:
        raise InvalidManifest("empty")
    return trial


def _try_some(
    library: Library, transaction: Transaction, claims: Iterable[PreparedClaim], trial: Trial
) -> None:
    for claim in claims:
        outcome, reason = claim.outcome, claim.reason
        if not outcome:
            outcome, reason = _outcome(library, transaction, claim)
        trial.counts[outcome] += 1
        if outcome == REFUSED and len(trial.refused) < MOST_SHOWN:
            trial.refused.append((claim.place, reason))
        if outcome == READY and len(trial.titles) < MOST_SHOWN:
            trial.titles.append(claim.title)


def _outcome(library: Library, transaction: Transaction, claim: PreparedClaim) -> tuple[str, str]:
    """Return what would become of a claim that is sound in itself, and the reason, as it is stored."""
    digest = Digest(claim.digest)
    try:
        metadata = Metadata(
            claim.title, claim.media_type, claim.size_bytes, claim.creator, claim.language
        )
        check_acceptable(library, transaction, digest, claim.license, metadata)
    except LedgerError as exc:
        return REFUSED, reason_of(exc)
    standing = transaction.registrations.find(digest, library.steward)
    return (READY if standing is None else DUPLICATE), ""
