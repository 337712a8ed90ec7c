"""Notifications as services of others send them, by COAR Notify 1.0.1."""

from __future__ import annotations

import uuid
from typing import Any

CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://coar-notify.net"]


def notice(library_url: str, peer: str, *types: str, digest: str = "", **more: Any) -> Any:
    """Return a notification of a service to a library; digest: of the resource that is its context."""
    told: dict[str, Any] = {
        "@context": CONTEXT,
        "id": f"urn:uuid:{uuid.uuid4()}",
        "type": list(types),
        "actor": {"id": peer, "type": "Organization", "name": "A journal"},
        "origin": {"id": peer, "type": "Service", "inbox": f"{peer}/inbox"},
        "target": {"id": library_url, "type": "Service", "inbox": f"{library_url}/inbox"},
        "object": {
            "id": f"{peer}/endorsement/{uuid.uuid4()}",
            "type": ["Document", "sorg:WebPage"],
            "ietf:cite-as": f"{peer}/doi",
        },
    }
    if digest:
        page = f"{library_url}/resources/{digest}"
        told["context"] = {"id": page, "type": ["Page", "sorg:AboutPage"], "ietf:cite-as": page}
    return {**told, **more}
