"""Check evidence of absence in the student's own process: nothing of the service is trusted.

Two questions are kept apart. Whether this ledger has the digest is told by the evidence, as of its
checkpoint. Whether any steward has registered it is told by the chain, if a node is asked.
"""

from __future__ import annotations

from ledger_service.domain.errors import InvalidAbsence, InvalidReceipt, VerificationError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.checkpoint import CheckSignature, VerifierKey
from ledger_service.domain.reasons import Reason
from ledger_service.domain.verification.absence import Absence
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.verdict import (
    Axis,
    Finding,
    Verdict,
    failed,
    not_checked,
    passed,
)
from ledger_service.services.verification.check_receipt import ChainView, anchor_finding


def check_evidence(
    digest: Digest,
    absence: Absence,
    key: VerifierKey,
    check_signature: CheckSignature,
    view: ChainView | None,
    *,
    key_is_pinned: bool = True,
    anchor: Finding | None = None,
    no_view_because: Because | Reason = Because.NO_NODE_ASKED,
    held_by: str | None = None,
) -> Verdict:
    """Return the verdict on bytes of this digest by evidence that it is absent.

    anchor, held_by: what a node has proved of the evidence's checkpoint, and the steward (64 hex) of whom
    it has proved a registration, where there is no view of all events.

    “Not registered” only if the evidence holds and the chain, if it was asked, has no registration;
    evidence that does not hold proves nothing, so the verdict is then incomplete.
    """
    try:
        entry, checkpoint = absence.check(key, check_signature)
        if absence.digest != digest:
            raise InvalidAbsence("other-digest", digest=str(absence.digest))
    except (VerificationError, InvalidAbsence, InvalidReceipt) as exc:
        broken = not_checked(Because.EVIDENCE_BROKEN, why=exc.reason)
        return Verdict(digest, None, dict.fromkeys(Axis, broken))
    held, size = entry.number("count"), entry.number("size")
    findings: dict[Axis, Finding] = dict.fromkeys(Axis, not_checked(Because.NO_REGISTRATION_FOUND))
    findings[Axis.BYTES] = (
        _bytes_finding(digest, held, size, view, no_view_because)
        if held_by is None
        else not_checked(Because.ABSENT_BUT_REGISTERED, held=held, size=size, steward=held_by)
    )
    findings[Axis.LEDGER] = (
        passed(Because.MAP_IN_CHECKPOINT, entry=size, size=checkpoint.size)
        if key_is_pinned
        else not_checked(Because.KEY_FROM_SERVICE)
    )
    if view is not None:
        anchor = anchor_finding(absence.receipt, checkpoint, view)[0]
    findings[Axis.ANCHOR] = anchor or not_checked(no_view_because)
    return Verdict(digest, None, findings)


def _bytes_finding(
    digest: Digest, held: int, size: int, view: ChainView | None, no_view_because: Because | Reason
) -> Finding:
    """Return what is known of the bytes, of which this ledger's map of its first entries has none.

    held: digests in the map; size: entries before it.
    """
    if view is None:
        why = no_view_because if isinstance(no_view_because, Reason) else Reason(no_view_because)
        return failed(Because.ABSENT_OTHERS_NOT_ASKED, held=held, size=size, why=why)
    for fact in view.history.registrations.values():
        if fact.digest == digest:
            steward = fact.steward.hex()
            return not_checked(Because.ABSENT_BUT_REGISTERED, held=held, size=size, steward=steward)
    if view.as_of is None:
        return failed(Because.ABSENT_EVERYWHERE, held=held, size=size)
    return failed(Because.ABSENT_EVERYWHERE_AT_BLOCK, held=held, size=size, block=view.as_of)
