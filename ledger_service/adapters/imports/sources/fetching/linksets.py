"""Link fields, and sets of links: what `Link` says in a header (RFC 8288), and documents of it (RFC 9264).

A linkset tells of many works; each link in it names the page whose link it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ledger_service.adapters.imports.sources.fetching.hosts import joined
from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson

JSON, TEXT = "application/linkset+json", "application/linkset"
ACCEPTED = f"{JSON}, {TEXT};q=0.5"
_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s;,"]*))*)')
_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*(?:"([^"]*)"|([^\s;,"]*))')


class Link(NamedTuple):
    """A link as it is written. relations: in small letters; anchor: whose link it is, empty if not said."""

    target: str
    relations: tuple[str, ...]
    media_type: str
    anchor: str = ""


def links_in_field(field: str) -> Iterator[Link]:
    """Yield the links of a field Link, or of a linkset as text."""
    for target, parameters in _LINK.findall(field):
        values: dict[str, str] = {}
        for name, quoted, bare in _PARAMETER.findall(parameters):
            values.setdefault(name.lower(), quoted or bare)  # RFC 8288 §3.3: the first `rel` counts
        relations = tuple(values.get("rel", "").lower().split())
        yield Link(target, relations, values.get("type", ""), values.get("anchor", ""))


def links_in_set(data: bytes, media_type: str, url: str) -> list[Link]:
    """Return the links of a linkset in either form, those that cannot be one left out; URLs are absolute.

    url: of the linkset. Raises:
        InvalidJson: it should be JSON and is none.
    """
    if media_type == JSON:
        found = list(_in_json(foreign_json.parse(data)))
    else:
        found = list(links_in_field(data.decode("utf-8", "replace")))
    return [
        link._replace(target=joined(url, link.target.strip()), anchor=joined(url, link.anchor))
        for link in found
    ]


def _in_json(value: Any) -> Iterator[Link]:
    """Source: RFC 9264 §4.2."""
    contexts = value.get("linkset") if isinstance(value, Mapping) else None
    if not isinstance(contexts, list):
        raise InvalidJson("malformed", cause="no linkset")
    for context in filter(_is_object, contexts):
        anchor = context.get("anchor", "")
        for relation, targets in context.items():
            for target in filter(_is_object, targets if isinstance(targets, list) else []):
                said = target.get("href"), target.get("type", ""), anchor
                if all(isinstance(text, str) for text in said):
                    yield Link(said[0], (relation.lower(),), said[1], said[2])


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)
