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
from ledger_service.domain.errors import InvalidDigest
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.verification.likeness import MOST_LIKES, Like
from ledger_service.services.pools import PLACES
from ledger_service.services.resources.find_content import access_to
from ledger_service.services.resources.find_resources import find_title, list_stewards
from ledger_service.services.verification.find_likes import find_likes
from ledger_service.services.verification.verify_resource import verify_resource
from ledger_service.web.credentials.checking import certificate_page
from ledger_service.web.language import language_of
from ledger_service.web.layout import Layout, compressed, let_ask, library_of
from ledger_service.web.libraries import QR, Libraries
from ledger_service.web.static_files import STATIC, static, version

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
    names = {row.id.hex(): row.name for row in list_stewards(library)}
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
        names=names,
        titles=titles,
        successors=successors,
        hints=[] if answer.is_genuine else hints,
        access=access_to(library, answer.digest) if answer.is_genuine else None,
        here=library.steward.hex(),
        now=library.clock(),
        node=origin_of(node),
    )
    return compressed(request, let_ask(page, origin_of(node)))


@router.get("/verify-worker.js", response_class=Response)
def worker() -> Response:
    """Return the service worker that keeps the page and its verifier for when there is no network."""
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'self'"}
    return Response(_worker(), media_type="text/javascript", headers=headers)


@cache
def _worker() -> str:
    """Return its text, which names the files that it keeps."""
    scripts = sorted(
        path.relative_to(STATIC).as_posix()
        for pattern in ("*.js", "verifier/**/*.js")
        for path in STATIC.glob(pattern)
        if path.parent.name != "messages" and path.name not in OTHER_SCRIPTS
    )
    files = [static(name) for name in (*scripts, *WITHOUT_NETWORK)]
    code = (STATIC / "offline" / "worker.js").read_text("utf-8")
    return f"const VERSION = {json.dumps(version())};\nconst FILES = {json.dumps(files)};\n{code}"


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
