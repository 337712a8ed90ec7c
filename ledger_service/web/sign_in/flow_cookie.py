"""The cookie that carries a sign-in over its steps, for ten minutes."""

from __future__ import annotations

from fastapi import Request, Response

from ledger_service.services.people.sign_in.carry_flow import FLOW_SECONDS

COOKIE = "__Host-muhr-flow"


def carried(request: Request) -> str:
    """Return what the browser carries; nothing if it carries nothing."""
    return request.cookies.get(COOKIE, "")


def let_carry(answer: Response, sealed: str) -> None:
    """Let the browser carry a sign-in, in place of one that it carries."""
    _set(answer, sealed, FLOW_SECONDS)


def put_down(answer: Response) -> None:
    """Let the browser forget the sign-in, which has ended."""
    _set(answer, "", 0)


def _set(answer: Response, value: str, seconds: int) -> None:
    # Lax: the answer of a university comes by a link from its site.
    answer.set_cookie(COOKIE, value, seconds, path="/", secure=True, httponly=True, samesite="lax")
    answer.headers["Cache-Control"] = "no-store"
