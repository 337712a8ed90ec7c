"""The whole schema: the tables of every story in one MetaData; migrations/ brings a database to it."""

from __future__ import annotations

from ledger_service.adapters.sql.authorship import schema as authorship
from ledger_service.adapters.sql.chain import schema as chain
from ledger_service.adapters.sql.columns import metadata
from ledger_service.adapters.sql.consortium import copies_schema as member_copies
from ledger_service.adapters.sql.consortium import schema as consortium
from ledger_service.adapters.sql.credentials import schema as credentials
from ledger_service.adapters.sql.imports import schema as imports
from ledger_service.adapters.sql.ledger import schema as ledger
from ledger_service.adapters.sql.lending import schema as lending
from ledger_service.adapters.sql.people import schema as people
from ledger_service.adapters.sql.publication import schema as publication
from ledger_service.adapters.sql.resources import schema as resources

STORIES = (
    authorship,
    chain,
    consortium,
    member_copies,
    credentials,
    imports,
    ledger,
    lending,
    people,
    publication,
    resources,
)
"""The modules that have put their tables into `metadata`."""

__all__ = ["STORIES", "metadata"]
