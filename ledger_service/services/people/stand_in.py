"""Say who asks where a reader of another library cannot: whoever stands in for them, as far as readers go."""

from __future__ import annotations

from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.permission import Permission, check_permitted


def as_its_reader(caller: Caller, reader: str) -> Caller:
    """Return a reader of the calling library, which asks for them; raise RoleNotHeld if it is no such one."""
    check_permitted(caller, Permission.LOAN_DISTRIBUTE)
    return Caller.of_token(Role.READER, reader, caller.steward)


def by_secret(reader: str, steward: StewardId) -> Caller:
    """Return the reader whose loan's secret was shown: whoever has it may do what the reader may."""
    return Caller.of_token(Role.READER, reader, steward)
