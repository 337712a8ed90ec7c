"""Whether an address is one that other people reach, or the library's own machine to itself."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_own_machine(url: str) -> bool:
    """Return whether a URL names no host but the machine that it is used on."""
    host = urlsplit(url).hostname or ""
    try:
        return is_loopback(host) or ip_address(host).is_unspecified
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Return whether a name or an address is the machine's own, which no other reaches."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
