"""What a browser is let keep: no script sees it, and it goes over TLS alone where the library has that."""

from __future__ import annotations

from typing import Literal

from fastapi import Request, Response

YEAR_SECONDS = 365 * 86_400
THEME = "theme"
THEMES = ("light", "dark")
SYSTEM = "system"
"""What forgets the choice: the page is then as the system of whoever reads it wishes."""


def theme_of(request: Request) -> str:
    """Return whether a page is light or dark, by its address or the cookie; empty: as the system wishes."""
    given = request.query_params.get(THEME, request.cookies.get(THEME))
    return given if given in THEMES else ""


def keep_theme(request: Request, answer: Response) -> None:
    """Keep what the address chose, if it chose."""
    given = request.query_params.get(THEME)
    if given in THEMES:
        keep_cookie(request, answer, THEME, given, YEAR_SECONDS, samesite="lax")
    elif given == SYSTEM:
        keep_cookie(request, answer, THEME, "", 0, samesite="lax")


def keep_cookie(
    request: Request,
    answer: Response,
    name: str,
    value: str,
    seconds: int,
    *,
    path: str = "/",
    samesite: Literal["lax", "strict"] = "strict",
) -> None:
    """Let the browser keep a value for so long, for addresses below a path; 0 seconds: forget it."""
    is_secure = request.app.state.public_url.startswith("https://")
    answer.set_cookie(
        name, value, seconds, path=path, secure=is_secure, httponly=True, samesite=samesite
    )
