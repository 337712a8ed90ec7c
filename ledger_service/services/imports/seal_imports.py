"""What an import encrypted, on its way into the ledger: its keys are wrapped before the transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ledger_service.domain.content.sealing import stream_bound_to
from ledger_service.domain.errors import ContentKeptOtherwise
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.prepared_claim import PreparedClaim
from ledger_service.ports.content import Seal
from ledger_service.services.library import Library
from ledger_service.services.resources.closed.keep_sealed import (
    SealedContent,
    is_whole,
    newest_epochs,
    open_licenses,
    wrap_for,
)

NOTHING_SEALED: Mapping[bytes, SealedContent] = MappingProxyType({})


def in_their_form(library: Library, claims: Sequence[PreparedClaim]) -> Sequence[PreparedClaim]:
    """Return the claims; one that was encrypted though its license is an open one is refused.

    So it is only of a license that was defined while the import ran: whoever runs it again has it.
    """
    if not any(item.sealed for item in claims):
        return claims
    names = open_licenses(library)
    return [
        PreparedClaim.refused(
            item.place, ContentKeptOtherwise("defined-since", license=item.license)
        )
        if item.sealed is not None and item.license in names
        else item
        for item in claims
    ]


def wrap_all(library: Library, claims: Sequence[PreparedClaim]) -> Mapping[bytes, SealedContent]:
    """Return by digest what of these claims was encrypted and is needed, with its wrapped key.

    Raises:
        ContentKeyUnavailable: the key-encryption key cannot be had.
    """
    sealed = {
        item.digest: item.sealed for item in claims if item.sealed is not None and not item.outcome
    }
    if not sealed:
        return NOTHING_SEALED
    standing = newest_epochs(library, map(Digest, sealed))
    bound_to = stream_bound_to(library.key.name)
    return {
        digest.value: wrap_for(library, digest, Seal(key, bound_to), cid, standing.get(digest))
        for digest, (key, cid) in ((Digest(value), made) for value, made in sealed.items())
        if digest not in standing or not is_whole(library, standing[digest])
    }
