"""Authors of a work sign one statement, and the ledger attests that all have."""

from __future__ import annotations

from ledger_service.services.authorship.begin_statement import Begun, NewPlace, begin_statement
from ledger_service.services.authorship.find_statement import (
    OwnPlace,
    OwnStatement,
    find_statement,
    own_statements,
)
from ledger_service.services.authorship.sign_statement import (
    ask_for_passkey,
    ask_for_wallet,
    sign_statement,
)

__all__ = [
    "Begun",
    "NewPlace",
    "OwnPlace",
    "OwnStatement",
    "ask_for_passkey",
    "ask_for_wallet",
    "begin_statement",
    "find_statement",
    "own_statements",
    "sign_statement",
]
