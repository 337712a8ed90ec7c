"""What licenses, registrations and their changes become when the chain has taken or refused them."""

from __future__ import annotations

import hashlib

from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.chain.intent import (
    DeclareRendition,
    DefineLicense,
    RegisterProven,
    RegisterResource,
    SupersedeResource,
    TakeBackLink,
    WithdrawResource,
)
from ledger_service.domain.chain.telling import is_shown_by
from ledger_service.domain.chain_errors import (
    LicenseAlreadyDefined,
    LinkNotFound,
    LinkWasTakenBack,
    ResourceAlreadySuperseded,
    ResourceIsRendition,
    ResourceIsWithdrawn,
)
from ledger_service.domain.errors import (
    LedgerError,
    ResourceAlreadyRegistered,
    ResourceNotFound,
)
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.registration import (
    STATES_OFF_CHAIN,
    Link,
    Registration,
    RegistrationState,
    Relation,
    Route,
    WithdrawalReason,
)
from ledger_service.ports.store import Transaction
from ledger_service.services.effect import Effect, EffectTable, Place, Refusal, nothing
from ledger_service.services.ledger.append_entry import append_entry

Registering = RegisterResource | RegisterProven


def reason_code(error: LedgerError) -> str:
    """Return the 8 hex digits that stand for a reason in an entry: SHA-256(slug), 4 bytes."""
    return hashlib.sha256(error.slug().encode()).hexdigest()[:8]


def _define(transaction: Transaction, intent: DefineLicense, _: Place) -> None:
    transaction.licenses.set_state(intent.terms.id, "defined")


def _refuse_license(transaction: Transaction, intent: DefineLicense, _: Refusal) -> None:
    transaction.licenses.set_state(intent.terms.id, "rejected")


def _submit(transaction: Transaction, claim: Registering) -> None:
    found = transaction.registrations.find(claim.digest, claim.steward)
    if found is not None and found.state is RegistrationState.ACCEPTED:
        submitted = RegistrationState.SUBMITTED
        transaction.registrations.set_state(claim.digest, claim.steward, submitted)


def _register(transaction: Transaction, claim: Registering, place: Place) -> None:
    found = transaction.registrations.find(claim.digest, claim.steward)
    assert found is not None  # written before the job
    waits = found.state in STATES_OFF_CHAIN
    transaction.registrations.set_state(
        claim.digest,
        claim.steward,
        RegistrationState.REGISTERED if waits else found.state,
        registered_entry=place.entry,
        block=place.block,
        transaction=place.transaction,
    )


def _recall(transaction: Transaction, claim: Registering) -> None:
    found = transaction.registrations.find(claim.digest, claim.steward)
    if found is not None and found.state is RegistrationState.REGISTERED:
        disputed = RegistrationState.DISPUTED
        transaction.registrations.set_state(claim.digest, claim.steward, disputed)


def _refuse_claim(transaction: Transaction, claim: RegisterResource, refusal: Refusal) -> None:
    error = refusal.error
    place = {"digest": claim.digest.hex(), "steward": claim.steward.hex()}
    entry = Entry("rejected", refusal.at, {**place, "reason": reason_code(error)})
    append_entry(transaction, entry)
    transaction.registrations.set_state(
        claim.digest, claim.steward, RegistrationState.REJECTED, rejection=error.reason.format()
    )


def _refuse_promotion(transaction: Transaction, claim: RegisterProven, refusal: Refusal) -> None:
    """The claim stands in the ledger all the same."""
    accepted, why = RegistrationState.ACCEPTED, refusal.error.reason.format()
    transaction.registrations.set_state(claim.digest, claim.steward, accepted, rejection=why)


def _take_up(transaction: Transaction, claim: RegisterResource) -> None:
    """Let a claim on bytes that this library has taken in wait no longer for its signature.

    Only so do the bytes, their title and the entry that takes them in stand where `registered` will.
    """
    found = transaction.registrations.find(claim.digest, claim.steward)
    if found is None or found.state is RegistrationState.REJECTED:
        raise ResourceNotFound("not-taken-in", digest=str(claim.digest))
    stated = found.license, found.cid, found.metadata.digest
    if stated != (claim.license, claim.cid, claim.metadata):
        raise ResourceNotFound(
            "other-claim",
            digest=str(claim.digest),
            license=str(found.license),
            cid=found.cid.base16(),
            metadata=str(found.metadata.digest),
        )
    if found.state is not RegistrationState.ACCEPTED or found.route is Route.HERE:
        raise ResourceAlreadyRegistered("state", digest=str(claim.digest), state=found.state.value)
    transaction.registrations.set_state(claim.digest, claim.steward, RegistrationState.SUBMITTED)


def _supersede(
    transaction: Transaction, intent: SupersedeResource | TakeBackLink, _: Place | None = None
) -> None:
    """Let it be superseded; also when a fork has taken from the chain that it is no more."""
    if Link(intent.relation).takes_place:
        before, then = RegistrationState.REGISTERED, RegistrationState.SUPERSEDED
        _move(transaction, intent, before, then)


def _stand_again(
    transaction: Transaction, intent: SupersedeResource | TakeBackLink, _: Place | None = None
) -> None:
    """Let it be superseded no more: that was taken back, or a fork has taken it from the chain."""
    if Link(intent.relation).takes_place:
        before, then = RegistrationState.SUPERSEDED, RegistrationState.REGISTERED
        _move(transaction, intent, before, then)


def _move(
    transaction: Transaction,
    intent: SupersedeResource | TakeBackLink,
    before: RegistrationState,
    then: RegistrationState,
) -> None:
    found = transaction.registrations.find(intent.digest, intent.steward)
    if found is not None and found.state is before:
        transaction.registrations.set_state(intent.digest, intent.steward, then)


def _recall_withdrawal(transaction: Transaction, intent: WithdrawResource) -> None:
    withdrawing = RegistrationState.WITHDRAWING
    transaction.registrations.set_state(intent.digest, intent.steward, withdrawing)


def _withdraw(transaction: Transaction, intent: WithdrawResource, _: Place | Refusal) -> None:
    """Refused, it is withdrawn too: another registrar of the steward was first."""
    withdrawn = RegistrationState.WITHDRAWN
    transaction.registrations.set_state(intent.digest, intent.steward, withdrawn)


def _is_withdrawn(_: Transaction, __: WithdrawResource, refusal: Refusal) -> bool:
    return isinstance(refusal.error, ResourceIsWithdrawn)


def _held(transaction: Transaction, event: ChainEvent) -> Registration | None:
    steward = StewardId.parse(event.text("steward"))
    return transaction.registrations.find(Digest.parse(event.subject), steward)


def _registered(transaction: Transaction, event: ChainEvent) -> RegisterResource | None:
    held = _held(transaction, event)
    if held is None or held.state is RegistrationState.REJECTED:
        return None
    metadata = held.metadata.digest
    wanted = RegisterResource(held.digest, held.steward, held.license, held.cid, metadata)
    return wanted if is_shown_by(wanted, event) else None


def _superseded(transaction: Transaction, event: ChainEvent) -> SupersedeResource | None:
    if (held := _held(transaction, event)) is None:
        return None
    successor, relation = Digest.parse(event.text("successor")), event.number("relation")
    return SupersedeResource(held.digest, held.steward, successor, Relation(relation))


def _taken_back(transaction: Transaction, event: ChainEvent) -> TakeBackLink | None:
    if (held := _held(transaction, event)) is None:
        return None
    other, relation = Digest.parse(event.text("other")), event.number("relation")
    return TakeBackLink(held.digest, held.steward, other, Link(relation))


def _withdrawn(transaction: Transaction, event: ChainEvent) -> WithdrawResource | None:
    if (held := _held(transaction, event)) is None:
        return None
    return WithdrawResource(held.digest, held.steward, WithdrawalReason(event.number("reason")))


EFFECTS: EffectTable = {
    DefineLicense: Effect(_define, _refuse_license, there_already=(LicenseAlreadyDefined,)),
    RegisterResource: Effect(
        _register,
        _refuse_claim,
        submit=_submit,
        recall=_recall,
        take_up=_take_up,
        there_already=(ResourceAlreadyRegistered,),
        meant_by=_registered,
    ),
    RegisterProven: Effect(
        _register,
        _refuse_promotion,
        submit=_submit,
        recall=_recall,
        there_already=(ResourceAlreadyRegistered,),
    ),
    SupersedeResource: Effect(
        _supersede,
        nothing,
        recall=_stand_again,
        there_already=(ResourceAlreadySuperseded, ResourceIsWithdrawn, LinkWasTakenBack),
        meant_by=_superseded,
    ),
    DeclareRendition: Effect(
        nothing, nothing, there_already=(ResourceIsRendition, LinkWasTakenBack)
    ),
    TakeBackLink: Effect(
        _stand_again,
        nothing,
        recall=_supersede,
        there_already=(LinkNotFound, ResourceIsWithdrawn),
        meant_by=_taken_back,
    ),
    WithdrawResource: Effect(
        _withdraw,
        _withdraw,
        recall=_recall_withdrawal,
        is_over=_is_withdrawn,
        there_already=(ResourceIsWithdrawn,),
        meant_by=_withdrawn,
    ),
}
