"""What a browser is let keep: no script sees it, and it goes over TLS alone where the library has that."""

from __future__ import annotations

from typing import Literal

from fastapi import Request, Response


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
