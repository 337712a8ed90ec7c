"""Whose connection it is: the address that connects, or the one that a proxy of the operator's tells.

What a header says is believed of named proxies only; from everybody else it is a word like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Networks = Sequence[IPv4Network | IPv6Network]
FORWARDED = b"x-forwarded-for"
IPV6_PREFIX = 64  # bits that one subscriber is given; the rest are theirs to choose
UNKNOWN = "unknown"


def parse_networks(names: Iterable[str]) -> Networks:
    """Return addresses and networks that a setting names; raise ValueError for another text."""
    return tuple(ip_network(name) for name in names)


def group_of(text: str) -> str:
    """Return the name under which an address is counted: itself, or the network of an IPv6 address."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ip_network((address, IPV6_PREFIX), strict=False))
    return str(address)


def is_proxy(text: str, proxies: Networks) -> bool:
    """Return whether an address is one of the operator's proxies."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in proxies)


def forwarded(headers: Iterable[tuple[bytes, bytes]], proxies: Networks) -> str:
    """Return the group of the caller that a proxy tells: the last address that is no proxy itself.

    Every proxy adds the address that it saw at the end, so that what a caller claims stands before it.
    """
    told = b",".join(value for name, value in headers if name == FORWARDED).decode("latin-1")
    for text in reversed(told.split(",")):
        if not is_proxy(text.strip(), proxies):
            return group_of(text.strip())
    return UNKNOWN
