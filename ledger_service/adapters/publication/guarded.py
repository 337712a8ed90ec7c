"""Whom this machine asks of those that others named: https at public addresses, and hosts that are allowed.

All addresses to which a name leads are looked at before, and each once more just before it is connected to: a
name that leads elsewhere at the second look gains nothing, not even a connection.
Redirects are not followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from ledger_service.adapters.imports.sources.fetching.hosts import check_public, own_names
from ledger_service.adapters.publication.name_lookup import look_up
from ledger_service.adapters.publication.no_answer import NoAnswer, why_no_answer
from ledger_service.domain.errors import InvalidReceiver
from ledger_service.domain.reasons import Reason

HTTPS_PORT = 443
LONGEST_URL = 1000
LOOK_UP_SECONDS = 5.0
TOLD_URL = 80  # characters of one that is told

CheckAddress = Callable[[str], None]


class Guard:
    """allowed: `host` or `host:port` of those that may be anywhere, also on http, as the operator says."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = frozenset(name.lower() for name in allowed)

    def check(self, url: str) -> None:
        """Check that an address may be asked, as far as its letters tell; raise InvalidReceiver."""
        try:
            parts = urlsplit(url)
            is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
            is_bare = parts.username is None and not parts.fragment
        except ValueError:
            is_one = is_bare = False
        is_plain = url.isascii() and url.isprintable() and not set(url) & set(' <>"')
        if not (is_one and is_bare and is_plain) or len(url) > LONGEST_URL:
            raise InvalidReceiver("address", url=url[:TOLD_URL])
        if parts.scheme != "https" and not self.is_allowed(url):
            raise InvalidReceiver("plain-http", url=url[:TOLD_URL])

    def is_allowed(self, url: str) -> bool:
        """Return whether the operator allowed this host wherever it is."""
        return bool(own_names(url) & self._allowed)

    def address_check(self, url: str) -> CheckAddress | None:
        """Return what checks the address to which a connection was made; None for an allowed host."""
        return None if self.is_allowed(url) else check_public

    def refusal(self, url: str, seconds: float = LOOK_UP_SECONDS) -> Reason | None:
        """Return why one of the addresses of a URL's name may not be asked; None if all may.

        seconds: for which the look-up of the name is waited for.
        """
        if self.is_allowed(url):
            return None
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or HTTPS_PORT
        try:
            if not _is_public_literal(host):
                for address in look_up(host, port, seconds):
                    check_public(address)
        except (NoAnswer, OSError, UnicodeError) as exc:
            return why_no_answer(exc)
        return None


def _is_public_literal(host: str) -> bool:
    """Return whether a host is an address, and a public one; raise NoAnswer for another address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    check_public(host)
    return True
