"""What somebody signed elsewhere, as the simulated chain takes it; a signature names its signer only."""

from __future__ import annotations

from ledger_service.domain.chain import intent as intents
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.chain_errors import IntentDeadlineTooFar, InvalidIntentSignature
from tests.simulators.contract_values import Call
from tests.simulators.contracts import Contracts

LONGEST_INTENT_SECONDS = 86_400
ANCHORER = "cc" * 20


def signature_by(signer: bytes) -> bytes:
    """Return what counts as this account's signature here, of whatever it signs."""
    return b"signed by " + signer


def carry_signed(state: Contracts, signed: SignedIntent, ledger: str) -> None:
    """Do what somebody signed elsewhere, or raise the twin of the contract's refusal."""
    if signed.deadline > state.time + LONGEST_INTENT_SECONDS:
        raise IntentDeadlineTooFar(
            "on-chain", values=f"deadline {signed.deadline}, time {state.time}"
        )
    if signed.signature != signature_by(signed.message["signer"]):
        raise InvalidIntentSignature(signed.signer)
    for place, wish in enumerate(intents.wishes_of(signed)):
        nonce = signed.nonce << 32 | place
        call = Call(wish, signed.signer, signed.signer, ANCHORER, ledger, nonce, signed.deadline)
        state.carry_out(call)
