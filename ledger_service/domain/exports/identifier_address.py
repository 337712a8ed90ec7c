"""Where an identifier of others leads: to its own resolver, and nowhere if it has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

_SAFE = "/:;()._-"


def _at(prefix: str) -> Callable[[str], str]:
    return lambda value: prefix + quote(value, safe=_SAFE)


def _uri(value: str) -> str:
    return value if value.startswith(("https://", "http://")) and value.isascii() else ""


RESOLVERS: Mapping[str, Callable[[str], str]] = {
    "doi": _at("https://doi.org/"),
    "handle": _at("https://hdl.handle.net/"),
    "ark": _at("https://n2t.net/"),
    "orcid": _at("https://orcid.org/"),
    "ror": _at("https://ror.org/"),
    "issn": _at("https://portal.issn.org/resource/ISSN/"),
    "urn": lambda value: (
        _at("https://nbn-resolving.org/")(value) if value.lower().startswith("urn:nbn:") else ""
    ),
    "uri": _uri,
}
"""By scheme; other schemes, such as isbn and call-number, have no one place that they lead to."""


def identifier_link(scheme: str, value: str) -> str:
    """Return the address at which an identifier is looked up; empty if there is none."""
    resolver = RESOLVERS.get(scheme.lower())
    return "" if resolver is None else resolver(value)
