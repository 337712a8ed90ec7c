"""Problems: every failure leaves as an RFC 9457 problem document; a person who wanted a page gets one.

Families of `domain.errors` map to a status; a few leaves have a status of their own. Anything that
is not a LedgerError is a bug: it is logged with its traceback and answered with a bare 500.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from ledger_service import messages
from ledger_service.api.routing.methods import allowed_methods, page_above
from ledger_service.domain import errors
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.reasons import Reason
from ledger_service.messages.languages import of_page, of_program

logger = logging.getLogger("muhr.api")

MEDIA_TYPE = "application/problem+json"
STATUS_OF_FAMILY: dict[type[LedgerError], int] = {
    errors.InvalidInput: 422,
    errors.NotPermitted: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Unavailable: 503,
    errors.StorageFull: 507,
    errors.VerificationError: 500,
}
STATUS_OF_LEAF: dict[type[LedgerError], int] = {
    errors.InvalidGatewayRequest: 400,
    errors.InvalidJson: 400,
    errors.TruncatedUpload: 400,
    errors.NotAuthenticated: 401,
    errors.NotAcceptable: 406,
    errors.ResourceGone: 410,
    errors.AnnotationChanged: 412,
    errors.ResourceTooLarge: 413,
    errors.ManifestTooLarge: 413,
    errors.WrongContentType: 415,
    errors.InvalidRange: 416,
    errors.TooManyAtOnce: 429,
    errors.TooManyImports: 429,
    errors.TooManyAttempts: 429,
    errors.TooManySearches: 429,
    errors.TooManyStreams: 429,
}
_TEXT, _NUMBER = {"type": "string"}, {"type": "integer"}
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem (RFC 9457): `detail` helps to correct the request.",
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail", "instance"],
                    "properties": {
                        **dict.fromkeys(("type", "title", "detail", "reason", "instance"), _TEXT),
                        "status": _NUMBER,
                        "values": {"type": "object"},
                        "errors": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {"pointer": _TEXT, "detail": _TEXT},
                            },
                        },
                    },
                }
            }
        },
    }
}
"""What the OpenAPI document says of whatever a route answers beside what it was asked for."""
FOR_PROGRAMS = ("/annotations/", "/api/", "/iiif/", "/ipfs/", "/muhr/", "/odl/", "/static/")
ShowFailure = Callable[[Request, dict[str, Any], int, dict[str, str]], Response]
"""Shows a person the page of a problem document, with a status and headers."""
_LONGEST_LIST = 20  # validation errors shown


def status_of(error: LedgerError) -> int:
    """Return the HTTP status of an error."""
    for leaf in type(error).__mro__:
        status = STATUS_OF_LEAF.get(leaf) or STATUS_OF_FAMILY.get(leaf)
        if status is not None:
            return status
    return 500


def problem(
    request: Request, error: LedgerError, *, status: int | None = None, **extra: Any
) -> Response:
    """Return the problem document of an error, with this request's id as its instance.

    status: where a protocol of others has one of its own for it; extra: further members, or other ones.
    """
    status = status or status_of(error)
    request.app.state.refused[error.slug()] += 1
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="muhr"'
    if isinstance(error, errors.Unavailable):
        headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, errors.InvalidRange):
        headers["Content-Range"] = f"bytes */{error.reason.values['size']}"
    language = _language(request)
    document = {
        "type": f"{request.app.state.public_url}/problems/{error.slug()}",
        "title": messages.title(error, language),
        "status": status,
        "detail": messages.detail(error, language),
        **error.reason.to_json(),
        "instance": _instance(request),
        **extra,
    }
    return _respond(request, document, status, headers)


async def on_ledger_error(request: Request, exc: LedgerError) -> Response:
    """Return the problem document of an error of ours."""
    if isinstance(exc, errors.VerificationError):
        logger.error(
            "evidence does not hold: %s: %s", exc.slug(), messages.detail(exc, messages.ENGLISH)
        )
    return problem(request, exc)


async def on_validation_error(request: Request, exc: RequestValidationError) -> Response:
    """Return the problem document of a request of another shape, with a pointer for each error."""
    listed = [
        {"pointer": _pointer(item["loc"]), "detail": item["msg"]}
        for item in exc.errors()[:_LONGEST_LIST]
    ]
    error = errors.InvalidInput("shape")
    return problem(request, error, errors=listed)


async def on_http_exception(request: Request, exc: HTTPException) -> Response:
    """Return the problem document of what the framework refuses."""
    # FastAPI wraps what the body parser raised; the cause says more.
    if isinstance(exc.__cause__, LedgerError):
        return problem(request, exc.__cause__)
    if exc.status_code == 404:
        return problem(request, errors.RouteNotFound(path=request.url.path[:200]))
    title = detail = str(exc.detail)
    headers = dict(exc.headers or {})
    if exc.status_code == 405:
        if request.method == "GET" and _is_for_people(request):  # as who changes the language does
            query = "?" + request.url.query if request.url.query else ""
            return RedirectResponse(page_above(request.scope) + query, 303)
        language = _language(request)
        title = messages.said("page.failure.method-not-allowed", language)
        detail = messages.text(Reason("method-not-allowed", {"method": request.method}), language)
        headers["Allow"] = allowed_methods(request.scope)
    document = {
        "type": "about:blank",
        "title": title,
        "status": exc.status_code,
        "detail": detail,
        "instance": _instance(request),
    }
    return _respond(request, document, exc.status_code, headers)


async def on_bug(request: Request, exc: Exception) -> Response:
    """Return a bare 500 for what nobody expected, and log it."""
    route = getattr(request.scope.get("route"), "path", "an unknown route")
    logger.error("unexpected failure in %s", route, exc_info=exc)
    document = {
        "type": "about:blank",
        "title": messages.said("page.failure.fault-of-service", _language(request)),
        "status": 500,
        "detail": messages.text(Reason("fault-of-service.instance"), _language(request)),
        "instance": _instance(request),
    }
    return _respond(request, document, 500, {})


_HANDLERS: dict[type[Exception], Callable[[Request, Any], Awaitable[Response]]] = {
    LedgerError: on_ledger_error,
    RequestValidationError: on_validation_error,
    HTTPException: on_http_exception,
}
EXPECTED = tuple(_HANDLERS)
"""What `answer` takes."""


async def answer(request: Request, exc: Exception) -> Response:
    """Return the problem document of an expected failure."""
    kind = next(kind for kind in EXPECTED if isinstance(exc, kind))
    return await _HANDLERS[kind](request, exc)


def install(app: FastAPI, show_failure: ShowFailure) -> None:
    """Let every failure of the app leave as a problem document, and to people as a page."""
    app.state.show_failure = show_failure
    app.state.refused = Counter()  # by the slug of the problem, for /metrics
    app.state.cut = Counter()  # connections, by reason; whoever serves the app counts them
    for kind, handle in _HANDLERS.items():
        app.add_exception_handler(kind, handle)
    app.add_exception_handler(Exception, on_bug)


def _respond(
    request: Request, document: dict[str, Any], status: int, headers: dict[str, str]
) -> Response:
    if _is_for_people(request):
        show: ShowFailure = request.app.state.show_failure
        return show(request, document, status, headers)
    body = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    said_in = {"Content-Language": _language(request), "Vary": "Accept-Language"}
    return Response(body, status, {**said_in, **headers}, media_type=MEDIA_TYPE)


def _is_for_people(request: Request) -> bool:
    """Return whether a browser asks for a page: programs get the document, also where pages are."""
    takes_pages = "text/html" in request.headers.get("accept", "")
    return takes_pages and not request.url.path.startswith(FOR_PROGRAMS)


def _language(request: Request) -> str:
    """Return the language of title and detail: the page's for a person, what a program asks for else."""
    if _is_for_people(request):
        return of_page(request.query_params, request.cookies, request.headers)
    return of_program(request.headers)


def _instance(request: Request) -> str:
    return f"urn:uuid:{request.scope.get('muhr.request_id', '')}"


def _pointer(location: tuple[int | str, ...]) -> str:
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in location]
    return "/" + "/".join(parts)
