"""Paths that every page names in its header Link, so that programs find them. Source: RFC 8288."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HTML = b"text/html"


class Announced:
    """ASGI middleware: adds links to the answers that are pages. links: (address, relation)."""

    def __init__(self, app: ASGIApp, links: Sequence[tuple[str, str]]) -> None:
        self._app = app
        told = ", ".join(f'<{address}>; rel="{relation}"' for address, relation in links)
        self._header = (b"link", told.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._header[1]:
            await self._app(scope, receive, send)
            return

        async def send_linked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", ())
                kinds = [value for name, value in headers if name.lower() == b"content-type"]
                if kinds and kinds[0].startswith(HTML):
                    message["headers"] = [*headers, self._header]
            await send(message)

        await self._app(scope, receive, send_linked)
