"""Whether an address is one that other people reach, or the library's own machine to itself."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_own_machine(url: str) -> bool:
    """Return whether a URL names no host but the machine that it is used on."""
    host = urlsplit(url).hostname or ""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified
