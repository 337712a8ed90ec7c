"""The page of a statement: what is signed, in words, and what whoever looks can do now."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.authorship.author import LONGEST_NAME, KeyKind
from ledger_service.domain.authorship.credit import CreditRole
from ledger_service.domain.chain.account import checksummed
from ledger_service.domain.errors import InvalidInput, LedgerError, StatementClosed, Unavailable
from ledger_service.domain.people.caller import Caller
from ledger_service.ports.authorship import PlaceState, StatementState
from ledger_service.services.authorship import (
    OwnStatement,
    ask_for_passkey,
    ask_for_wallet,
    find_statement,
    sign_statement,
)
from ledger_service.services.authorship.accept_place import Accepted, accept_place, end_statement
from ledger_service.services.authorship.own_file import name_of_work, own_file
from ledger_service.services.authorship.register_signed import ask_for_registration
from ledger_service.services.people.sign_in.passkeys import own_passkeys
from ledger_service.services.pools import WALLETS
from ledger_service.web.layout import Fields, hand_out, library_of, origin_of, read_fields
from reading_room.authorship.pages.frame import PATH, SignedIn, layout, roles_in

router = APIRouter(prefix=PATH, include_in_schema=False)
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@router.get("/{statement}")
def show(request: Request, caller: SignedIn, statement: Id) -> Response:
    """Show a statement."""
    return _page(request, caller, statement)


@router.get("/{statement}/work")
def work(request: Request, caller: SignedIn, statement: Id) -> Response:
    """Hand out the work, so that nobody need sign what they have not read."""
    data = own_file(library_of(request), caller, statement)
    return hand_out(data, name_of_work(data))


@router.post("/{statement}")
async def act(request: Request, caller: SignedIn, statement: Id) -> Response:
    """Accept the place, sign, decline, or ask the library to register the work."""
    fields = await read_fields(request)
    do = partial(_act, request, caller, statement, fields)
    if fields["do"] == "sign" and not fields["answer"]:
        return await WALLETS.run(do)  # a contract wallet's chain may be asked
    return await run_in_threadpool(do)


def _act(request: Request, caller: Caller, statement: str, fields: Fields) -> Response:
    library, do = library_of(request), fields["do"]
    try:
        if do == "accept":
            accept_place(library, caller, statement, _accepted(request, fields))
        elif do == "sign":
            answer = fields["answer"] or fields["signature"]
            sign_statement(library, caller, statement, answer)
        elif do == "end":
            end_statement(library, caller, statement)
        elif do == "ask":
            ask_for_registration(library, caller, statement)
    except (InvalidInput, StatementClosed, Unavailable) as exc:
        return _page(request, caller, statement, exc, fields)
    return RedirectResponse(f"{PATH}/{statement}", 303)


def _accepted(request: Request, fields: Fields) -> Accepted:
    by = fields["by"]
    return Accepted(
        fields["name"],
        roles_in(fields),
        wallet=fields["wallet"] if by in ("", "wallet") else "",
        passkey="" if by in ("", "wallet") else by,
        origin=origin_of(request),
    )


def _page(
    request: Request,
    caller: Caller,
    statement: str,
    refusal: LedgerError | None = None,
    fields: Fields | None = None,
) -> Response:
    library = library_of(request)
    found = find_statement(library, caller, statement)
    own = found.own
    signs = found.is_waiting and found.state is StatementState.SIGNING
    to_sign = signs and own is not None and own.state is PlaceState.ACCEPTED
    accepts = found.is_waiting and found.state is StatementState.GATHERING and own is not None
    options = typed = account = ""
    if to_sign and own is not None and own.key is not None:
        if own.key.kind is KeyKind.PASSKEY:
            options = ask_for_passkey(library, caller, statement)
        else:
            typed = ask_for_wallet(library, caller, statement)
            account = checksummed(own.key.value)
    return layout.own_page(
        request,
        "statement.html",
        caller,
        200 if refusal is None else 503 if isinstance(refusal, Unavailable) else 422,
        refusal,
        found=found,
        accepts=accepts,
        passkeys=own_passkeys(library, caller) if accepts else [],
        roles=list(CreditRole),
        ticked=_ticked(found, fields),
        typed_name=fields["name"] if fields else (own and own.name) or "",
        longest_name=LONGEST_NAME,
        options=options,
        typed=typed,
        account=account,
        signed_digest=None if found.signed is None else found.signed.digest,
    )


def _ticked(found: OwnStatement, fields: Fields | None) -> set[str]:
    if fields is not None:
        return set(fields.all("role"))
    return set() if found.own is None else {role.value for role in found.own.roles}
