"""What the verbs need of the room's tables."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from ledger_service.domain.identifiers import Digest


class KeptKey(NamedTuple):
    """The key that signs manifests. wrapped: as the key keeper wrapped it; entry: that attests it."""

    wrapped: bytes
    public: bytes
    entry: int


class KeptAsset(NamedTuple):
    """A model or picture of a hall. cid: where it lies in the content store, base16."""

    digest: Digest
    media_type: str
    size_bytes: int
    cid: str


class KeptVersion(NamedTuple):
    """A manifest as it was published. note: with its signature; entry: that attests the note."""

    hall: str
    version: int
    manifest: bytes
    note: str
    entry: int
    at: int


class KeptRecord(NamedTuple):
    """What a reader handed in. sealed: under their key; entry: that attests the commitment to it."""

    number: int
    reader: str
    hall: str
    version: int
    at: int
    entry: int
    sealed: bytes


class HallTables(Protocol):
    """Halls, their versions and assets, and records of laboratories."""

    def key(self) -> KeptKey | None:
        """Return the key, None if there is none yet."""

    def add_key(self, key: KeptKey) -> None:
        """Add the key; there is none."""

    def count_halls(self) -> int:
        """Return how many halls there are."""

    def newest(self) -> list[KeptVersion]:
        """Return the newest version of each hall, that which was made last first."""

    def find(self, hall: str, version: int | None = None) -> KeptVersion | None:
        """Return a version of a hall, the newest if none is given; None if there is none."""

    def add(self, version: KeptVersion) -> None:
        """Add a version of a hall, of one more than the newest."""

    def asset(self, digest: Digest) -> KeptAsset | None:
        """Return an asset, None if there is none."""

    def add_asset(self, asset: KeptAsset) -> None:
        """Add an asset; one that is there stays."""

    def assets_after(self, cid: str, limit: int) -> list[str]:
        """Return so many CIDs of assets, those after one, in their order."""

    def records_of(self, reader: str) -> list[KeptRecord]:
        """Return what a reader handed in, newest first."""

    def count_records(self, reader: str, since: int) -> int:
        """Return how much a reader handed in since a time."""

    def add_record(self, record: KeptRecord) -> None:
        """Add what a reader handed in; its number is not used."""

    def forget_reader(self, reader: str) -> None:
        """Remove all that a reader handed in."""
