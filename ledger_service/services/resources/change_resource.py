"""Supersede and withdraw resources, and declare renditions. A withdrawal holds here at once."""

from __future__ import annotations

from ledger_service.domain.chain.intent import DeclareRendition, SupersedeResource, WithdrawResource
from ledger_service.domain.chain.job import JobName, JobState
from ledger_service.domain.chain_errors import (
    OriginalIsSame,
    ResourceAlreadySuperseded,
    SuccessorIsSame,
)
from ledger_service.domain.errors import ResourceNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.registration import (
    RegistrationState,
    Relation,
    WithdrawalReason,
)
from ledger_service.ports.chain import Job
from ledger_service.services.chain.ask_chain import ask_chain
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from ledger_service.services.resources.promote_resource import put_on_chain, registered


def supersede_resource(
    library: Library, caller: Caller, digest: Digest, successor: Digest, relation: Relation
) -> Job:
    """Return the job that points a resource to its successor on chain.

    Raises:
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn: either of the two.
        SuccessorIsSame, ResourceAlreadySuperseded: the contract would refuse it.
    """
    check_permitted(caller, Permission.RESOURCE_CHANGE)
    if digest == successor:
        raise SuccessorIsSame(digest=str(digest))
    with library.store.write() as transaction:
        both = [registered(transaction, library, one) for one in (digest, successor)]
        intent = SupersedeResource(digest, library.steward, successor, relation)
        name = JobName.of(intent)
        standing = transaction.jobs.find(name)
        if standing is not None and standing.state is not JobState.REJECTED:
            return standing
        for item in both:
            if item.state is RegistrationState.SUPERSEDED:
                raise ResourceAlreadySuperseded(digest=str(item.digest))
            put_on_chain(transaction, library, item)
        record_act(transaction, caller, library.clock(), ActKind.SUPERSEDED, digest)
        return ask_chain(transaction, name, intent, library.clock())


def declare_rendition(library: Library, caller: Caller, digest: Digest, original: Digest) -> Job:
    """Return the job that declares a resource a rendition of its original on chain.

    Raises:
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn: either of the two.
        OriginalIsSame: a resource is not a rendition of itself.
    """
    check_permitted(caller, Permission.RESOURCE_CHANGE)
    if digest == original:
        raise OriginalIsSame(digest=str(digest))
    with library.store.write() as transaction:
        for one in (digest, original):
            put_on_chain(transaction, library, registered(transaction, library, one))
        intent = DeclareRendition(digest, library.steward, original)
        name = JobName.of(intent)
        if transaction.jobs.find(name) is None:
            record_act(transaction, caller, library.clock(), ActKind.RENDITION_DECLARED, digest)
        return ask_chain(transaction, name, intent, library.clock())


def withdraw_resource(
    library: Library, caller: Caller, digest: Digest, reason: WithdrawalReason
) -> Job:
    """Return the job that withdraws a resource; its openings are refused from now on, chain or no chain.

    Withdrawing again changes nothing; the first reason stands.

    Raises:
        ResourceNotFound, ResourceNotYetRegistered: this steward has not registered the digest.
    """
    check_permitted(caller, Permission.RESOURCE_CHANGE)
    with library.store.write() as transaction:
        intent = WithdrawResource(digest, library.steward, reason)
        name = JobName.of(intent)
        standing = transaction.jobs.find(name)
        if standing is not None:
            return standing
        put_on_chain(transaction, library, registered(transaction, library, digest))
        withdrawing = RegistrationState.WITHDRAWING
        transaction.registrations.set_state(digest, library.steward, withdrawing)
        record_act(transaction, caller, library.clock(), ActKind.WITHDRAWN, digest)
        return ask_chain(transaction, name, intent, library.clock())


def changes_of(library: Library, caller: Caller, digest: Digest) -> list[Job]:
    """Return what was asked for this steward's resource, oldest first; raise ResourceNotFound."""
    check_permitted(caller, Permission.CHANGE_READ)
    with library.store.read() as transaction:
        if transaction.registrations.find(digest, library.steward) is None:
            raise ResourceNotFound(digest=str(digest))
        return transaction.jobs.changes_of(digest)
