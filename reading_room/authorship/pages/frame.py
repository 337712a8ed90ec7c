"""What the pages of statements share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import Depends

from ledger_service.domain.authorship.credit import CreditRole, roles_of
from ledger_service.domain.people.caller import Caller
from ledger_service.web.layout import Fields, Layout, signed_in

PATH = "/me/statements"
layout = Layout(Path(__file__).parents[1] / "templates")
SignedIn = Annotated[Caller, Depends(signed_in)]


def roles_in(fields: Fields) -> tuple[CreditRole, ...]:
    """Return the roles that are ticked in a form; raise InvalidAuthors for a word that is none."""
    return roles_of(fields.all("role"))
