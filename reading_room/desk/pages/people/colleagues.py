"""Colleagues: who has which role since when and acts by what; who is invited, and who is removed."""

from __future__ import annotations

from functools import partial
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import InvalidInput, LedgerError
from ledger_service.domain.people.caller import STAFF_ROLES, Caller, Role
from ledger_service.domain.people.identity import IdentityKind
from ledger_service.domain.people.permission import Permission, Thing, sees
from ledger_service.domain.people.way import Way
from ledger_service.ports.people import Colleague
from ledger_service.services.library import Library
from ledger_service.services.people.keep_colleagues import (
    Means,
    add_colleague,
    find_colleague,
    list_colleagues,
    means_of,
    remove_colleague,
)
from ledger_service.services.people.revoke_token import revoke_token
from ledger_service.services.people.sign_in.invite import invite_colleague
from ledger_service.web.layout import Fields, library_of, read_fields
from reading_room.desk.pages.visitors import Visitor, show, with_permission

PATH = "/desk/people"
ROWS = 25
router = APIRouter(prefix=PATH, include_in_schema=False)
Viewer = Annotated[Visitor, Depends(with_permission(Permission.COLLEAGUE_READ))]
Adder = Annotated[Visitor, Depends(with_permission(Permission.COLLEAGUE_ADD))]
Remover = Annotated[Visitor, Depends(with_permission(Permission.COLLEAGUE_REMOVE))]
Number = Annotated[int, Path(ge=0, lt=2**53)]
Start = Annotated[int, Query(ge=0, lt=2**31, alias="from")]


class ShownRole(NamedTuple):
    """A role and what ends with it. means: None to whom it is not theirs to end."""

    role: Role
    since: int
    means: Means | None

    @property
    def known_by(self) -> list[IdentityKind]:
        return [] if self.means is None else sorted(self.means.known_by)

    @property
    def tokens(self) -> int:
        tokens = () if self.means is None else self.means.tokens
        return sum(kept.token.way is Way.TOKEN for kept in tokens)

    @property
    def browsers(self) -> int:
        return 0 if self.means is None else len(self.means.tokens) - self.tokens


class ShownColleague(NamedTuple):
    """A colleague and their roles."""

    number: int
    name: str
    roles: list[ShownRole]


@router.get("")
def list_(request: Request, visitor: Viewer, start: Start = 0) -> Response:
    """Show the colleagues, and the form for another. start: how many come before."""
    return _list(request, visitor, start)


@router.post("")
async def add(request: Request, visitor: Adder) -> Response:
    """Give somebody a role, and show the link by which they set a passphrase, unless none is wanted."""
    given = await read_fields(request)
    return await run_in_threadpool(partial(_add, request, visitor, given))


@router.get("/{number}")
def one(request: Request, visitor: Viewer, number: Number) -> Response:
    """Show a colleague: roles, tokens, and what ends when a role is taken away."""
    return _one(request, visitor, number)


@router.post("/{number}/removal")
async def remove(request: Request, visitor: Remover, number: Number) -> Response:
    """Take away the role that the form names, or all of them, if the box is ticked."""
    given = await read_fields(request)

    def act() -> Response:
        library = library_of(request)
        try:
            if given["sure"] != "yes":
                raise InvalidInput("removal-not-sure")
            role = _role(given["role"]) if given["role"] else None
            remove_colleague(library.store, library.clock, visitor.caller, number, role)
        except InvalidInput as exc:
            return _one(request, visitor, number, exc)
        return RedirectResponse(PATH, 303)

    return await run_in_threadpool(act)


@router.post("/{number}/tokens/{token}/end")
async def end(request: Request, visitor: Viewer, number: Number, token: str) -> Response:
    """End a token or a browser's session: it lets nobody in from this answer on."""
    await read_fields(request)
    library = library_of(request)
    act = partial(revoke_token, library.store, library.clock, visitor.caller, token)
    try:
        await run_in_threadpool(act)
    except LedgerError as exc:
        return await run_in_threadpool(_one, request, visitor, number, exc)
    return RedirectResponse(f"{PATH}/{number}", 303)


def _list(
    request: Request,
    visitor: Visitor,
    start: int = 0,
    refusal: LedgerError | None = None,
    given: Fields | None = None,
) -> Response:
    library, caller = library_of(request), visitor.caller
    found = list_colleagues(library.store, caller)
    return show(
        request,
        "desk_people.html",
        visitor,
        200 if refusal is None else 422,
        refusal,
        colleagues=[_shown(library, caller, item) for item in found[start : start + ROWS]],
        before=f"{PATH}?from={max(0, start - ROWS)}" if start else None,
        after=f"{PATH}?from={start + ROWS}" if start + ROWS < len(found) else None,
        roles=_given_by(caller),
        given=given or Fields(),
    )


def _add(request: Request, visitor: Visitor, given: Fields) -> Response:
    library, caller = library_of(request), visitor.caller
    try:
        role = _role(given["role"])
        if given["do"] == "add":
            made = add_colleague(library.store, library.clock, caller, given["name"], role)
            return RedirectResponse(f"{PATH}/{made.number}", 303)
        invitation = invite_colleague(library, caller, given["name"], role, given["card"] or None)
    except LedgerError as exc:
        return _list(request, visitor, refusal=exc, given=given)
    link = request.app.state.public_url + invitation.path
    return show(request, "desk_person_invited.html", visitor, 201, made=invitation, link=link)


def _one(
    request: Request, visitor: Visitor, number: int, refusal: LedgerError | None = None
) -> Response:
    library, caller = library_of(request), visitor.caller
    found = _shown(library, caller, find_colleague(library.store, caller, number))
    status = 200 if refusal is None else 422
    mine = visitor.kept.id
    return show(request, "desk_person.html", visitor, status, refusal, found=found, mine=mine)


def _shown(library: Library, caller: Caller, colleague: Colleague) -> ShownColleague:
    means = means_of(library.store, library.clock, caller, colleague)
    roles = [ShownRole(role, since, means.get(role)) for role, since in colleague.since.items()]
    return ShownColleague(colleague.number, colleague.name, roles)


def _given_by(caller: Caller) -> list[Role]:
    """Return the roles that the caller gives."""
    add = Permission.COLLEAGUE_ADD
    return [role for role in STAFF_ROLES if sees(caller, add, Thing.of_token(role, ""))]


def _role(text: str) -> Role:
    if text not in STAFF_ROLES:
        raise InvalidInput("role-of-no-token", role=text[:40], roles=", ".join(STAFF_ROLES))
    return Role(text)
