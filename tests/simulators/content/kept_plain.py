"""Closed content that lies as it came, as versions before its encryption took it in."""

from __future__ import annotations

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.claim import Claim
from ledger_service.domain.resources.registration import Metadata, Route
from ledger_service.services.library import Library
from ledger_service.services.resources.accept_claims import accept_claims


def keep_plain(library: Library, data: bytes, license_name: str = "house") -> None:
    """Take content in under this license, and keep it as it came."""
    with library.content.upload() as upload:
        upload.write(data)
        cid = upload.finish()
        upload.commit()
    claim = Claim.of(Digest.of(data), cid, license_name, Metadata("Old", "text/plain", len(data)))
    with library.store.write() as transaction:
        transaction.stored.note_sealed_to("")  # nobody had looked yet when those versions ran
        accept_claims(library, transaction, [claim], Route.BULK)
