"""The page that asks for a file, and the one that tells its verdict; both also without scripts.

A script hashes the file in the browser, so that it never leaves the reader's device. Where a visitor names a
chain node, the page may ask that origin and no other: its policy is made for it (docs/adr/0102).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from ledger_service import messages
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.errors import InvalidDigest, RouteNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.verification.likeness import MOST_LIKES, Like
from ledger_service.services.consortium.copies.find_copy import kept_works
from ledger_service.services.library import Library
from ledger_service.services.pools import PLACES
from ledger_service.services.resources.find_content import access_to
from ledger_service.services.resources.find_resources import find_title
from ledger_service.services.verification.find_likes import find_likes
from ledger_service.services.verification.former_registration import list_former
from ledger_service.services.verification.name_holders import name_holders
from ledger_service.services.verification.verify_resource import Answer, verify_resource
from ledger_service.web.credentials.checking import certificate_page
from ledger_service.web.language import language_of
from ledger_service.web.layout import Layout, compressed, let_ask, library_of
from ledger_service.web.libraries import QR, Libraries
from ledger_service.web.static_files import STATIC, service_worker, static, version

router = APIRouter(include_in_schema=False)
layout = Layout()
ORIGIN = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9.-]{0,252})?|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?"
)
"""What may stand in a policy beside this origin: scheme, host and port, as browsers write an origin."""
WITHOUT_NETWORK = ("style.css", "seal.svg", "icon.svg")
"""What the page needs beside its scripts, to work without a network."""
OTHER_SCRIPTS = frozenset({"copy.js", "likes.js", "scan.js"})
"""Scripts that it does without there."""

Node = Annotated[str, Query(max_length=280)]


@router.get("/verify", response_class=HTMLResponse)
@PLACES.takes
def verdict(
    request: Request,
    digest: Annotated[str | None, Query(max_length=200)] = None,
    like: Annotated[Sequence[str], Query(max_length=MOST_LIKES)] = (),
    node: Node = "",
) -> HTMLResponse:
    """Show the verdict on a digest; one that is malformed is asked for again.

    like: what the file may have been, as the page finds it. node: the origin of a chain node that the
    page may ask. Without a digest, ask for a file: links of printed receipts come here, with the receipt
    behind their `#`.
    """
    if digest is None:
        return ask(request, node=node)
    library = library_of(request)
    given = digest.strip().lower()
    try:
        if (certificate := certificate_page(request, Digest.parse(given))) is not None:
            return certificate
        answer = verify_resource(library, Digest.parse(given))
        hints = find_likes(library, answer.digest, [Like.parse(text) for text in like])
    except InvalidDigest as exc:
        return ask(request, 422, digest, messages.detail(exc, language_of(request)), node)
    named = name_holders(library, answer)
    holders = {holder.steward: holder for holder in named.holders}
    titles = {steward: metadata.title for steward, metadata in answer.described.items()}
    successors = {
        verdict.successor: find_title(library, Digest.parse(verdict.successor))
        for verdict in answer.verdicts
        if verdict.successor
    }
    page = layout.page(
        request,
        "verdict.html",
        answer=answer,
        named=named,
        holders=holders,
        receipts=_with_receipt(library, answer),
        titles=titles,
        successors=successors,
        hints=[] if answer.is_genuine else hints,
        access=access_to(library, answer.digest) if answer.is_genuine else None,
        has_copy=answer.is_genuine and _has_copy(request, answer.digest),
        here=library.steward.hex(),
        now=library.clock(),
        node=origin_of(node),
    )
    return compressed(request, let_ask(page, origin_of(node)))


@router.get("/deployments", response_class=HTMLResponse)
@PLACES.takes
def deployments(request: Request) -> HTMLResponse:
    """Show which contracts the library is on, and which it has left, each with the file to keep."""
    former = [
        (item, Deployment.parse(item.deployment)) for item in list_former(library_of(request))
    ]
    now = request.app.state.deployment
    page = layout.page(request, "deployments.html", former=former, deployment=now)
    return compressed(request, page)


@router.get("/deployments/{number}.json")
def former_file(request: Request, number: int) -> Response:
    """Return the deployment file of contracts that the library has left; raise RouteNotFound."""
    found = next((one for one in list_former(library_of(request)) if one.number == number), None)
    if found is None:
        raise RouteNotFound(path=request.url.path[:200])
    headers = {"Content-Disposition": f'attachment; filename="deployment-{number}.json"'}
    return Response(found.deployment, media_type="application/json", headers=headers)


def _has_copy(request: Request, digest: Digest) -> bool:
    """Return whether a copy of another member's open work is kept here, and there is a page of it."""
    is_shown = "/copies/{digest}" in request.app.state.places
    return is_shown and bool(kept_works(library_of(request), [digest]))


def _with_receipt(library: Library, answer: Answer) -> set[str]:
    """Return the stewards of whose registrations there is a receipt: our own, and those of copied ledgers."""
    told = {item.steward for item in answer.asked if item.holds and item.because is None}
    return told | {library.steward.hex()} | set(answer.described)


@router.get("/verify-worker.js", response_class=Response)
def worker() -> Response:
    """Return the service worker that keeps the page and its verifier for when there is no network."""
    return service_worker("offline/worker.js", "/verify", _kept_files())


@cache
def _kept_files() -> str:
    """Return the beginning of its text, which names the files that it keeps."""
    scripts = sorted(
        path.relative_to(STATIC).as_posix()
        for pattern in ("*.js", "verify/*.js", "verifier/**/*.js")
        for path in STATIC.glob(pattern)
        if path.parent.name != "messages" and path.name not in OTHER_SCRIPTS
    )
    files = [static(name) for name in (*scripts, *WITHOUT_NETWORK)]
    return f"const VERSION = {json.dumps(version())};\nconst FILES = {json.dumps(files)};\n"


def ask(
    request: Request, status: int = 200, digest: str = "", fault: str = "", node: str = ""
) -> HTMLResponse:
    """Return the page that asks for a file or a digest. fault: what is wrong with the one given."""
    libraries: Libraries = request.app.state.libraries
    values = {
        "digest": digest,
        "fault": fault,
        "node": origin_of(node),
        "qr": libraries.address(QR),
    }
    page = layout.page(request, "verify.html", status, **values)
    return compressed(request, let_ask(page, origin_of(node)))


def origin_of(text: str) -> str:
    """Return the origin that a parameter names; nothing if it names none, and then no node can be asked."""
    return text if ORIGIN.fullmatch(text) else ""
