"""Pages for people: what each problem means. Server-rendered; they work without scripts."""

from __future__ import annotations

import html

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from ledger_service.domain import chain_errors, errors
from ledger_service.domain.errors import LedgerError, RouteNotFound

router = APIRouter(include_in_schema=False)


def problem_types() -> dict[str, type[LedgerError]]:
    """Return every leaf and family of the error tree by its slug."""
    found: dict[str, type[LedgerError]] = {}
    for module in (errors, chain_errors):
        for item in vars(module).values():
            if isinstance(item, type) and issubclass(item, LedgerError):
                found[item.slug()] = item
    return found


@router.get("/problems/{slug}", response_class=HTMLResponse)
def show_problem(slug: str) -> HTMLResponse:
    """Say what a problem type means and whose turn it is."""
    problem = problem_types().get(slug)
    if problem is None:
        raise RouteNotFound(f"There is no problem called {slug[:80]}.")
    family = next((base for base in problem.__mro__ if base in _TURN), LedgerError)
    body = f"<h1>{html.escape(problem.title)}</h1><p>{html.escape(_TURN.get(family, ''))}</p>"
    return HTMLResponse(_page(problem.title, body))


_TURN: dict[type[LedgerError], str] = {
    errors.InvalidInput: "The request must change; the problem's detail says how.",
    errors.NotPermitted: "The caller lacks the right; ask the library for a token or a grant.",
    errors.NotFound: "The name means nothing to this library; check it.",
    errors.Conflict: "The state has moved on; look at it again before trying once more.",
    errors.Unavailable: "Nobody is at fault; wait as long as Retry-After says and try again.",
    errors.StorageFull: "The operator must add space; nothing was kept of the request.",
    errors.VerificationError: "Evidence does not hold; the operator must look at once.",
}


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)} · Muhr</title>"
        "<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;"
        f"padding:0 1rem}}</style>{body}"
    )
