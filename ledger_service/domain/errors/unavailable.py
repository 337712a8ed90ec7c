"""It is nobody's fault: wait."""

from __future__ import annotations

from ledger_service.domain.errors.ledger_error import LedgerError


class Unavailable(LedgerError):
    """Unavailable for now."""

    retry_after_seconds = 5


class ChainUnavailable(Unavailable):
    """Chain node does not answer."""


class ChainHeadStale(Unavailable):
    """Chain head is too old to decide on."""


class ClaimOnItsWay(Unavailable):
    """What a course gives is claimed, and on its way to the chain."""


class ContentStoreUnavailable(Unavailable):
    """Content store does not answer."""


class ContentKeyUnavailable(Unavailable):
    """Key of closed content cannot be had."""

    retry_after_seconds = 60


class ErasuresUnreachable(Unavailable):
    """List of erased readers cannot be reached."""

    retry_after_seconds = 60


class ErasureUnfinished(Unavailable):
    """Erasure has begun and is not done."""


class LicenseServerUnavailable(Unavailable):
    """License server of the library does not answer."""

    retry_after_seconds = 60


class MailUnavailable(Unavailable):
    """The server for mail takes none."""

    retry_after_seconds = 60


class LedgerBusy(Unavailable):
    """Ledger is busy."""


class TooManyImports(Unavailable):
    """Too many imports wait."""

    retry_after_seconds = 60


class TooManyAtOnce(Unavailable):
    """Too much of this is under way."""


class TooManyAttempts(Unavailable):
    """Too many attempts to sign in."""

    retry_after_seconds = 60


class TooManySearches(Unavailable):
    """All libraries were searched too often."""

    retry_after_seconds = 60


class TooManyStreams(Unavailable):
    """Too many streams of events are open."""

    retry_after_seconds = 30


class ImportInterrupted(Unavailable):
    """Import was interrupted."""


class WorkerStopped(Unavailable):
    """Worker has stopped."""

    retry_after_seconds = 60


class ServiceUnavailable(Unavailable):
    """Service does not answer."""


class ProviderUnavailable(Unavailable):
    """Provider of accounts does not answer."""


class LoanOnItsWay(Unavailable):
    """The chain does not have the loan yet."""
