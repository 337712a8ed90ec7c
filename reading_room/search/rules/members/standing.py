"""How a work stands by what this library itself knows: its index of the chain, and its copy of a ledger."""

from __future__ import annotations

from enum import StrEnum

from ledger_service.domain.chain.history import RegistrationFact
from reading_room.search.rules.document import HIDDEN
from reading_room.search.rules.members.told import ToldWork


class Standing(StrEnum):
    """held: its ledger holds exactly this; on_chain: the chain does, and its ledger was not looked at.

    not_checked: it is as its library says. The others are left out: not_held: its ledger or the chain has
    something else; withdrawn: its library took it back; malformed: it is no work of that library.
    """

    HELD = "held"
    ON_CHAIN = "on_chain"
    NOT_CHECKED = "not_checked"
    NOT_HELD = "not_held"
    WITHDRAWN = "withdrawn"
    MALFORMED = "malformed"

    @property
    def is_shown(self) -> bool:
        """Whether a visitor is shown what stands so."""
        return self in (Standing.HELD, Standing.ON_CHAIN, Standing.NOT_CHECKED)


def standing_of(
    work: ToldWork | None, fact: RegistrationFact | None, is_in_copy: bool | None
) -> Standing:
    """Return how a work stands.

    fact: its registration on chain, None if the index has none. is_in_copy: whether the copy of its ledger
    has the entries that commit to what is told; None if there is no copy that reaches so far.
    """
    if work is None:
        return Standing.MALFORMED
    if work.state in HIDDEN or (fact is not None and fact.state == "withdrawn"):
        return Standing.WITHDRAWN
    is_first = work.described_entry is None
    if is_first != (work.revision == 0) or (is_first and work.record.digest != work.metadata):
        return Standing.NOT_HELD
    if fact is not None and fact.to_entry_facts() != work.claim():
        return Standing.NOT_HELD
    if is_in_copy is not None:
        return Standing.HELD if is_in_copy else Standing.NOT_HELD
    return Standing.ON_CHAIN if fact is not None and is_first else Standing.NOT_CHECKED
