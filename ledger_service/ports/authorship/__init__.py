"""What the services need of statements that authors sign, and of reviews."""

from ledger_service.ports.authorship.reviews import KeptReview, ReviewTable
from ledger_service.ports.authorship.statements import (
    AuthorsTable,
    KeptPlace,
    KeptStatement,
    PlaceState,
    StatementState,
)

__all__ = [
    "AuthorsTable",
    "KeptPlace",
    "KeptReview",
    "KeptStatement",
    "PlaceState",
    "ReviewTable",
    "StatementState",
]
