"""Where a resource comes from, as PROV-JSON: it is an entity, its steward an agent, each entry an activity.

Source: the PROV-JSON serialization, W3C member submission of 2013-04-24.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.registration import Registration


class Told(NamedTuple):
    """An entry of the ledger. number: its index."""

    number: int
    body: bytes


def provenance_of(
    found: Registration, rights: str, steward: str, origin: str, told: Sequence[Told]
) -> dict[str, Any]:
    """Return the document. rights: URI of the license; steward: a name; told: entries on the resource."""
    name, agent = f"sha256:{found.digest}", f"steward:{found.steward}"
    entries = [(one.number, Entry.parse(one.body)) for one in told]
    later = _successors(name, entries)
    return {
        "prefix": {
            "dcterms": "http://purl.org/dc/terms/",
            "entry": f"https://{origin}/entry/",
            "ledger": f"https://{origin}/",
            "sha256": "hash://sha256/",
            "steward": "hash://sha256/",
        },
        "entity": {
            name: _described(found, rights),
            **{row["prov:generatedEntity"]: {} for row in later.values()},
        },
        "agent": {agent: {"prov:type": _qualified("prov:Organization"), "prov:label": steward}},
        "activity": {
            f"entry:{number}": {
                "prov:type": _qualified(f"ledger:{entry.kind}"),
                "prov:startTime": _time(entry.at),
                "prov:endTime": _time(entry.at),
            }
            for number, entry in entries
        },
        "used": {
            f"_:used{number}": {"prov:activity": f"entry:{number}", "prov:entity": name}
            for number, _ in entries
        },
        "wasAssociatedWith": {
            f"_:by{number}": {"prov:activity": f"entry:{number}", "prov:agent": agent}
            for number, _ in entries
        },
        "wasAttributedTo": {"_:attributed": {"prov:entity": name, "prov:agent": agent}},
        "wasDerivedFrom": later,
    }


def _described(found: Registration, rights: str) -> dict[str, str]:
    record = found.record
    terms = {
        "title": record.title,
        "format": record.media_type,
        "license": rights,
        "creator": record.creator,
        "language": record.language,
    }
    return {f"dcterms:{name}": value for name, value in terms.items() if value}


def _successors(name: str, entries: Sequence[tuple[int, Entry]]) -> dict[str, dict[str, Any]]:
    """Return what has taken the resource's place, or was made of it, by the entries that say so."""
    return {
        f"_:revision{number}": {
            "prov:generatedEntity": f"sha256:{entry.text('successor')}",
            "prov:usedEntity": name,
            "prov:activity": f"entry:{number}",
            "prov:type": _qualified("prov:Revision"),
        }
        for number, entry in entries
        if entry.kind == "superseded"
    }


def _qualified(name: str) -> dict[str, str]:
    return {"$": name, "type": "prov:QUALIFIED_NAME"}


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
