"""A browser as far as HTTP goes: it says that pages of the library ask, and keeps cookies as browsers do.

Browsers send a secure cookie to their own machine without TLS; httpx does not.
"""

from __future__ import annotations

import httpx

OWN_PAGE = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html", "Accept-Language": "en"}
COOKIE = "__Host-muhr"


class BrowserSimulator(httpx.Client):
    """Implements what the sign-in pages need of a browser. url: of the library."""

    def __init__(self, url: str) -> None:
        hooks = {"request": [self._send_cookie]}
        super().__init__(
            base_url=url, headers=OWN_PAGE, trust_env=False, timeout=60, event_hooks=hooks
        )

    @property
    def session(self) -> str:
        """The secret of the session that it is in; empty if it is in none."""
        return self.cookies.get(COOKIE, "") or ""

    def sign_in(self, token: str) -> httpx.Response:
        """Return the answer to the form that takes a token."""
        return self.post("/sign-in/token", data={"token": token})

    def _send_cookie(self, request: httpx.Request) -> None:
        if self.session and COOKIE not in request.headers.get("cookie", ""):
            other = request.headers.get("cookie")
            own = f"{COOKIE}={self.session}"
            request.headers["cookie"] = f"{other}; {own}" if other else own
