"""Who holds a digest and whose ledgers were asked, with names and addresses that people know them by."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger_service.domain.verification.asked_ledger import AskedLedger, Holder
from ledger_service.services.consortium.list_members import list_members
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import list_stewards
from ledger_service.services.verification.verify_resource import Answer

Known = dict[str, tuple[str, str]]
"""Name and address by steward, 64 hex."""


@dataclass(frozen=True)
class Named:
    """holders: in the order of the answer's verdicts; asked: in the order of its ledgers."""

    holders: list[Holder]
    asked: list[AskedLedger]

    @property
    def is_of_many(self) -> bool:
        """Whether there is more than one ledger, or holder, to tell of."""
        return len(self.asked) > 1 or len(self.holders) > 1


def name_holders(library: Library, answer: Answer) -> Named:
    """Return who holds what an answer is about, and which ledgers were asked."""
    known: Known = {item.steward: (item.name, item.address) for item in answer.asked}
    if any(not item.name for item in answer.asked[1:]):
        for one in list_members(library):  # of whom no copy is kept yet
            known[one.member.steward.hex()] = one.member.name, one.member.url
    for row in list_stewards(library):
        address = known.get(row.id.hex(), ("", ""))[1]
        known[row.id.hex()] = row.name, address or row.uri
    holders = [
        Holder(verdict.steward, *known.get(verdict.steward, ("", "")), since, verdict)
        for verdict, since in zip(answer.verdicts, answer.since, strict=True)
        if verdict.steward is not None
    ]
    asked = [_named(item, *known.get(item.steward, ("", ""))) for item in answer.asked]
    return Named(holders, asked)


def _named(item: AskedLedger, name: str, address: str) -> AskedLedger:
    return replace(item, name=name or item.name, address=item.address or address)
