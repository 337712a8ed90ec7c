"""Pages for people, server-rendered: the first one, help, printed receipts, and what went wrong.

They work without scripts, without a mouse and on a small screen.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from ledger_service import messages
from ledger_service.domain import errors
from ledger_service.domain.chain_errors import error_types
from ledger_service.domain.errors import LedgerError, RouteNotFound
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.services.pools import PLACES, RECEIPTS
from ledger_service.services.resources.find_resources import list_stewards
from ledger_service.services.verification.make_receipt import receipt_of
from ledger_service.services.verification.name_holders import name_holders
from ledger_service.services.verification.verify_resource import verify_resource
from ledger_service.web.examples import found_examples
from ledger_service.web.language import label, language_of
from ledger_service.web.layout import Layout, compressed, library_of
from ledger_service.web.receipt_pdf import Notice, Printed, print_receipt
from ledger_service.web.signed_in import look_no_further, to_sign_in

router = APIRouter(include_in_schema=False)
layout = Layout()
UNKNOWN = 401  # nobody is signed in
SITEMAP = "/sitemap.xml"  # which a room may have
SECURITY_TEXT_SECONDS = 90 * 86_400  # for which security.txt holds, from when it is asked for
WHOSE_TURN: dict[type[LedgerError], str] = {
    errors.InvalidInput: "page.problem.invalid-input",
    errors.NotPermitted: "page.problem.not-permitted",
    errors.NotFound: "page.problem.not-found",
    errors.Conflict: "page.problem.conflict",
    errors.Unavailable: "page.problem.unavailable",
    errors.StorageFull: "page.problem.storage-full",
    errors.VerificationError: "page.problem.verification-error",
}


@router.get("/", response_class=HTMLResponse)
@PLACES.takes
def home(request: Request) -> HTMLResponse:
    """Ask for a file, and lead each kind of person to their door."""
    library = library_of(request)
    examples = found_examples(library)
    page = layout.page(request, "home.html", examples=examples, digest="", fault="", node="")
    return compressed(request, page)


@router.get("/help", response_class=HTMLResponse)
def answers(request: Request) -> HTMLResponse:
    """Answer what people ask, and explain the words of the pages."""
    state = request.app.state
    chain, node = state.deployment["chain_id"], f"{state.public_url}/api/v1/rpc"
    page = layout.page(request, "help.html", chain=chain, node=node, contact=state.contact)
    return compressed(request, page)


@router.get("/resources/{digest}/receipt.pdf", response_class=Response)
@RECEIPTS.takes
def printed_receipt(
    request: Request, digest: str, steward: Annotated[str | None, Query(max_length=64)] = None
) -> Response:
    """Return the receipt of a registration as one page to print, with what speaks against it across it."""
    library = library_of(request)
    wanted = Digest.parse(digest)
    named = StewardId.parse(steward) if steward else library.steward
    receipt = receipt_of(library, wanted, named)
    described = receipt.record
    holders = name_holders(library, verify_resource(library, wanted)).holders
    holder = next((item for item in holders if item.steward == named.hex()), None)
    row = next((row for row in list_stewards(library) if row.id == named), None)
    language = language_of(request)
    with messages.speaking(language):
        notice = None if holder is None else Notice.of(holder.verdict)
    printed = Printed(
        receipt,
        VerifierKey.parse(receipt.keys[-1].key),
        title=str(described.get("title", "")),
        creator=str(described.get("creator", "")),
        steward=holder.name if holder and holder.name else named.hex(),
        steward_uri=row.uri if row else holder.address if holder else "",
        public_url=request.app.state.public_url,
        at=library.clock(),
        notice=notice,
        language=language,
    )
    headers = {"Content-Disposition": f'inline; filename="muhr-receipt-{digest[:16]}.pdf"'}
    answer = Response(print_receipt(printed), media_type="application/pdf", headers=headers)
    label(request, answer)
    return answer


@router.get("/problems/{slug}", response_class=HTMLResponse)
def show_problem(request: Request, slug: str) -> HTMLResponse:
    """Say what a problem type means and whose turn it is."""
    problem = error_types().get(slug)
    if problem is None:
        raise RouteNotFound("problem", slug=slug[:80])
    turn = next((WHOSE_TURN[base] for base in problem.__mro__ if base in WHOSE_TURN), "")
    return layout.page(request, "problem.html", problem=problem, turn=turn)


@router.get("/robots.txt", response_class=PlainTextResponse)
def robots(request: Request) -> str:
    """Let search engines see the pages, and not what is for programs."""
    told = "User-agent: *\nDisallow: /api/\nDisallow: /ipfs/\nDisallow: /muhr/\n"
    if SITEMAP in request.app.state.places:
        told += f"Sitemap: {request.app.state.public_url}{SITEMAP}\n"
    return told


@router.get("/.well-known/security.txt", response_class=PlainTextResponse)
def security(request: Request) -> str:
    """Say whom to tell of a weakness (RFC 9116), if the operator has said so."""
    contact = request.app.state.contact
    if not contact:
        raise RouteNotFound(path=request.url.path)
    library = library_of(request)
    expires = datetime.fromtimestamp(library.clock() + SECURITY_TEXT_SECONDS, UTC)
    place = f"{request.app.state.public_url}/.well-known/security.txt"
    return (
        f"Contact: {contact}\nExpires: {expires:%Y-%m-%dT%H:%M:%SZ}\n"
        f"Preferred-Languages: en, ru, uz\nCanonical: {place}\n"
    )


def show_failure(
    request: Request, problem: dict[str, Any], status: int, headers: dict[str, str]
) -> Response:
    """Return the page of a problem document: what happened, that nothing is lost, what to do now."""
    if status == UNKNOWN and request.method == "GET":
        return to_sign_in(request)
    look_no_further(request)
    page = layout.page(
        request, "failure.html", status, problem=problem, contact=request.app.state.contact
    )
    page.headers.update(headers)
    return page
