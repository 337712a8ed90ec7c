"""Who looks at a page: known by a cookie, which lets act only from pages of this library (docs/adr/0111).

Routes of pages ask `signed_in` for who must be known, and `visitor` for whoever it is.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import LedgerError, NotAuthenticated
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.own_page import SAFE_METHODS, check_own_page
from ledger_service.domain.people.session import COOKIE, Subject
from ledger_service.domain.people.way import Way
from ledger_service.domain.publication.public_address import is_own_machine
from ledger_service.services.library import Library
from ledger_service.services.people.attempts import Attempts
from ledger_service.services.people.begin_session import (
    Session,
    begin_session,
    find_session,
    nobody,
)

SIGN_IN = "/sign-in"
PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    # Under the library's usual policy, browsers would not say from whose page a form comes.
    "Referrer-Policy": "same-origin",
}
"""Of every page that is for one person, or has a form that changes something."""
_ADDRESS = "muhr.address"  # in the scope: set where the service listens
_FOUND = "muhr.session"  # in the scope: the session, or None if it was looked for in vain


def check_own_site(request: Request) -> None:
    """Check that a page of this library sends this; raise FormOfAnotherSite otherwise."""
    public = urlsplit(request.app.state.public_url)
    own = {f"{public.scheme}://{public.netloc}", f"{request.url.scheme}://{request.url.netloc}"}
    check_own_page(request.headers.get("sec-fetch-site"), request.headers.get("origin"), own)


def session_of(request: Request) -> Session:
    """Return the session in which this is asked.

    Raises:
        FormOfAnotherSite: something is to be changed, and another site's page asks for it.
        NotAuthenticated: there is none, it has ended, or its token was revoked.
    """
    if request.method not in SAFE_METHODS:
        check_own_site(request)
    if _FOUND not in request.scope:
        request.scope[_FOUND] = None
        request.scope[_FOUND] = find_session(_library(request), request.cookies.get(COOKIE, ""))
    found: Session | None = request.scope[_FOUND]
    if found is None:
        raise NotAuthenticated("session-ended")
    return found


def to_sign_in(request: Request) -> Response:
    """Return the answer that leads to the sign-in page, and from there back to what is asked for."""
    wanted = request.url.path + ("?" + request.url.query if request.url.query else "")
    had_one = "&ended=yes" if COOKIE in request.cookies else ""
    return RedirectResponse(f"{SIGN_IN}?then={quote(wanted)}{had_one}", 303)


def signed_in(request: Request) -> Caller:
    """Return who is signed in; raise as `session_of`, which leads a browser to the sign-in page and back."""
    return session_of(request).caller


def visitor(request: Request) -> Caller:
    """Return who looks at a page: anybody, if nobody is signed in."""
    if COOKIE in request.cookies:
        try:
            return session_of(request).caller
        except LedgerError:  # the page is shown as to anybody, also where the database is away
            request.scope[_FOUND] = None
    return nobody(_library(request))


def look_no_further(request: Request) -> None:
    """Let `visitor` ask the database no more: for pages of failures, which no thread makes."""
    request.scope.setdefault(_FOUND, None)


def keeps_cookies(request: Request) -> bool:
    """Return whether browsers keep the cookie of a session here: over TLS, or on the person's own machine."""
    url: str = request.app.state.public_url
    return url.startswith("https://") or is_own_machine(url)


def let_in(
    request: Request,
    answer: Response,
    role: Role,
    subject: str,
    way: Way,
    parent: bytes | None = None,
) -> None:
    """Begin a session for somebody, of whom the caller has found out who they are; to be called in a thread.

    The browser gets a new secret, and the session that it had ends. parent: see `begin_session`.

    Raises:
        NotAuthenticated: the line is plain http, or the token was revoked meanwhile.
    """
    if not keeps_cookies(request):
        raise NotAuthenticated("plain-http")
    library, had = _library(request), request.cookies.get(COOKIE, "")
    secret, until = begin_session(library, Subject(role, subject), way, parent, had)
    _set(answer, secret, until - library.clock())


def forget(answer: Response) -> None:
    """Let the browser forget its session."""
    _set(answer, "", 0)


def origin_of(request: Request) -> str:
    """Return the origin of this library's pages, as browsers write it: public, or the own machine's."""
    public, here = urlsplit(request.app.state.public_url), request.url
    asked = f"{here.scheme}://{here.netloc}"
    if is_own_machine(request.app.state.public_url) and is_own_machine(asked):
        return asked
    return f"{public.scheme}://{public.netloc}"


def own_path(given: str, otherwise: str) -> str:
    """Return a path of this library's pages, `otherwise` for all else: no link leads elsewhere."""
    is_plain = given.isascii() and given.isprintable() and "\\" not in given and " " not in given
    is_here = is_plain and given.startswith("/") and not given.startswith("//")
    return given if is_here and not given.startswith((SIGN_IN, "/sign-out")) else otherwise


def attempts_of(request: Request) -> Attempts:
    """Return how often signing in has failed in this process."""
    found: Attempts = request.app.state.attempts
    return found


def address_of(request: Request) -> str:
    """Return whose request it is, also behind a proxy."""
    return str(request.scope.get(_ADDRESS) or (request.client and request.client.host) or "")


def _set(answer: Response, value: str, seconds: int) -> None:
    answer.set_cookie(COOKIE, value, seconds, path="/", secure=True, httponly=True, samesite="lax")
    answer.headers["Cache-Control"] = "no-store"


def _library(request: Request) -> Library:
    library: Library = request.app.state.library
    return library
