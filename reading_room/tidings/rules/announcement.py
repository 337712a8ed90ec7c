"""A change, or an answer, as a notification of COAR Notify 1.0.1 that this library sends."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reading_room.tidings.rules.change import Change, ChangeKind
from reading_room.tidings.rules.notification import NOTIFY, STREAMS, TYPES, Pattern

CONTENT_TYPE = f'application/ld+json; profile="{STREAMS}"'
PAGE_TYPES = ["Page", "sorg:AboutPage"]
REPLACES = "http://purl.org/dc/terms/replaces"
FORMAT_OF = "http://purl.org/dc/terms/isFormatOf"
PATTERNS: Mapping[ChangeKind, Pattern] = {
    ChangeKind.REGISTERED: Pattern.ANNOUNCE_INGEST,
    ChangeKind.SUPERSEDED: Pattern.ANNOUNCE_RELATIONSHIP,
    ChangeKind.RENDITION: Pattern.ANNOUNCE_RELATIONSHIP,
    ChangeKind.ENDORSED: Pattern.ANNOUNCE_ENDORSEMENT,
}
"""How kinds are announced for which there is a pattern; all others as results of a service."""


@dataclass(frozen=True)
class Sender:
    """This library as others see it. name: the ledger's."""

    public_url: str
    name: str

    @property
    def inbox(self) -> str:
        """Where it is told."""
        return f"{self.public_url}/inbox"


@dataclass(frozen=True)
class Addressee:
    """The service that is told."""

    uri: str
    inbox: str


def format_announcement(
    sender: Sender, to: Addressee, change: Change, endorsement: str = ""
) -> bytes:
    """Return what announces a change. endorsement: its address, of a change of this kind."""
    page = f"{sender.public_url}/resources/{change.digest.hex()}"
    resource: dict[str, Any] = {"id": page, "type": PAGE_TYPES, "ietf:cite-as": page}
    about: dict[str, Any] = dict(resource)
    kind = change.kind
    if kind is ChangeKind.CONFIRMED:
        proof = f"{sender.public_url}/api/v1/entries/{change.entry}"
        about = {"id": proof, "type": ["Document", "sorg:WebPage"], "ietf:cite-as": proof}
    elif kind in (ChangeKind.SUPERSEDED, ChangeKind.RENDITION) and change.other is not None:
        other = f"{sender.public_url}/resources/{change.other.hex()}"
        about = _relation(other, REPLACES, page)
        if kind is ChangeKind.RENDITION:
            about = _relation(page, FORMAT_OF, other)
    elif kind is ChangeKind.WITHDRAWN:
        about["type"] = ["Tombstone", "sorg:AboutPage"]
    elif kind is ChangeKind.ENDORSED:
        about = {"id": endorsement, "type": ["Document"], "ietf:cite-as": endorsement}
    types = TYPES[PATTERNS.get(kind, Pattern.ANNOUNCE_RESULT)]
    name = _name(sender, f"{change.entry} to {to.uri}")
    return _written(sender, to, name, types, {"object": about, "context": resource})


def format_reply(
    sender: Sender, to: Addressee, offer: Mapping[str, Any], *, is_accepted: bool
) -> bytes:
    """Return what accepts or rejects an offer. offer: as it came; it is sent back as the object."""
    pattern = Pattern.ACCEPT if is_accepted else Pattern.REJECT
    told = {name: item for name, item in offer.items() if name != "@context"}
    name = _name(sender, f"{pattern.value} {offer['id']} to {to.uri}")
    parts = {"object": told, "inReplyTo": offer["id"]}
    return _written(sender, to, name, TYPES[pattern], parts)


def _relation(subject: str, relation: str, other: str) -> dict[str, Any]:
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{subject} {relation} {other}").urn
    return {
        "id": name,
        "type": "Relationship",
        "as:subject": subject,
        "as:relationship": relation,
        "as:object": other,
    }


def _written(
    sender: Sender, to: Addressee, name: str, types: tuple[str, ...], parts: Mapping[str, Any]
) -> bytes:
    told = {
        "@context": [STREAMS, NOTIFY[0]],
        "id": name,
        "type": list(types) if len(types) > 1 else types[0],
        "actor": {"id": sender.public_url, "type": "Service", "name": sender.name},
        "origin": {"id": sender.public_url, "type": "Service", "inbox": sender.inbox},
        "target": {"id": to.uri, "type": "Service", "inbox": to.inbox},
        **parts,
    }
    return json.dumps(
        told, ensure_ascii=False, sort_keys=True
    ).encode()  # offers may hold any number


def _name(sender: Sender, what: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"muhr:{sender.name}:{what}").urn
