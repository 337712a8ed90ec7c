"""All that is told of how a resource came to be what it is; the formats of others are made of this.

Readers are in none of it: openings and loans are no part of a history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ledger_service.domain.exports.provenance.history import Happening, HappeningKind
from ledger_service.domain.resources.registration import STATES_WITHDRAWN, Registration

HASH_URI = "hash://sha256/"
"""Before a digest: a name that says where nothing is kept. Source: https://github.com/hash-uri/hash-uri."""


class Party(NamedTuple):
    """An institution. uri: what its id is the digest of."""

    name: str
    uri: str


class Rights(NamedTuple):
    """A license. name: its own here; uri: of its text; policy: digest of its policy, 64 hex."""

    name: str
    uri: str
    policy: str


class Source(NamedTuple):
    """A record of others from which the resource was taken in. identifier: theirs; digest: of its bytes.

    address: of the service, empty where not everybody may know it.
    """

    identifier: str
    digest: str
    kept_at: int
    address: str = ""


@dataclass(frozen=True)
class Story:
    """A resource and its history.

    registrations: every steward's, oldest first; shown: the one by whose record it is told. lines: what
    happened, oldest first; stewards, licenses: by their ids. origin: the ledger's name; public_url: how
    people reach the service. own: the id of this library's own steward.
    """

    registrations: tuple[Registration, ...]
    shown: Registration
    lines: tuple[Happening, ...]
    stewards: Mapping[str, Party]
    licenses: Mapping[str, Rights]
    origin: str
    public_url: str
    sources: tuple[Source, ...] = ()
    own: str = ""

    @property
    def digest(self) -> str:
        """What the resource is named by, 64 hex."""
        return self.shown.digest.hex()

    @property
    def uri(self) -> str:
        """The resource's name among all libraries."""
        return HASH_URI + self.digest

    @property
    def address(self) -> str:
        """The resource's page."""
        return f"{self.public_url}/resources/{self.digest}"

    @property
    def is_withdrawn(self) -> bool:
        """Whether nobody stands by the resource any more."""
        return all(item.state in STATES_WITHDRAWN for item in self.registrations)

    @property
    def beginning(self) -> Happening | None:
        """How it first came into this ledger."""
        return next((line for line in self.lines if line.kind is HappeningKind.TAKEN_IN), None)

    @property
    def end(self) -> Happening | None:
        """The line by which the last steward took their word back; None while somebody stands by it."""
        if not self.is_withdrawn:
            return None
        ends = [line for line in self.lines if line.kind is HappeningKind.WITHDRAWN]
        return ends[-1] if ends else None

    def license_of(self, steward: str) -> str:
        """Return the id of the license under which a steward has it."""
        found = (item for item in self.registrations if item.steward.hex() == steward)
        return next(item.license.hex() for item in found)
