"""Point from resources to others, take that back, and withdraw them. A withdrawal holds here at once."""

from __future__ import annotations

from ledger_service.domain.chain.intent import (
    Change,
    DeclareRendition,
    SupersedeResource,
    TakeBackLink,
    WithdrawResource,
)
from ledger_service.domain.chain.job import JobName, JobState
from ledger_service.domain.chain.telling import TELLINGS, name_of
from ledger_service.domain.chain_errors import (
    LinkNotFound,
    LinkWasTakenBack,
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
    Link,
    RegistrationState,
    Relation,
    WithdrawalReason,
)
from ledger_service.ports.chain import Job
from ledger_service.ports.store import Transaction
from ledger_service.services.chain.ask_chain import ask_chain
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from ledger_service.services.resources.closed.begin_epochs import check_none_plain, destroy_key
from ledger_service.services.resources.promote_resource import put_on_chain, registered


def supersede_resource(
    library: Library, caller: Caller, digest: Digest, successor: Digest, relation: Relation
) -> Job:
    """Return the job that points a resource to what takes its place, or to a translation, on chain.

    Raises:
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn: either of the two.
        SuccessorIsSame, ResourceAlreadySuperseded, LinkWasTakenBack: the contract would refuse it.
    """
    check_permitted(caller, Permission.RESOURCE_CHANGE)
    if digest == successor:
        raise SuccessorIsSame(digest=str(digest))
    with library.store.write() as transaction:
        both = [registered(transaction, library, one) for one in (digest, successor)]
        intent = SupersedeResource(digest, library.steward, successor, relation)
        _check_not_taken_back(transaction, intent, successor, Link(relation))
        name = JobName.of(intent)
        standing = transaction.jobs.find(name)
        if standing is not None and standing.state is not JobState.REJECTED:
            return standing
        for item in both:
            is_superseded = item.state is RegistrationState.SUPERSEDED
            if is_superseded and Link(relation).takes_place:
                raise ResourceAlreadySuperseded(digest=str(item.digest))
            put_on_chain(transaction, library, item)
        record_act(transaction, caller, library.clock(), ActKind.SUPERSEDED, digest)
        return ask_chain(transaction, name, intent, library.clock())


def declare_rendition(library: Library, caller: Caller, digest: Digest, original: Digest) -> Job:
    """Return the job that declares a resource a rendition of its original on chain.

    Raises:
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn: either of the two.
        OriginalIsSame: a resource is not a rendition of itself.
        LinkWasTakenBack: that it is one of this original was taken back.
    """
    check_permitted(caller, Permission.RESOURCE_CHANGE)
    if digest == original:
        raise OriginalIsSame(digest=str(digest))
    with library.store.write() as transaction:
        intent = DeclareRendition(digest, library.steward, original)
        _check_not_taken_back(transaction, intent, original, Link.RENDITION)
        for one in (digest, original):
            put_on_chain(transaction, library, registered(transaction, library, one))
        return _ask_and_record_act(library, transaction, caller, intent, ActKind.RENDITION_DECLARED)


def take_back_link(
    library: Library, caller: Caller, digest: Digest, other: Digest, relation: Link
) -> Job:
    """Return the job by which a resource points to another no more; it may point to the right one then.

    Raises:
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn: its registration does not stand.
        LinkNotFound: the ledger does not tell that it points there.
    """
    check_permitted(caller, Permission.RESOURCE_CHANGE)
    with library.store.write() as transaction:
        registered(transaction, library, digest)
        if not _is_told(transaction, _linking(library, digest, other, relation)):
            raise LinkNotFound(digest=str(digest), other=str(other))
        intent = TakeBackLink(digest, library.steward, other, relation)
        return _ask_and_record_act(library, transaction, caller, intent, ActKind.LINK_TAKEN_BACK)


def _ask_and_record_act(
    library: Library, transaction: Transaction, caller: Caller, intent: Change, kind: ActKind
) -> Job:
    """Return the job of an intent. Who asks is recorded once: to ask again changes nothing."""
    name, now = JobName.of(intent), library.clock()
    if transaction.jobs.find(name) is None:
        record_act(transaction, caller, now, kind, intent.digest)
    return ask_chain(transaction, name, intent, now)


def _linking(library: Library, digest: Digest, other: Digest, relation: Link) -> Change:
    """Return the intent that makes a link."""
    if relation is Link.RENDITION:
        return DeclareRendition(digest, library.steward, other)
    return SupersedeResource(digest, library.steward, other, Relation(relation))


def _check_not_taken_back(
    transaction: Transaction, intent: Change, other: Digest, relation: Link
) -> None:
    """Check that a link may be made; what happened once is told once, so that it is not made again."""
    if _is_told(transaction, TakeBackLink(intent.digest, intent.steward, other, relation)):
        raise LinkWasTakenBack(digest=str(intent.digest), other=str(other))


def _is_told(transaction: Transaction, intent: Change) -> bool:
    telling = TELLINGS[intent.EVENT]
    name = name_of(telling.kind, telling.facts_of_intent(intent))
    return transaction.ledger.find_told(name) is not None


def withdraw_resource(
    library: Library,
    caller: Caller,
    digest: Digest,
    reason: WithdrawalReason,
    *,
    destroys_key: bool = False,
) -> Job:
    """Return the job that withdraws a resource; its openings are refused from now on, chain or no chain.

    Withdrawing again changes nothing, and the first reason stands; but its key may be destroyed then, too.

    Raises:
        ContentNotFound: its key is to be destroyed, and the library does not keep it encrypted.
        ContentKeptOtherwise: its key is to be destroyed, and its plain bytes lie in the store, too.
        ResourceNotFound, ResourceNotYetRegistered: this steward has not registered the digest.
    """
    check_permitted(caller, Permission.RESOURCE_CHANGE)
    if destroys_key:
        check_none_plain(library, digest)
    with library.store.write() as transaction:
        intent = WithdrawResource(digest, library.steward, reason)
        name = JobName.of(intent)
        standing = transaction.jobs.find(name)
        if destroys_key:
            entry = destroy_key(library, transaction, digest)
            if entry is not None:
                kind = ActKind.KEY_DESTROYED
                record_act(transaction, caller, library.clock(), kind, digest, entry)
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
