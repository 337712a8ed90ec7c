"""Check evidence of absence in the student's own process: nothing of the service is trusted.

Two questions are kept apart. Whether this ledger has the digest is told by the evidence, as of its
checkpoint. Whether any steward has registered it is told by the chain, if a node is asked.
"""

from __future__ import annotations

from ledger_service.domain.errors import InvalidAbsence, InvalidReceipt, VerificationError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.checkpoint import CheckSignature, VerifierKey
from ledger_service.domain.verification.absence import Absence
from ledger_service.domain.verification.verdict import (
    Axis,
    Finding,
    Verdict,
    failed,
    not_checked,
    not_registered,
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
    no_view_because: str = "no chain node was asked (give --rpc URL)",
) -> Verdict:
    """Return the verdict on bytes of this digest by evidence that it is absent.

    anchor: what a node has proved of the evidence's checkpoint, where there is no view of all events.

    “Not registered” only if the evidence holds and the chain, if it was asked, has no registration;
    evidence that does not hold proves nothing, so the verdict is then incomplete.
    """
    try:
        entry, checkpoint = absence.check(key, check_signature)
        if absence.digest != digest:
            raise InvalidAbsence(f"The evidence is about {absence.digest}.")
    except (VerificationError, InvalidAbsence, InvalidReceipt) as exc:
        broken = not_checked(f"the evidence of absence does not hold: {exc.detail}")
        return Verdict(digest, None, dict.fromkeys(Axis, broken))
    held, size = entry.number("count"), entry.number("size")
    here = f"not among the {held} that this ledger had accepted in its first {size} entries"
    findings: dict[Axis, Finding] = dict(not_registered(digest, here).findings)
    findings[Axis.BYTES] = _bytes_finding(digest, here, view, no_view_because)
    findings[Axis.LEDGER] = (
        passed(f"the map is entry {size} of the signed checkpoint of size {checkpoint.size}")
        if key_is_pinned
        else not_checked("the ledger's key came from the service itself; pin it with --deployment")
    )
    if view is not None:
        anchor = anchor_finding(absence.receipt, checkpoint, view)[0]
    findings[Axis.ANCHOR] = anchor or not_checked(no_view_because)
    return Verdict(digest, None, findings)


def _bytes_finding(
    digest: Digest, here: str, view: ChainView | None, no_view_because: str
) -> Finding:
    if view is None:
        return failed(
            f"{here}; other libraries' registrations were not looked up: {no_view_because}"
        )
    for fact in view.history.registrations.values():
        if fact.digest == digest:
            return not_checked(
                f"they are {here}, but the chain has a registration by steward {fact.steward}: "
                "ask that library for its receipt"
            )
    until = "" if view.as_of is None else f" up to block {view.as_of}"
    return failed(f"{here}, and none among all registrations on chain{until}")
