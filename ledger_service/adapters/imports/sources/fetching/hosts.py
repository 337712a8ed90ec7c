"""Which hosts a harvest may ask: those that a person named, and if they say so all with a public address.

A record is a stranger's, and so are its links: none may make this machine ask others of its own network.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urljoin, urlsplit

from ledger_service.adapters.http_client import HttpClient
from ledger_service.adapters.publication.no_answer import AddressNotPublic
from ledger_service.domain.errors import InvalidManifest

ANY = "*"
USUAL_PORTS = (None, 80, 443)
NOT_PUBLIC = tuple(map(ip_network, ("192.0.0.0/24", "fec0::/10", "3fff::/20", "5f00::/16")))
"""Of IANA's registries of special addresses, those that Python 3.11 takes for public; at 192.0.0.192 a cloud
tells its machines their keys."""
CARRY_IPV4 = tuple(map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")))


class Hosts:
    """named: as a URL has them, `host` or `host:port`; ANY allows all others that have a public address."""

    def __init__(self, named: Iterable[str]) -> None:
        names = {name.lower() for name in named}
        self._takes_all = ANY in names
        self._named = names - {ANY}

    def permit(self, url: str) -> bool:
        """Return whether this URL may be asked, as far as its host's name and its port tell."""
        return self._is_named(url) or (self._takes_all and _named(url) == host_of(url) != "")

    def client(self, url: str) -> HttpClient:
        """Return a client of the URL's host; it asks nothing if the host's address is no public one.

        Raises:
            InvalidManifest: nobody allowed this host.
        """
        if not self.permit(url):
            raise InvalidManifest("host-not-allowed", host=_named(url)[:100])
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        return HttpClient(origin, check_address=None if self._is_named(url) else check_public)

    def _is_named(self, url: str) -> bool:
        return _named(url) in self._named


def host_of(url: str) -> str:
    """Return the name of the URL's host in small letters, empty if it is no URL of HTTP."""
    return _parts(url)[0]


def joined(base: str, reference: str) -> str:
    """Return a reference as a URL, seen from a base; empty if it is none: strangers write what they like."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return ""


def own_names(url: str) -> set[str]:
    """Return the names by which a person who names this URL allows its host."""
    return {host_of(url), _named(url)}


def _named(url: str) -> str:
    host, port = _parts(url)
    return host if port in USUAL_PORTS else f"{host}:{port}"


def _parts(url: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "", None
    return (host, port) if parts.scheme in ("http", "https") else ("", None)


def check_public(address: str) -> None:
    """Check that an address is one of the public network; raise NoAnswer otherwise."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found.sixtofour or _carried(found) or found
    is_special = any(found in network for network in NOT_PUBLIC)
    if not found.is_global or found.is_multicast or is_special:
        raise AddressNotPublic(f"{address} is no public address, and nobody named its host")


def _carried(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address at the end of an IPv6 one that a gateway turns into it (RFC 6052, RFC 4291)."""
    if not any(address in network for network in CARRY_IPV4):
        return None
    return IPv4Address(address.packed[-4:])
