"""Register claims about bytes that are kept elsewhere: an `accepted` entry, and no upload.

Many requests are one verb: their tokens are looked up together, and their claims accepted together. What
stands so stands in the anchored ledger only, as what is imported in bulk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import LedgerError, NotPermitted
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.act import Doer
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.claim import Claim, check_cid, check_size
from ledger_service.domain.resources.registration import Metadata, Route
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.grant_access import identify
from ledger_service.services.people.record_act import record_taken
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
    now = library.clock()
    callers = _callers(library, transaction, {request.token for request in requests}, now)
    permitted = [request for request in requests if isinstance(callers[request.token], Caller)]
    claims = [request.claim for request in permitted]
    accepted = accept_claims(library, transaction, claims, Route.BULK)
    _record(transaction, callers, zip(permitted, accepted, strict=True), now)
    outcomes = map(_told, accepted)
    return [
        next(outcomes) if isinstance(caller := callers[request.token], Caller) else caller
        for request in requests
    ]


def _told(outcome: Taken | Refused) -> Taken | LedgerError:
    return outcome.error if isinstance(outcome, Refused) else outcome


def _record(
    transaction: Transaction,
    callers: Mapping[bytes, Caller | LedgerError],
    outcomes: Iterable[tuple[ClaimRequest, Taken | Refused]],
    now: int,
) -> None:
    """Record which entries are of whose claims."""
    taken: dict[bytes, list[int]] = {}
    for request, outcome in outcomes:
        if isinstance(outcome, Taken) and outcome.is_new:
            taken.setdefault(request.token, []).append(outcome.entry)
    for token, entries in taken.items():
        caller = callers[token]
        assert isinstance(caller, Caller)  # or nothing was taken from them
        record_taken(transaction, Doer.of(caller), now, entries)


def _callers(
    library: Library, transaction: Transaction, tokens: set[bytes], now: int
) -> dict[bytes, Caller | LedgerError]:
    """Return who holds each of these tokens, or why it does not permit to register."""
    known = transaction.access.find_tokens(tokens)
    found: dict[bytes, Caller | LedgerError] = {}
    for token in tokens:
        try:
            caller = identify(known.get(token), now, library.steward)
            check_permitted(caller, Permission.RESOURCE_REGISTER)
            found[token] = caller
        except NotPermitted as exc:
            found[token] = exc
    return found
