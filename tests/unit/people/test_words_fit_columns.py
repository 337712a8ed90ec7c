"""PostgreSQL refuses a word that is longer than its column, which SQLite takes."""

from __future__ import annotations

from enum import StrEnum

import pytest
from sqlalchemy import Column

from ledger_service.adapters.sql.lending.schema import cohort, grant, request
from ledger_service.adapters.sql.people.schema import act, colleague_role, identity, token
from ledger_service.domain.lending.cohort import CohortState
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.lending.grant import GrantState
from ledger_service.domain.lending.request import Closing, RequestState
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.identity import IdentityKind
from ledger_service.domain.people.way import Way


@pytest.mark.parametrize(
    ("words", "column"),
    [
        (ActKind, act.c.kind),
        (CohortState, cohort.c.state),
        (Closing, request.c.why),
        (Denial, request.c.why),
        (GrantState, grant.c.state),
        (IdentityKind, identity.c.kind),
        (RequestState, request.c.state),
        (Role, token.c.role),
        (Role, colleague_role.c.role),
        (Way, token.c.way),
    ],
)
def test_every_word_fits_its_column(words: type[StrEnum], column: Column[str]) -> None:
    length: int = column.type.length  # type: ignore[attr-defined]
    assert [word.value for word in words if len(word.value) > length] == []
