"""Which role sees which field of which object: read from the OpenAPI document and the domain's function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger_service.api.callers import permission_of
from ledger_service.domain.errors import NotPermitted
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, Reach, reach

REFERENCE = "#/components/schemas/"
CELLS = {None: "", Reach.OWN: "own", Reach.ALL: "yes"}


def far(caller: Caller, permission: Permission) -> Reach | None:
    """Return how far a permission reaches for a caller; None if it is not held."""
    try:
        return reach(caller, permission)
    except NotPermitted:
        return None


def answer_of(operation: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of what a route answers when it has done what was asked; empty if it states none."""
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            found: dict[str, Any] = response.get("content", {}).get("application/json", {})
            return found.get("schema") or {}
    return {}


def objects_in(schema: Any, document: dict[str, Any]) -> Iterator[str]:
    """Yield the name of each object that a schema tells of, and of those within; pages are none."""
    if isinstance(schema, list):
        for item in schema:
            yield from objects_in(item, document)
    if not isinstance(schema, dict):
        return
    named = str(schema.get("$ref", "")).removeprefix(REFERENCE)
    if named and not named.startswith("Page_"):
        yield named
    within = document["components"]["schemas"][named]["properties"] if named else schema
    for item in within.values():
        yield from objects_in(item, document)


def fields_of(name: str, document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the schema of each field of an object."""
    found: dict[str, dict[str, Any]] = document["components"]["schemas"][name]["properties"]
    return found


def matrix(
    document: dict[str, Any], callers: dict[str, Caller]
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return for each object and field what each caller sees of it: yes, own, or nothing.

    A caller sees an object whom one of the routes that answer with it lets in, and a field that states a
    permission who holds that, too.
    """
    asked: dict[str, set[Permission]] = {}
    for methods in document["paths"].values():
        for operation in methods.values():
            for name in objects_in(answer_of(operation), document):
                asked.setdefault(name, set()).add(permission_of(operation))
    return {
        name: {
            field: tuple(_seen(caller, permissions, schema) for caller in callers.values())
            for field, schema in fields_of(name, document).items()
        }
        for name, permissions in sorted(asked.items())
    }


def rows(document: dict[str, Any], callers: dict[str, Caller]) -> Iterator[str]:
    """Yield the rows of the table; fields that the same callers see stand in one. Public objects are last."""
    yield f"| object | fields | {' | '.join(callers)} |"
    yield "|---" * (len(callers) + 2) + "|"
    public = []
    for name, fields in matrix(document, callers).items():
        grouped: dict[tuple[str, ...], list[str]] = {}
        for field, cells in fields.items():
            grouped.setdefault(cells, []).append(f"`{field}`")
        if list(grouped) == [("yes",) * len(callers)]:
            public.append(f"`{name.removesuffix('Shape')}`")
            continue
        for cells, named in grouped.items():
            told = f"`{name.removesuffix('Shape')}`"
            yield f"| {told} | {', '.join(named)} | {' | '.join(cells)} |"
    yield f"| {', '.join(public)} | all | {' | '.join(['yes'] * len(callers))} |"


def _seen(caller: Caller, permissions: set[Permission], field: dict[str, Any]) -> str:
    by_route = {far(caller, permission) for permission in permissions}
    best = Reach.ALL if Reach.ALL in by_route else Reach.OWN if Reach.OWN in by_route else None
    own = far(caller, permission_of(field)) if "x-permission" in field else Reach.ALL
    if best is None or own is None:
        return CELLS[None]
    return CELLS[Reach.OWN if Reach.OWN in (best, own) else Reach.ALL]
