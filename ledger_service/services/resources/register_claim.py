"""Register claims about bytes that are kept elsewhere: an `accepted` entry, and no upload.

Many requests are one verb: their tokens are looked up together, and their claims accepted together. What
stands so stands in the anchored ledger only, as what is imported in bulk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import LedgerError, NotPermitted
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.claim import Claim, check_cid, check_size
from ledger_service.domain.resources.registration import Metadata, Route
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.grant_access import identify
from ledger_service.services.resources.accept_claims import Refused, Taken, accept_claims


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """What somebody with a token claims. token: SHA-256 of the access token."""

    token: bytes
    claim: Claim

    @classmethod
    def of(
        cls,
        library: Library,
        token: bytes,
        digest: Digest,
        cid: ContentId,
        license_name: str,
        metadata: Metadata,
    ) -> ClaimRequest:
        """Return the request to register bytes that the library does not see.

        Raises:
            EmptyResource, ResourceTooLarge: of this size nothing is taken in.
            InvalidCid: such bytes have another one.
        """
        check_size(metadata.size_bytes, library.limits.largest_resource_bytes)
        check_cid(digest, cid, metadata.size_bytes)
        return cls(token, Claim.of(digest, cid, license_name, metadata))


def register_claims(
    library: Library, transaction: Transaction, requests: Sequence[ClaimRequest]
) -> list[Taken | LedgerError]:
    """Return for each claim what stands after it, or the error that refuses it.

    Of the errors: NotAuthenticated, RoleNotHeld, and those of accept_claims.
    """
    tokens = {request.token for request in requests}
    refused = _refused(library, transaction, tokens, library.clock())
    claims = [request.claim for request in requests if request.token not in refused]
    outcomes = map(_told, accept_claims(library, transaction, claims, Route.BULK))
    return [refused.get(request.token) or next(outcomes) for request in requests]


def _told(outcome: Taken | Refused) -> Taken | LedgerError:
    return outcome.error if isinstance(outcome, Refused) else outcome


def _refused(
    library: Library, transaction: Transaction, tokens: set[bytes], now: int
) -> dict[bytes, LedgerError]:
    """Return why those of these tokens are refused that do not permit to register."""
    known = transaction.access.find_tokens(tokens)
    refused: dict[bytes, LedgerError] = {}
    for token in tokens:
        try:
            caller = identify(known.get(token), now, library.steward)
            check_permitted(caller, Permission.RESOURCE_REGISTER)
        except NotPermitted as exc:
            refused[token] = exc
    return refused
