"""A consortium's charter: which chain, which contracts, who holds their admin roles, and by which rules.

`muhr consortium init` writes it once. A library that joins makes its deployment of it. The council may set
other rules later: they are outside of the digest. Normative text: docs/consortium.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from ledger_service.domain import canonical_json, foreign_json
from ledger_service.domain.chain.deployment import CONTRACTS, Deployment
from ledger_service.domain.errors import InvalidCharter, InvalidJson
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.resources.record_text import fits_a_line

VERSION = "muhr-charter/1"
LARGEST_BYTES = 1024 * 1024
LONGEST_NAME = 200  # characters
MOST_MEMBERS = 64  # libraries of one consortium that are told of
LONGEST_URL = 500  # characters
RULES = frozenset({"nodes", "quorum", "copies", "members"})
"""What may change while the consortium stays the same."""


@dataclass(frozen=True)
class Charter:
    """name: of the consortium, for people. admin: account (40 hex) that holds the admin roles.

    has_council: whether that account is our contract `Council`, to which acts are proposed; otherwise it is
    a multisig or another account that calls the contracts itself. contracts, code, genesis, first_block,
    salt: as in Deployment. nodes: URLs at which anybody may ask the chain.

    quorum: how many other members' witnesses must cosign a checkpoint. copies: how many members, the owner
    among them, keep each open content. members: URLs of services where members are asked for first.
    """

    name: str
    chain_id: int
    genesis: str
    first_block: int
    contracts: Mapping[str, str]
    code: Mapping[str, str]
    salt: str
    admin: str
    has_council: bool
    nodes: tuple[str, ...] = ()
    quorum: int = 0
    copies: int = 1
    members: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (0 < len(self.name) <= LONGEST_NAME and fits_a_line(self.name)):
            raise InvalidCharter("name", longest=LONGEST_NAME)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the charter of a JSON text; inverse of `format`. Raises InvalidCharter."""
        try:
            value: dict[str, Any] = foreign_json.parse(text.encode(), LARGEST_BYTES)
            if value.pop("type", None) != VERSION:
                raise InvalidCharter("version", version=VERSION)
            nodes = tuple(_urls(value.pop("nodes", [])))
            members = tuple(_urls(value.pop("members", [])))
            charter = cls(**value, nodes=nodes, members=members)
            charter._check_form()
        except (InvalidJson, ValueError, TypeError, AttributeError) as exc:
            raise InvalidCharter("form") from exc
        return charter

    def _check_form(self) -> None:
        numbers = self.chain_id, self.first_block
        if any(isinstance(number, bool) or number < 0 for number in numbers):
            raise ValueError("numbers")
        if not isinstance(self.has_council, bool):
            raise TypeError("has_council")
        if set(self.contracts) != set(CONTRACTS) or set(self.code) != set(CONTRACTS):
            raise ValueError("contracts")
        self._check_rules()
        _check_hex(40, self.admin, *self.contracts.values())
        _check_hex(64, self.genesis, self.salt, *self.code.values())

    def _check_rules(self) -> None:
        for number, least in ((self.quorum, 0), (self.copies, 1)):
            if isinstance(number, bool) or not least <= number <= MOST_MEMBERS:
                raise ValueError("rules")
        if len(self.members) > MOST_MEMBERS or any(len(url) > LONGEST_URL for url in self.members):
            raise ValueError("members")

    def format(self) -> str:
        """Return the JSON text that the council publishes."""
        return json.dumps(self._value(), indent=2, sort_keys=True) + "\n"

    @property
    def digest(self) -> Digest:
        """SHA-256 of what makes the consortium: its canonical JSON without nodes and rules."""
        value = {name: told for name, told in self._value().items() if name not in RULES}
        return Digest(hashlib.sha256(canonical_json.canonicalize(value)).digest())

    def deployment(self, steward: StewardId, key: VerifierKey) -> Deployment:
        """Return the deployment of a member: this consortium's contracts, its own steward and ledger."""
        return Deployment(
            chain_id=self.chain_id,
            genesis=self.genesis,
            first_block=self.first_block,
            contracts=self.contracts,
            code=self.code,
            salt=self.salt,
            steward=steward.hex(),
            key=key.format(),
            nodes=self.nodes,
        )

    def is_of(self, deployment: Deployment) -> bool:
        """Return whether a library with this deployment is on the consortium's contracts."""
        return (self.chain_id, self.genesis, dict(self.contracts)) == (
            deployment.chain_id,
            deployment.genesis,
            dict(deployment.contracts),
        )

    def _value(self) -> dict[str, Any]:
        told = {"type": VERSION, **asdict(self)}
        return told | {"nodes": list(self.nodes), "members": list(self.members)}


def _urls(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(url, str) for url in value):
        raise TypeError("nodes")
    return value


def _check_hex(digits: int, *texts: Any) -> None:
    for text in texts:
        if len(text) != digits or text != bytes.fromhex(text).hex():
            raise ValueError("hex")
