"""Names of items and of sets: `oai:HOST:sha256:DIGEST`, and `license-NAME`, `steward-ID`, `collection-ID`.

HOST is that of the ledger's name, which stays when the library's address changes. A registration of another
institution has its id behind the digest, since several may have registered one resource.
"""

from __future__ import annotations

import re

from ledger_service.domain.identifiers import Digest, StewardId

LICENSE, STEWARD, COLLECTION = "license", "steward", "collection"
_OF_ITEM = re.compile(r"sha256:([0-9a-f]{64})(?::([0-9a-f]{64}))?\Z")
_OF_SET = re.compile(r"(license|steward|collection)-(.+)\Z")
_PLAIN = re.compile(r"[A-Za-z0-9_.!~*'()-]+\Z")
_DOMAIN = re.compile(r"[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z][A-Za-z0-9-]*)+\Z")


def host_of(origin: str) -> str:
    """Return the host in a ledger's name."""
    return origin.partition("/")[0]


def is_domain(host: str) -> bool:
    """Return whether a host is one that OAI's own form of identifiers takes."""
    return _DOMAIN.match(host) is not None


def item_name(host: str, digest: str, steward: str = "") -> str:
    """Return the name of a registration. digest, steward: 64 hex; steward: empty for the library itself."""
    return f"oai:{host}:sha256:{digest}" + (f":{steward}" if steward else "")


def parse_item_name(host: str, own: StewardId, name: str) -> tuple[Digest, StewardId] | None:
    """Return the digest and the institution that a name tells; None if it is no name of this library's."""
    before = f"oai:{host}:"
    match = _OF_ITEM.match(name[len(before) :]) if name.startswith(before) else None
    if match is None:
        return None
    return Digest.parse(match[1]), StewardId.parse(match[2]) if match[2] else own


def license_set(name: str, license_id: str) -> str:
    """Return the set of a license: by its name, or by its id if the name has letters that no set has."""
    return f"{LICENSE}-{name if _PLAIN.match(name) else license_id}"


def steward_set(steward: str) -> str:
    """Return the set of an institution, by its id of 64 hex."""
    return f"{STEWARD}-{steward}"


def collection_set(collection: str) -> str:
    """Return the set of a collection, by its id of 32 hex."""
    return f"{COLLECTION}-{collection}"


def parse_set(text: str) -> tuple[str, str] | None:
    """Return the kind of a set and what is behind the dash; None if no set of ours is called so."""
    match = _OF_SET.match(text)
    return None if match is None else (match[1], match[2])
