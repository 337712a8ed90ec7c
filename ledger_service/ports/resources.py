"""What the services need of resources: registrations, licenses and stewards."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.imports.prepared_claim import AcceptedRow, StandingClaim
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.domain.resources.registration import Registration, RegistrationState, Route
from ledger_service.ports.paging import Page, PageRequest


class WrittenClaim(NamedTuple):
    """A registration as far as its entry tells it; a plain tuple, since it is read for each quick proof.

    The entries are ledger indices, accepted_at is seconds since 1970 UTC; license: its id; cid: base16.
    """

    registered_entry: int | None
    accepted_entry: int
    accepted_at: int
    license: bytes
    route: Route
    cid: str
    title: str
    media_type: str
    size_bytes: int
    creator: str
    language: str


@dataclass(frozen=True)
class License:
    """A license as the index holds it. state: accepted, defined or rejected."""

    id: LicenseId
    name: str
    terms: LicenseTerms
    state: str


@dataclass(frozen=True)
class Steward:
    """A steward as the index holds it. uri: what the id is the digest of."""

    id: StewardId
    uri: str
    name: str


class RegistrationTable(Protocol):
    def find(self, digest: Digest, steward: StewardId) -> Registration | None: ...
    def of_digest(self, digest: Digest) -> list[Registration]: ...
    def page(self, request: PageRequest) -> Page[Registration]: ...
    def standing(
        self, steward: StewardId, digests: Sequence[bytes]
    ) -> dict[bytes, StandingClaim]: ...
    def add_accepted(self, steward: StewardId, at: int, rows: Sequence[AcceptedRow]) -> None: ...
    def forget_rejected(self, steward: StewardId, digests: Sequence[bytes]) -> None: ...
    def of_steward(
        self, steward: StewardId, digests: Collection[Digest]
    ) -> dict[Digest, Registration]: ...
    def add(self, registration: Registration) -> None: ...
    def add_all(self, registrations: Sequence[Registration]) -> None: ...
    def replace_rejected(self, registration: Registration) -> None: ...
    def set_state(
        self,
        digest: Digest,
        steward: StewardId,
        state: RegistrationState,
        *,
        registered_entry: int | None = None,
        block: int | None = None,
        transaction: str | None = None,
        rejection: str | None = None,
    ) -> None: ...
    def settle_routes(
        self, steward: StewardId, route: Route, digests: Collection[Digest] | None
    ) -> int: ...
    def count_unknown_routes(self, steward: StewardId) -> int: ...
    def count_by_state(self) -> dict[str, int]: ...


class LicenseTable(Protocol):
    def find(self, license_id: LicenseId) -> License | None: ...
    def find_named(self, name: str) -> License | None: ...
    def page(self, request: PageRequest) -> Page[License]: ...
    def add(self, row: License) -> None: ...
    def set_state(self, license_id: LicenseId, state: str) -> None: ...


class StewardTable(Protocol):
    def find(self, steward: StewardId) -> Steward | None: ...
    def all(self) -> list[Steward]: ...
    def add(self, row: Steward) -> None: ...
