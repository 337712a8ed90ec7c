"""Services of others that notifications are taken from, and of which addresses they may come."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from ledger_service.domain.errors import InvalidPeer, PeerNotFound

MOST_PEERS, MOST_NETWORKS = 100, 20
LONGEST_URI, LONGEST_NAME = 500, 200
_ID = re.compile(r"[0-9a-f]{16}\Z")


@dataclass(frozen=True)
class Peer:
    """A service. uri: by which it names itself as the origin; networks: it asks from; empty: from anywhere.

    hook: id of the receiver that its inbox is, empty if it is told nothing.
    """

    id: str
    uri: str
    name: str
    made_at: int
    networks: tuple[str, ...] = ()
    hook: str = ""

    def sends_from(self, address: str) -> bool:
        """Return whether a request from this address may be its own; without networks nobody can tell."""
        if not self.networks:
            return True
        try:
            found = ip_address(address.partition("/")[0].partition("%")[0])
        except ValueError:
            return False
        return any(found in ip_network(network) for network in self.networks)


def check_peer_id(text: str) -> str:
    """Return a peer's id; raise PeerNotFound for what is none."""
    if not _ID.match(text):
        raise PeerNotFound(name=text[:40])
    return text


def check_uri(text: str) -> str:
    """Return the address of a service; raise InvalidPeer for another text."""
    if not is_web_address(text):
        raise InvalidPeer("uri", uri=text[:80])
    return text


def networks_of(words: Iterable[str]) -> tuple[str, ...]:
    """Return networks as they are written; raise InvalidPeer for another word, or for too many."""
    found = [word.strip() for word in words if word.strip()]
    for word in found:
        try:
            ip_network(word)
        except ValueError as exc:
            raise InvalidPeer("network", network=word[:40]) from exc
    if len(found) > MOST_NETWORKS:
        raise InvalidPeer("networks", most=MOST_NETWORKS)
    return tuple(found)


def is_web_address(text: object) -> bool:
    """Return whether a text is the address of something on the web, within bounds."""
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_URI:
        return False
    if not text.isascii() or not text.isprintable() or set(text) & set(' <>"'):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
