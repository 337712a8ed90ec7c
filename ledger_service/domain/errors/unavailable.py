"""It is nobody's fault: wait."""

from __future__ import annotations

from ledger_service.domain.errors.ledger_error import LedgerError


class Unavailable(LedgerError):
    title = "Unavailable for now"
    retry_after_seconds = 5


class ChainUnavailable(Unavailable):
    title = "Chain node does not answer"


class ChainHeadStale(Unavailable):
    title = "Chain head is too old to decide on"


class ContentStoreUnavailable(Unavailable):
    title = "Content store does not answer"


class LedgerBusy(Unavailable):
    title = "Ledger is busy"


class TooManyImports(Unavailable):
    title = "Too many imports wait"
    retry_after_seconds = 60


class ImportInterrupted(Unavailable):
    title = "Import was interrupted"


class ServiceUnavailable(Unavailable):
    title = "Service does not answer"
