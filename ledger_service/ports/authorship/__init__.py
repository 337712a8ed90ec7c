"""What the services need of statements that authors sign."""

from ledger_service.ports.authorship.statements import (
    AuthorsTable,
    KeptPlace,
    KeptStatement,
    PlaceState,
    StatementState,
)

__all__ = ["AuthorsTable", "KeptPlace", "KeptStatement", "PlaceState", "StatementState"]
