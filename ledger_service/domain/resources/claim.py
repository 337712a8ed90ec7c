"""A claim on a resource as every door hands it over, and the rules that hold at each of them.

Doors are uploads, claims about bytes that are elsewhere, and imports. Claims are plain tuples, since a
million of them pass through.
"""

from __future__ import annotations

from typing import NamedTuple

from ledger_service.domain.chain_errors import ResourceIsWithdrawn
from ledger_service.domain.content.content_id import DAG_PB, RAW, ContentId
from ledger_service.domain.errors import (
    EmptyResource,
    InvalidCid,
    ResourceAlreadyRegistered,
    ResourceTooLarge,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import STATES_WITHDRAWN, Metadata

LARGEST_RAW_BYTES = (
    1 << 20
)  # a file of up to one chunk is one raw block, whose CID has its own digest


class Claim(NamedTuple):
    """What is said of a resource. digest, metadata_digest: 32 bytes; cid: base16; license: name or id.

    title to further are its metadata, which was checked and has this digest. further: the fields of a Record
    in canonical JSON, empty if it has none.
    """

    digest: bytes
    cid: str
    metadata_digest: bytes
    license: str
    title: str
    creator: str
    language: str
    media_type: str
    size_bytes: int
    further: str = ""

    @classmethod
    def of(cls, digest: Digest, cid: ContentId, license_name: str, metadata: Metadata) -> Claim:
        """Return the claim on a resource that is described so."""
        told = told_of(metadata)
        return cls(digest.value, cid.base16(), metadata.digest.value, license_name, *told)


def told_of(metadata: Metadata) -> tuple[str, str, str, str, int, str]:
    """Return metadata in the order in which claims tell them."""
    return (
        metadata.title,
        metadata.creator,
        metadata.language,
        metadata.media_type,
        metadata.size_bytes,
        metadata.wider_text,
    )


AcceptedRow = tuple[bytes, bytes, str, str, str, str, str, int, int]
"""A claim that is accepted: digest, license, CID, title, creator, language, media type, size in bytes, index
of its entry. The CID is in base16, and empty if it is the raw one, which follows from the digest."""
WiderRow = tuple[bytes, bytes, str, str, str, str, str, int, int, str | None]
"""The same, and behind it the fields of a Record in canonical JSON, None if it has none."""


class PlainClaim(NamedTuple):
    """A registration of which its claim tells all: nothing but the chain's consent came after it, and its
    record has none of a Record's optional fields. A plain tuple, since a million of them are told.

    digest, license, steward: 32 bytes each; cid: base16, empty if it is the raw one; entry: index of the
    one that took it in; accepted_at: seconds since 1970 UTC; stands: whether chain or
    anchored ledger speak for it.
    """

    digest: bytes
    license: bytes
    steward: bytes
    cid: str
    title: str
    creator: str
    language: str
    media_type: str
    size_bytes: int
    entry: int
    accepted_at: int
    stands: bool


class StandingClaim(NamedTuple):
    """A registration as claims are held against it. metadata: title to further, as in a claim."""

    state: str
    license: bytes
    metadata: tuple[object, ...]
    entry: int


def check_size(size_bytes: int, largest_bytes: int) -> None:
    """Check that a resource may have this size; raise EmptyResource or ResourceTooLarge."""
    if size_bytes == 0:
        raise EmptyResource("item")
    check_not_larger(size_bytes, largest_bytes)


def check_not_larger(size_bytes: int, largest_bytes: int) -> None:
    """Check that a resource, or what came of it so far, may have this size; raise ResourceTooLarge."""
    if size_bytes > largest_bytes:
        raise ResourceTooLarge(most=largest_bytes)


def check_cid(digest: Digest, cid: ContentId, size_bytes: int) -> None:
    """Check that bytes of this digest and size can have this CID here; raise InvalidCid."""
    small = size_bytes <= LARGEST_RAW_BYTES
    if cid.codec != (RAW if small else DAG_PB) or (small and cid.digest != digest.value):
        raise InvalidCid("not-derived")


def check_same_claim(
    standing: StandingClaim, digest: bytes, license_id: bytes, metadata: tuple[object, ...]
) -> None:
    """Check that a claim is the one that stands on its digest.

    Raises:
        ResourceIsWithdrawn: nothing stands there any more, and nothing will.
        ResourceAlreadyRegistered: it has another license or other metadata.
    """
    if standing.state in STATES_WITHDRAWN:
        raise ResourceIsWithdrawn("for-good", digest=digest.hex())
    if (standing.license, standing.metadata) != (license_id, metadata):
        raise ResourceAlreadyRegistered(digest=digest.hex(), title=str(standing.metadata[0]))
