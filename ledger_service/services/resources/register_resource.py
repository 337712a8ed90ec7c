"""Register a resource: take its bytes in, accept the steward's claim, hand the rest to the worker.

Bytes stream through once: digest, CID and size come from the same pass, and so does the ciphertext, if the
license is not an open one. Accepting is one database transaction (registration, entry, chain job); no request
waits for the chain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from ledger_service.domain.chain.intent import RegisterResource
from ledger_service.domain.chain.job import JobName
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import (
    ContentKeptOtherwise,
    DigestDiffers,
    LedgerError,
    ResourceAlreadyRegistered,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.act import Doer
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.claim import Claim, check_not_larger, check_size
from ledger_service.domain.resources.registration import (
    Metadata,
    Registration,
    RegistrationState,
    Route,
)
from ledger_service.ports.content import Seal, Upload
from ledger_service.ports.store import Transaction
from ledger_service.services.content.receive_bytes import IncomingBytes
from ledger_service.services.content.seal_content import new_seal
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_taken
from ledger_service.services.resources.accept_claims import (
    Refused,
    Taken,
    accept_claims,
    check_acceptable,
)
from ledger_service.services.resources.closed.find_stored import has_content
from ledger_service.services.resources.closed.keep_sealed import (
    SealedContent,
    add_epoch,
    check_form,
    is_whole,
    newest_epochs,
    wrap_for,
)
from ledger_service.services.resources.join_content import Kept, join_content, may_join


class IncomingResource(IncomingBytes):
    """A resource on its way in; `write` raises ResourceTooLarge as soon as the limit is passed."""

    def __init__(self, upload: Upload, largest_bytes: int, seal: Seal | None) -> None:
        super().__init__(upload, partial(check_not_larger, largest_bytes=largest_bytes))
        self.seal = seal
        self._upload = upload
        self._largest_bytes = largest_bytes

    def finish(self, announced_bytes: int | None, announced: Digest | None) -> Digest:
        """Return the digest of all bytes taken.

        Raises:
            EmptyResource, TruncatedUpload: fewer bytes than announced.
            DigestDiffers: other bytes than announced.
        """
        self.check_arrived(announced_bytes)
        check_size(self.size_bytes, self._largest_bytes)
        digest = Digest(self.digest())
        if announced is not None and announced != digest:
            raise DigestDiffers("announced", digest=str(digest), announced=str(announced))
        return digest

    def name(self) -> ContentId:
        """Return the CID of the bytes, once; no more of them come."""
        return self._upload.finish()

    def store(self) -> ContentId:
        """Return the CID of what lies there, once every block is in the content store for good."""
        self._upload.commit()
        return self._upload.stored()


@dataclass(frozen=True)
class _Upload:
    claim: Claim
    route: Route
    doer: Doer
    is_new: bool  # the bytes, where a registration stands
    is_sealed: bool
    sealed: SealedContent | None  # None also if it was kept before


@contextmanager
def receive_resource(library: Library, *, is_open: bool) -> Iterator[IncomingResource]:
    """Yield a place to write bytes to; unless they are stored, nothing of them is kept.

    is_open: whether everybody may read them; if not, no byte rests anywhere as it came.
    """
    seal = None if is_open else new_seal(library.key.name)
    with library.content.upload(seal) as upload:
        yield IncomingResource(upload, library.limits.largest_resource_bytes, seal)


def register_resource(
    library: Library,
    caller: Caller,
    incoming: IncomingResource,
    *,
    metadata: Metadata,
    license_name: str,
    announced_bytes: int | None = None,
    announced: Digest | None = None,
    signed_elsewhere: bool = False,
) -> Registration:
    """Return the registration, accepted; or the one that stands, if this claim was made before.

    metadata.size_bytes is replaced by the number of bytes that arrived. signed_elsewhere: it waits
    until an intent of a registrar's own key is relayed (relay_intent), instead of being signed here.

    Raises:
        EmptyResource, TruncatedUpload, DigestDiffers: see IncomingResource.finish.
        UnknownLicense: no license of this name or id.
        ContentKeptOtherwise: the bytes are registered, and closed under one of the two licenses only.
        ResourceAlreadyRegistered: by this steward, with its bytes and another license or other metadata.
        ResourceIsWithdrawn: by this steward, for good.
    """
    check_permitted(caller, Permission.RESOURCE_REGISTER)
    digest = incoming.finish(announced_bytes, announced)
    metadata = replace(metadata, size_bytes=incoming.size_bytes)
    route = Route.ELSEWHERE if signed_elsewhere else Route.HERE
    with library.taking_in.of(
        digest
    ):  # else the same bytes, new and open and closed, would lie both ways
        return _keep(library, caller, incoming, digest, metadata, license_name, route)


def _keep(
    library: Library,
    caller: Caller,
    incoming: IncomingResource,
    digest: Digest,
    metadata: Metadata,
    license_name: str,
    route: Route,
) -> Registration:
    """Keep bytes of which the digest is known, and accept the claim on them; see `register_resource`."""
    with library.store.read() as transaction:
        standing = transaction.registrations.find(digest, library.steward)
        try:
            check_acceptable(library, transaction, digest, license_name, metadata)
        except ResourceAlreadyRegistered:
            if standing is None or not may_join(standing):
                raise
        check_form(transaction, standing, is_sealed=incoming.seal is not None)
    lacks = standing is not None and may_join(standing) and not has_content(library, standing)
    cid = incoming.name()
    sealed = _store(library, incoming, digest)
    claim = Claim.of(digest, cid, license_name, metadata)
    form = incoming.seal is not None, sealed
    return library.append(_accept_uploads, _Upload(claim, route, Doer.of(caller), lacks, *form))


def _store(library: Library, incoming: IncomingResource, digest: Digest) -> SealedContent | None:
    """Return once the bytes are kept; if they are closed, also how, unless they were before.

    Blocks that were lost or damaged are restored, closed content by a new epoch.
    """
    if incoming.seal is None:
        incoming.store()
        return None
    before = newest_epochs(library, [digest]).get(digest)
    if before is not None and is_whole(library, before):
        return None
    return wrap_for(library, digest, incoming.seal, incoming.store().base16(), before)


def _accept_uploads(
    library: Library, transaction: Transaction, uploads: Sequence[_Upload]
) -> list[Registration | LedgerError]:
    """Return for each upload the registration that stands after it, or the error that refuses it."""
    outcomes: dict[int, Registration | LedgerError] = {}
    for route in (Route.HERE, Route.ELSEWHERE):
        places = [place for place, upload in enumerate(uploads) if upload.route is route]
        claims = [uploads[place].claim for place in places]
        taken = accept_claims(library, transaction, claims, route)
        for place, claim, found in zip(places, claims, taken, strict=True):
            outcome = _after_joining(library, transaction, uploads[place], found)
            sealed = uploads[place].sealed
            if isinstance(outcome, Refused):
                outcomes[place] = outcome.error
                if sealed is not None:
                    transaction.needless.note(sealed.cid, library.clock())
                continue
            outcomes[place] = _registration(library, transaction, claim, outcome)
            if sealed is not None:
                add_epoch(library, transaction, Digest(claim.digest), sealed)
            if outcome.is_new:
                now, doer = library.clock(), uploads[place].doer
                record_taken(transaction, doer, now, [outcome.entry])
    return [outcomes[place] for place in range(len(uploads))]


def _after_joining(
    library: Library, transaction: Transaction, upload: _Upload, outcome: Taken | Refused
) -> Taken | Refused:
    """Return the outcome; what stands, if the upload is content that it was registered without."""
    if isinstance(outcome, Taken):
        is_same, may_be = True, not outcome.is_new
    else:
        is_same, may_be = False, isinstance(outcome.error, ResourceAlreadyRegistered)
    if not may_be:
        return outcome
    named = Digest(upload.claim.digest), upload.claim.cid
    kept = Kept(*named, is_same, upload.is_new, upload.is_sealed)
    try:
        since = join_content(library, transaction, upload.doer, kept)
    except ContentKeptOtherwise as exc:
        return Refused(exc)
    if is_same or since is None or outcome.entry is None:
        return outcome
    return Taken(outcome.entry, RegistrationState.ACCEPTED, is_new=False)


def _registration(
    library: Library, transaction: Transaction, claim: Claim, taken: Taken
) -> Registration:
    """Return the registration that stands; of a new one, let the worker sign and send what registers it."""
    found = transaction.registrations.find(Digest(claim.digest), library.steward)
    assert found is not None  # accepted in this transaction, or before
    if taken.is_new and found.route is Route.HERE:
        intent = RegisterResource(
            found.digest, found.steward, found.license, found.cid, found.metadata.digest
        )
        name = JobName.registering(found.digest, taken.entry)
        transaction.jobs.add(name, intent, found.accepted_at)
    return found
