"""Who asks for what is a reader's own: an app with a card and a passphrase, or with a token; never a cookie.

Apps ask for loans by GET, so that a page of another site, or a browser that looks ahead, could do it in
somebody's name, if they had once typed a passphrase into the browser. What a browser says of that is heeded:
on a line without TLS it is the header Origin alone, of what a page's script asks for.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from ledger_service.api.door import ADDRESS
from ledger_service.domain.errors import FormOfAnotherSite, NotAuthenticated
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.own_page import OWN_SITE
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.services.library import Library
from ledger_service.services.people.grant_access import TOKEN_PREFIX, authenticate
from ledger_service.services.people.sign_in.known_cards import Card, KnownCards, find_known, let_in
from ledger_service.services.pools import PASSPHRASES, Pool

LONGEST_HEADER = 2048
Refuse = Callable[[], Response]


async def for_caller(
    request: Request,
    library: Library,
    permission: Permission,
    pool: Pool,
    act: Callable[[Caller], Response],
    refuse: Refuse,
) -> Response:
    """Return what `act` answers whoever asks; `refuse`: the answer to whom the library does not know.

    Raises:
        FormOfAnotherSite: another site's page asks, or a browser that looks ahead.
        TooManyAttempts: of this card, or from this address. RoleNotHeld: see `reach`.
    """
    _check_meant(request)
    try:
        caller = await _caller(request, library)
    except NotAuthenticated:
        return await run_in_threadpool(refuse)
    reach(caller, permission)
    return await pool.run(partial(act, caller))


def _check_meant(request: Request) -> None:
    site = request.headers.get("sec-fetch-site", "none")
    looks_ahead = "prefetch" in request.headers.get("sec-purpose", "")
    public, here = urlsplit(request.app.state.public_url), request.url
    own = {f"{public.scheme}://{public.netloc}", f"{here.scheme}://{here.netloc}"}
    is_own = site in OWN_SITE and request.headers.get("origin") in (None, *own)
    if not is_own or looks_ahead:
        raise FormOfAnotherSite()


async def _caller(request: Request, library: Library) -> Caller:
    """Return who asks; raise NotAuthenticated, TooManyAttempts."""
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    if not sent or len(sent) > LONGEST_HEADER:
        raise NotAuthenticated("no-token")
    if scheme.lower() == "bearer":
        return await _by_token(library, sent)
    if scheme.lower() != "basic":
        raise NotAuthenticated("no-token")
    card = _card(sent)
    if card.passphrase.startswith(TOKEN_PREFIX):
        return await _by_token(library, card.passphrase)
    known = _known(request)
    found = await run_in_threadpool(find_known, library, known, card)
    if found is not None:
        return found
    attempts = request.app.state.attempts
    address = str(request.scope.get(ADDRESS) or (request.client and request.client.host) or "")
    return await PASSPHRASES.run(partial(let_in, library, known, attempts, address, card))


async def _by_token(library: Library, secret: str) -> Caller:
    find = partial(authenticate, library.store, library.clock, library.steward, secret)
    return await run_in_threadpool(find)


def _card(sent: str) -> Card:
    try:
        number, colon, passphrase = base64.b64decode(sent, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as exc:
        raise NotAuthenticated("card") from exc
    if not colon or not number or not passphrase:
        raise NotAuthenticated("card")
    return Card(number, passphrase)


def _known(request: Request) -> KnownCards:
    state = request.app.state
    if not hasattr(state, "opds_cards"):
        state.opds_cards = KnownCards()
    found: KnownCards = state.opds_cards
    return found
