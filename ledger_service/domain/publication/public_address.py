"""Whether an address is one that others reach, or the library's own machine to itself; and how it is told."""

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


def without_password(url: str) -> str:
    """Return a URL as others are told it: without the name and the password before its host.

    Raises:
        ValueError: it is no URL.
    """
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
