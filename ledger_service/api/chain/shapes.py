"""JSON of intents that were signed elsewhere."""

from __future__ import annotations

from ledger_service.api.shapes import Hex32, ReasonShape, Shape, sentence
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.ports.chain import Job


class IntentShape(Shape):
    """intent: the 32 bytes that were signed; state: queued, submitted, done or rejected; because: why."""

    intent: Hex32
    type: str
    signer: str
    deadline: int
    state: str
    because: str | None
    why: ReasonShape | None

    @classmethod
    def of(cls, job: Job) -> IntentShape:
        signed = job.intent
        assert isinstance(signed, SignedIntent)
        return cls(
            intent=job.name.subject.hex(),
            type=signed.type,
            signer=signed.signer,
            deadline=signed.deadline,
            state=job.state,
            because=sentence(job.error),
            why=ReasonShape.of(job.error),
        )
