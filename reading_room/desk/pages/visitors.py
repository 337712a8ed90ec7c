"""Who works at the desk: known by a cookie, which acts only from pages of this library (docs/adr/0106).

The cookie goes to addresses below /desk alone, no script sees it, and no other site's page makes the browser
send it. On what changes something, the browser says besides from whose page it comes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from ledger_service import messages
from ledger_service.domain.errors import FormOfAnotherSite, LedgerError, NotAuthenticated
from ledger_service.domain.people.permission import Permission, holds, reach
from ledger_service.domain.printable_text import isolated
from ledger_service.web.layout import Layout, keep_cookie, library_of
from reading_room.desk.sql import SqlDesk
from reading_room.desk.verbs.sign_in import Visitor, visitor_of

COOKIE = "muhr-desk"
PATH = "/desk"
OWN_SITE = ("same-origin", "none")  # none: the person loads the page anew
_layout = Layout(Path(__file__).parents[1] / "templates")
HEADERS = {
    "Cache-Control": "no-store",
    # Under the library's usual policy, browsers would not say from whose page a form comes.
    "Referrer-Policy": "same-origin",
}


def check_own_site(request: Request) -> None:
    """Check that a page of this library sends this; raise FormOfAnotherSite otherwise.

    Older browsers, and all on a line without TLS, tell it by `Origin` alone.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        if site not in OWN_SITE:
            raise FormOfAnotherSite()
        return
    public = urlsplit(request.app.state.public_url)
    own = {f"{public.scheme}://{public.netloc}", f"{request.url.scheme}://{request.url.netloc}"}
    if origin not in own:
        raise FormOfAnotherSite()


def signed_in(request: Request) -> Visitor:
    """Return who works here.

    Raises:
        FormOfAnotherSite: something is to be changed, and another site's page asks for it.
        NotAuthenticated: nobody is signed in; who wanted a page is led to the one that asks for a token.
    """
    if request.method != "GET":
        check_own_site(request)
    library = library_of(request)
    try:
        return visitor_of(library, SqlDesk, request.cookies.get(COOKIE, ""))
    except NotAuthenticated:
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            wanted = request.url.path + ("?" + request.url.query if request.url.query else "")
            # With a cause, this would be told as that.
            raise HTTPException(303, headers={"Location": f"{PATH}?next={quote(wanted)}"}) from None
        raise


SignedIn = Annotated[Visitor, Depends(signed_in)]


def with_permission(permission: Permission) -> Callable[[SignedIn], Visitor]:
    """Return what finds who works here and raises RoleNotHeld for those without the permission."""

    def permitted(visitor: SignedIn) -> Visitor:
        reach(visitor.caller, permission)
        return visitor

    return permitted


def show(
    request: Request,
    template: str,
    visitor: Visitor | None,
    status: int = 200,
    refusal: LedgerError | None = None,
    **values: object,
) -> HTMLResponse:
    """Return a page of the desk. refusal: why what was asked is not done, told at its top."""

    def may(permission: str) -> bool:
        return visitor is not None and holds(visitor.caller, Permission(permission))

    told = {"visitor": visitor, "may": may, "refusal": refusal, "stored": _stored}
    page = _layout.page(request, template, status, **told, **values)
    page.headers.update(HEADERS)
    return page


def _stored(reason: str) -> str:
    """Return the text of a reason as it is stored, in the page's language."""
    return isolated(messages.stored(reason))


def keep_key(request: Request, answer: Response, key: str, seconds: int) -> None:
    """Let the browser keep a session's key for so long; 0: forget it."""
    keep_cookie(request, answer, COOKIE, key, seconds, path=PATH)
    answer.headers["Cache-Control"] = "no-store"
