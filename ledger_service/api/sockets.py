"""Who calls by a WebSocket: told by the token or cookie of its handshake, and asked again while it is open.

A browser sends the cookie with a handshake that any site's page begins, and lets that page read the answers.
So the cookie counts only where the header Origin, which a page cannot change, names this library.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from fastapi import FastAPI, WebSocket

from ledger_service.domain.errors import NotAuthenticated
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.own_page import check_own_page
from ledger_service.domain.people.session import COOKIE, SESSION_PREFIX
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.grant_access import identify_again
from ledger_service.services.people.presence.presences import Presences

_HTTP = {"ws": "http", "wss": "https"}


@dataclass(frozen=True)
class Handshake:
    """By what a WebSocket was begun. token: the SHA-256 of its secret, which is not kept."""

    token: bytes = field(repr=False)

    def caller(self, library: Library, transaction: Transaction) -> Caller:
        """Return who calls now; raise NotAuthenticated once the token or the session has ended."""
        return identify_again(library, transaction, self.token)


def shake_hands(socket: WebSocket) -> Handshake:
    """Return by what a WebSocket is begun.

    Raises:
        NotAuthenticated: it has neither a token nor the cookie of a session.
        FormOfAnotherSite: it has the cookie, and another site's page begins it.
    """
    scheme, _, secret = socket.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret:
        return Handshake(secret_digest(secret))
    secret = socket.cookies.get(COOKIE, "")
    if not secret.startswith(SESSION_PREFIX):
        raise NotAuthenticated("no-token")
    public, here = urlsplit(socket.app.state.public_url), socket.url
    own = {f"{public.scheme}://{public.netloc}", f"{_HTTP[here.scheme]}://{here.netloc}"}
    check_own_page(None, socket.headers.get("origin"), own)
    return Handshake(secret_digest(secret))


def presences_of(app: FastAPI) -> Presences:
    """Return the places at which people are by this process, made when it is first asked for."""
    if not hasattr(app.state, "presences"):
        app.state.presences = Presences(app.state.library)
    made: Presences = app.state.presences
    return made
