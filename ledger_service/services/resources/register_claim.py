"""Register claims about bytes that are kept elsewhere: an `accepted` entry, and no upload.

Many requests are one verb: their tokens, licenses and earlier claims are looked up together and their
entries are one append. What stands so stands in the anchored ledger only, as what is imported in bulk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.errors import InvalidCid, LedgerError, NotPermitted, UnknownLicense
from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.domain.ledger.entry import accepted_template
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.registration import (
    Metadata,
    Registration,
    RegistrationState,
    Route,
)
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.append_entry import append_bodies
from ledger_service.services.library import Library
from ledger_service.services.people.grant_access import identify
from ledger_service.services.resources.register_resource import check_same_claim, find_license


@dataclass(frozen=True, slots=True)
class Claim:
    """What a registrar says of a resource. token: SHA-256 of the access token; license: name or id."""

    token: bytes
    digest: Digest
    cid: ContentId
    license: str
    metadata: Metadata

    def __post_init__(self) -> None:
        if self.cid.codec == RAW and self.cid.digest != self.digest.value:
            raise InvalidCid("A raw CID holds the digest of the bytes; this one has another.")


def register_claims(
    library: Library, transaction: Transaction, claims: Sequence[Claim]
) -> list[Registration | LedgerError]:
    """Return of each claim the registration that stands after it, or the error that refuses it.

    Of those: NotAuthenticated, RoleNotHeld, UnknownLicense, ResourceAlreadyRegistered.
    """
    now, first = library.clock(), transaction.ledger.size()
    refused = _refused(library, transaction, {claim.token for claim in claims}, now)
    licenses = _licenses(transaction, {claim.license for claim in claims})
    digests = {claim.digest for claim in claims}
    standing = transaction.registrations.of_steward(library.steward, digests)
    accepted: dict[Digest, Registration] = {}
    outcomes: list[Digest | LedgerError] = []
    for claim in claims:
        try:
            if claim.token in refused:
                raise refused[claim.token]
            license_id = licenses[claim.license]
            if isinstance(license_id, UnknownLicense):
                raise license_id
            found = accepted.get(claim.digest) or standing.get(claim.digest)
            if found is None or found.state is RegistrationState.REJECTED:
                index = first + len(accepted)
                accepted[claim.digest] = _accepted(library, claim, license_id, now, index)
            else:
                check_same_claim(found, license_id, claim.metadata)
            outcomes.append(claim.digest)
        except LedgerError as exc:
            outcomes.append(exc)
    _append(transaction, accepted, standing)
    stands = {**standing, **accepted}
    return [item if isinstance(item, LedgerError) else stands[item] for item in outcomes]


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


def _append(
    transaction: Transaction,
    accepted: dict[Digest, Registration],
    standing: dict[Digest, Registration],
) -> None:
    """Append the entries of accepted registrations, which have their indices, and store them."""
    if accepted:
        append_bodies(transaction, [_body(item) for item in accepted.values()])
    fresh = [item for digest, item in accepted.items() if digest not in standing]
    transaction.registrations.add_all(fresh)
    for digest in accepted.keys() & standing.keys():
        transaction.registrations.replace_rejected(accepted[digest])


def _body(item: Registration) -> bytes:
    """Return the bytes of its `accepted` entry; all its parts were checked when they were made."""
    template = accepted_template(item.accepted_at, item.license, item.steward)
    values = item.cid.base16(), item.digest.hex(), item.metadata.digest.hex()
    return template % tuple(value.encode() for value in values)


def _licenses(transaction: Transaction, names: set[str]) -> dict[str, LicenseId | UnknownLicense]:
    found: dict[str, LicenseId | UnknownLicense] = {}
    for name in names:
        try:
            found[name] = find_license(transaction, name).id
        except UnknownLicense as exc:
            found[name] = exc
    return found


def _accepted(
    library: Library, claim: Claim, license_id: LicenseId, now: int, entry: int
) -> Registration:
    return Registration(
        digest=claim.digest,
        steward=library.steward,
        license=license_id,
        cid=claim.cid,
        metadata=claim.metadata,
        route=Route.BULK,
        state=RegistrationState.ACCEPTED,
        accepted_at=now,
        accepted_entry=entry,
    )
