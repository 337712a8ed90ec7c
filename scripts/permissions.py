"""Write docs/permissions.md: who may do what, as the domain's function decides, and what each route needs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from ledger_service import messages
from ledger_service.api.callers import permission_of
from ledger_service.app import include_routes
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.people.caller import TOKEN_ROLES, Caller, Role
from ledger_service.domain.people.permission import ENDS, GIVES, OWN, Permission
from scripts.fields import CELLS, far, rows

PAGE = Path(__file__).parents[1] / "docs" / "permissions.md"
NOBODYS = StewardId(bytes(32))
INTRODUCTION = """# Who may do what

<!-- Written by `make permissions` from ledger_service/domain/people/permission; do not edit. -->

Every verb is handed a caller, and one function decides by the caller's role and by what is known of the
thing: whose it is, what its license says, what stands against it. What it does not allow is denied.
*Anybody* has sent no token. The other roles have sent a token of that role (`muhr token`, `POST
/readers`): an *admin* looks after the library's colleagues, a *consortium-admin* after the admins of its
stewards, and a *service* is a program that sends what others catalog. The *operator* is whoever runs a
command with the library's own database; there is no token of this role. A token that was made for some
permissions has no others.

“Yes” reaches whatever the library has, “own” what is the caller's own: to a reader, another reader's grant is
not there. Colleagues of one library see each other's imports, and who sent them, and may cancel them. An
`Idempotency-Key` belongs to whoever sends it, so that two colleagues may use the same.

## Roles

"""
GIVING = """
## Roles that one gives, and ends

“Gives” makes tokens of this role and adds colleagues who have it; “ends” lists and revokes their tokens.
Everybody lists and revokes their own.

"""
FIELDS = """
## Fields

An answer has all the fields of its object, whoever asks; what a role may not see is null there, and the field
states in the OpenAPI document which permission shows it. Fields that the document does not require are of a
record: they are left out where the record lacks them, for every role. Nobody but its reader and the
registrars is told whose a grant is: an auditor knows readers by a pseudonym, and could otherwise join the
two.

"""
ROUTES = """
## Routes

A route states its permission in the OpenAPI document, as `x-permission`.

| route | permission |
|---|---|
"""


def document() -> dict[str, Any]:
    """Return the OpenAPI document of the service."""
    app = FastAPI(title="Muhr")
    include_routes(app)
    return app.openapi()


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    """Return what the document says of each route, by method and path."""
    return {
        (method, path): operation
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


def callers() -> dict[str, Caller]:
    """Return a caller of each column."""
    tokens = {role.value: Caller.of_token(role, "x", NOBODYS) for role in TOKEN_ROLES}
    return {"anybody": Caller.anybody(NOBODYS), **tokens, "operator": Caller.operator(NOBODYS)}


def page() -> str:
    """Return the page."""
    parts = (
        (INTRODUCTION, _role_rows()),
        (GIVING, _giving_rows()),
        (FIELDS, rows(document(), callers())),
        (ROUTES, _route_rows()),
    )
    return "".join(said + "\n".join(table) + "\n" for said, table in parts)


def _role_rows() -> Iterator[str]:
    columns = callers()
    yield f"| permission | {' | '.join(columns)} | what it lets one do |"
    yield "|---" * (len(columns) + 2) + "|"
    for permission in Permission:
        if permission in OWN.values():
            continue
        cells = [CELLS[far(caller, permission)] for caller in columns.values()]
        meaning = meaning_of(permission)
        if permission in OWN:
            meaning += f"; own: {meaning_of(OWN[permission])}"
        yield f"| `{permission}` | {' | '.join(cells)} | {meaning} |"


def meaning_of(permission: Permission) -> str:
    """Return in English what a permission lets one do."""
    return messages.said("page.may." + permission.value.replace(":", "-"), "en")


def _giving_rows() -> Iterator[str]:
    yield f"| role | {' | '.join(TOKEN_ROLES)} |"
    yield "|---" * (len(TOKEN_ROLES) + 1) + "|"
    for by in [role for role in Role if role in ENDS]:
        cells = [_giving(by, role) for role in TOKEN_ROLES]
        yield f"| {by} | {' | '.join(cells)} |"


def _giving(by: Role, role: Role) -> str:
    words = (("gives", role in GIVES.get(by, ())), ("ends", role in ENDS[by]))
    return " and ".join(word for word, is_so in words if is_so)


def _route_rows() -> Iterator[str]:
    found = operations()
    for method, path in sorted(found, key=lambda route: (route[1], route[0])):
        yield f"| `{method.upper()} {path}` | `{permission_of(found[method, path])}` |"


def main() -> int:
    """Write or check the page; return the exit status."""
    made = page()
    if "--check" not in sys.argv:
        PAGE.write_text(made, "utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text("utf-8") == made:
        return 0
    print("docs/permissions.md is stale: run make permissions")
    return 1


if __name__ == "__main__":
    sys.exit(main())
