"""Statements as PROV-JSON. Source: the PROV-JSON serialization, W3C member submission of 2013-04-24."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from ledger_service.domain.exports.provenance.statements import (
    Kind,
    Link,
    Node,
    Statements,
    Type,
    Value,
    statements_of,
)
from ledger_service.domain.exports.provenance.story import Story

MEDIA_TYPE = "application/provenance+json"
ENDS = {
    "actedOnBehalfOf": ("delegate", "responsible"),
    "alternateOf": ("alternate1", "alternate2"),
    "used": ("activity", "entity"),
    "wasAssociatedWith": ("activity", "agent"),
    "wasAttributedTo": ("entity", "agent"),
    "wasDerivedFrom": ("generatedEntity", "usedEntity"),
    "wasGeneratedBy": ("entity", "activity"),
    "wasInformedBy": ("informed", "informant"),
    "wasInvalidatedBy": ("entity", "activity"),
    "wasRevisionOf": ("generatedEntity", "usedEntity"),
}
"""What the two ends of a relation are called."""


def format_prov_json(story: Story) -> str:
    """Return a history as a document of PROV-JSON."""
    return json.dumps(prov_json(statements_of(story)), ensure_ascii=False, indent=1) + "\n"


def prov_json(stated: Statements) -> dict[str, Any]:
    """Return statements as the members of a document; each relation has the number of its line."""
    known = ("prov", "xsd")  # which every document has, and none may declare anew
    told: dict[str, Any] = {
        "prefix": {name: uri for name, uri in stated.prefixes.items() if name not in known}
    }
    for node in stated.nodes:
        told.setdefault(node.kind.value, {})[node.name] = _node(node)
    for number, link in enumerate(stated.links):
        is_revision = link.relation == "wasRevisionOf"
        kind = "wasDerivedFrom" if is_revision else link.relation
        told.setdefault(kind, {})[f"_:r{number}"] = _link(link)
    return told


def time_of(seconds: int) -> str:
    """Return a time, in seconds since 1970 UTC, as XML Schema has it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _node(node: Node) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if node.kind is Kind.ACTIVITY and node.at is not None:
        told = {f"prov:{end}Time": time_of(node.at) for end in ("start", "end")}
    return told | {name: _value(value) for name, value in node.facts}


def _value(value: Value) -> str | dict[str, str]:
    return value.text if value.type is Type.TEXT else {"$": value.text, "type": value.type.value}


def _link(link: Link) -> dict[str, Any]:
    one, other = ENDS[link.relation]
    told: dict[str, Any] = {f"prov:{one}": link.one, f"prov:{other}": link.other}
    if link.at is not None:
        told["prov:time"] = time_of(link.at)
    if link.relation == "wasRevisionOf":
        told["prov:type"] = {"$": "prov:Revision", "type": Type.NAME.value}
    return told
