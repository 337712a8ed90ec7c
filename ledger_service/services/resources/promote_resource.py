"""Promote a resource: put on chain, one by one, what so far stands in the anchored ledger only.

Resources that were taken in bulk are entries of kind `accepted` under an anchor, and need no more to be
verified. A grant, a withdrawal or a supersession needs the registration itself on chain: the contract
takes the claim with the proof that the steward's ledger has accepted it (docs/adr/0036).
"""

from __future__ import annotations

from ledger_service.domain.chain.intent import RegisterProven
from ledger_service.domain.chain.job import JobName
from ledger_service.domain.chain_errors import ResourceIsWithdrawn
from ledger_service.domain.errors import ResourceNotFound, ResourceNotYetRegistered
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger import merkle
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.registration import (
    STATES_READABLE,
    STATES_WITHDRAWN,
    Registration,
    RegistrationState,
    check_not_waiting,
)
from ledger_service.ports.store import Transaction
from ledger_service.services.chain.ask_chain import ask_chain
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act


def promote_resource(library: Library, caller: Caller, digest: Digest) -> Registration:
    """Return the registration; if the chain has none yet, a job that makes one is queued.

    Raises:
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn: its registration does not stand.
        SignatureAwaited, RouteUnknown: it is not this library's key that registers it.
    """
    check_permitted(caller, Permission.RESOURCE_PROMOTE)
    with library.store.write() as transaction:
        found = registered(transaction, library, digest)
        if found.state is RegistrationState.ACCEPTED:
            record_act(transaction, caller, library.clock(), ActKind.PROMOTED, digest)
        put_on_chain(transaction, library, found)
        return found


def registered(transaction: Transaction, library: Library, digest: Digest) -> Registration:
    """Return this steward's registration, which stands and is not withdrawn.

    It stands on chain, or in the ledger and `put_on_chain` can put it there.

    Raises:
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn: it does not stand.
        SignatureAwaited, RouteUnknown: it waits for the signature of a registrar's own key.
    """
    found = transaction.registrations.find(digest, library.steward)
    if found is None or found.state is RegistrationState.REJECTED:
        raise ResourceNotFound(digest=str(digest))
    if found.state in STATES_WITHDRAWN:
        raise ResourceIsWithdrawn(digest=str(digest))
    if found.waits:
        check_not_waiting(digest, found.route)
    if found.state not in STATES_READABLE and not found.stands_in_bulk:
        raise ResourceNotYetRegistered(digest=str(digest), state=found.state.value)
    return found


def put_on_chain(transaction: Transaction, library: Library, registration: Registration) -> None:
    """Queue the job that registers a claim on chain by its proof, unless it is there or on its way.

    Raises:
        ResourceNotYetRegistered: no anchored checkpoint covers the claim yet.
    """
    if registration.state is not RegistrationState.ACCEPTED:
        return
    index, name = registration.accepted_entry, registration.digest
    checkpoint = transaction.checkpoints.first_anchored_above(index)
    if checkpoint is None:
        raise ResourceNotYetRegistered("not-anchored", name=str(name), entry=index)
    intent = RegisterProven(
        digest=name,
        steward=registration.steward,
        license=registration.license,
        cid=registration.cid,
        metadata=registration.metadata.digest,
        ledger=library.ledger,
        size=checkpoint.size,
        at=registration.accepted_at,
        index=index,
        hashes=tuple(merkle.inclusion_proof(index, checkpoint.size, transaction.ledger.read_nodes)),
    )
    ask_chain(transaction, JobName.of(intent), intent, library.clock())
