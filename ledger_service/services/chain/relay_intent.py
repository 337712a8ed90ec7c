"""Relay an intent that was signed elsewhere: judge it as the contracts will, and queue it as it is.

The signature says who decides, and the contracts judge it; a registrar's token says who may let this
library pay. Nothing is queued that the chain would not take now, so nobody can make the relayer burn
gas. An intent is of the steward whose ledger this is, for that ledger tells of it once the chain has it.
"""

from __future__ import annotations

from typing import Any

from ledger_service.domain.chain.intent import wishes_of
from ledger_service.domain.chain.job import JobName, JobState
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.errors import (
    IntentNotFound,
    InvalidInclusionProof,
    InvalidIntent,
    StewardNotServed,
)
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.chain import Job
from ledger_service.services.chain.ask_chain import ask_chain
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act


def relay_intent(
    library: Library, caller: Caller, signed: SignedIntent, domain: dict[str, Any] | None = None
) -> Job:
    """Return the job that carries the intent to the chain; the same one for the same signed message.

    domain: what the signer says that it was signed for, if it says so.

    Raises:
        InvalidIntent: another domain; StewardNotServed: another institution's.
        ResourceNotFound: a registration of bytes that this library has not taken in, or in another form.
        ResourceAlreadyRegistered: it is registered, or on its way.
        LedgerError: the twin of the contracts' refusal; ChainUnavailable: they cannot be asked.
    """
    check_permitted(caller, Permission.INTENT_RELAY)
    name = JobName.relaying(library.chain.signed_digest(signed, domain))
    if signed.stewards - {library.steward.value}:
        raise StewardNotServed(steward=str(library.steward))
    with library.store.read() as transaction:
        standing = transaction.jobs.find(name)
    if standing is not None and standing.state is not JobState.REJECTED:
        return standing
    try:
        library.chain.check_signed(signed)
    except InvalidInclusionProof as exc:  # the caller's evidence, not ours
        raise InvalidIntent("not-proved") from exc
    with library.store.write() as transaction:
        standing = transaction.jobs.find(name)
        if standing is None or standing.state is JobState.REJECTED:
            for wish in wishes_of(signed):
                take_up = library.effects.of(wish).take_up
                if take_up is not None:
                    take_up(transaction, wish)
            about = name.subject.hex()
            record_act(transaction, caller, library.clock(), ActKind.INTENT_RELAYED, about)
        return ask_chain(transaction, name, signed, library.clock())


def find_intent(library: Library, caller: Caller, digest: bytes) -> Job:
    """Return the job of an intent by the 32 bytes that were signed; raise IntentNotFound."""
    check_permitted(caller, Permission.INTENT_READ)
    with library.store.read() as transaction:
        found = transaction.jobs.find(JobName.relaying(digest))
    if found is None:
        raise IntentNotFound(digest=digest.hex())
    return found
