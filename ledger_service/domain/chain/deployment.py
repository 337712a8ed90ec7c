"""A deployment: which chain, which contracts, which ledger. The public root of trust of a library.

`muhr init` writes it once to deployment.json, and a library gives it to students and auditors.
Normative text: docs/formats.md §11.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from ledger_service.domain import canonical_json, foreign_json
from ledger_service.domain.errors import InvalidInput, InvalidJson
from ledger_service.domain.identifiers import Digest

CONTRACTS = (
    "StewardRegistry",
    "LicenseRegistry",
    "ResourceRegistry",
    "AccessGrants",
    "CheckpointAnchor",
)
LARGEST_BYTES = 1024 * 1024
OWN_NODE = "/api/v1/rpc"
"""The path at which a library lets people read its own node."""


@dataclass(frozen=True)
class Deployment:
    """contracts: name → address, 40 hex; code: name → keccak256 of the code, 64 hex; genesis: hash
    of block 0, 64 hex; key: the ledger's vkey, whose name is its origin; steward: id, 64 hex. nodes: URLs
    of nodes that the library lets people ask; nothing is checked against them.
    """

    chain_id: int
    genesis: str
    first_block: int
    contracts: Mapping[str, str]
    code: Mapping[str, str]
    salt: str
    steward: str
    key: str
    nodes: tuple[str, ...] = ()

    @property
    def digest(self) -> Digest:
        """SHA-256 of its canonical JSON without the nodes, which may change."""
        value = {name: told for name, told in asdict(self).items() if name != "nodes"}
        return Digest(hashlib.sha256(canonical_json.canonicalize(value)).digest())

    def is_told_by(self, node: str) -> bool:
        """Return whether a node's URL is one of a library: named here, or a library's own route."""
        return node in self.nodes or urlsplit(node).path.rstrip("/").endswith(OWN_NODE)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the deployment of a JSON text; inverse of `format`."""
        try:
            value: dict[str, Any] = foreign_json.parse(text.encode(), LARGEST_BYTES)
            if isinstance(value, dict) and "admin" in value:
                raise InvalidInput("deployment-is-charter")
            nodes = value.pop("nodes", [])
            if not isinstance(nodes, list) or not all(isinstance(url, str) for url in nodes):
                raise ValueError("its nodes are not a list of URLs")
            deployment = cls(**value, nodes=tuple(nodes))
            for named in (deployment.contracts, deployment.code):
                if set(named) != set(CONTRACTS):
                    raise ValueError("it does not name the five contracts")
                for item in named.values():
                    bytes.fromhex(item)
        except (InvalidJson, ValueError, TypeError, AttributeError) as exc:
            cause = exc.reason if isinstance(exc, InvalidJson) else str(exc)
            raise InvalidInput("deployment-file", cause=cause) from exc
        return deployment

    def format(self) -> str:
        """Return the JSON text that people keep; without `nodes` if there are none."""
        told = {name: value for name, value in asdict(self).items() if name != "nodes" or value}
        return json.dumps(told, indent=2, sort_keys=True) + "\n"
