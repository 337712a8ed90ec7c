"""The name means nothing here."""

from __future__ import annotations

from ledger_service.domain.errors.ledger_error import LedgerError


class NotFound(LedgerError):
    title = "Not found"


class RouteNotFound(NotFound):
    title = "No such address in this API"


class ResourceNotFound(NotFound):
    title = "Resource is not registered"


class GrantNotFound(NotFound):
    title = "Grant is not known"


class EntryNotFound(NotFound):
    title = "Entry is not in the ledger"


class LogNotKnown(NotFound):
    title = "Witness does not know this ledger"


class IntentNotFound(NotFound):
    title = "Signed intent is not known here"


class ImportNotFound(NotFound):
    title = "Import is not known here"


class OpeningNotFound(NotFound):
    title = "Opening is not known or has ended"


class TileNotFound(NotFound):
    title = "Tile is not in the published ledger"


class CheckpointNotFound(NotFound):
    title = "No checkpoint yet"


class ContentNotFound(NotFound):
    title = "Content is not in the store"
