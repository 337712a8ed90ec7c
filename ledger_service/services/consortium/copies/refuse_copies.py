"""Refuse to keep a work or a member's content, such as one that is illegal where this library is."""

from __future__ import annotations

from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.resources.record_text import fits_a_line
from ledger_service.ports.consortium.copies import Refusal
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act

LONGEST_WHY = 300  # characters


def refuse_copies(
    library: Library, caller: Caller, subject: Digest | StewardId, why: str
) -> Refusal:
    """Return that nothing of this is kept from now on; what is kept the worker removes.

    why: for the operator's own record, one line.

    Raises:
        InvalidInput: the reason is none.
    """
    if not (0 < len(why) <= LONGEST_WHY and fits_a_line(why)):
        raise InvalidInput("refusal-of-copies", longest=LONGEST_WHY)
    now = library.clock()
    refusal = Refusal(subject, now, why)
    with library.store.write() as transaction:
        transaction.member_copies.refuse(refusal)
        record_act(transaction, caller, now, ActKind.COPIES_REFUSED, subject.hex())
    return refusal


def allow_copies(library: Library, caller: Caller, subject: Digest | StewardId) -> bool:
    """Return whether this was refused; from now on it is kept as the rule says."""
    now = library.clock()
    with library.store.write() as transaction:
        was_refused = transaction.member_copies.allow(subject)
        if was_refused:
            record_act(transaction, caller, now, ActKind.COPIES_ALLOWED, subject.hex())
    return was_refused
