"""JSON of verdicts."""

from __future__ import annotations

from typing import Any

from ledger_service import messages
from ledger_service.api.shapes import BlockShape, Hex32, Shape
from ledger_service.domain.verification.asked_ledger import AskedLedger, Holder


class DigestHolderShape(Shape):
    """A steward who holds a digest. name, address: empty if nobody has told them.

    registered_at, block: since when it stands, by the chain's order, in seconds since 1970 UTC; null if
    that is not proved. in_bulk: whether by the anchor of its ledger, and not by a registration of its own.
    verdict: a word of docs/formats.md §16.
    """

    steward: Hex32
    name: str
    address: str
    registered_at: int | None
    block: int | None
    in_bulk: bool
    verdict: str

    @classmethod
    def of(cls, holder: Holder) -> DigestHolderShape:
        since = holder.since
        return cls(
            steward=holder.steward,
            name=holder.name,
            address=holder.address,
            registered_at=None if since is None else since.time,
            block=None if since is None else since.block,
            in_bulk=since is not None and since.in_bulk,
            verdict=holder.verdict.state.value,
        )


class AskedLedgerShape(Shape):
    """A ledger of those who share the contracts, and how it could be asked.

    size: entries in which it was looked; as_of: when its copy here was found to hold last, in seconds since
    1970 UTC, null for our own ledger and while there is no copy. reason: why it could not be asked, null if
    it was; because: the same in words. holds: whether it tells of the digest. fault: what it says that is
    not its to say, null if nothing.
    """

    ledger: Hex32
    steward: Hex32
    name: str
    address: str
    own: bool
    size: int
    as_of: int | None
    reason: dict[str, Any] | None
    because: str | None
    holds: bool
    fault: str | None

    @classmethod
    def of(cls, item: AskedLedger) -> AskedLedgerShape:
        return cls(
            ledger=item.ledger,
            steward=item.steward,
            name=item.name,
            address=item.address,
            own=item.is_own,
            size=item.size,
            as_of=item.at,
            reason=None if item.because is None else item.because.to_json(),
            because=None if item.because is None else messages.text(item.because),
            holds=item.holds,
            fault=None if item.fault is None else messages.text(item.fault),
        )


class VerdictsShape(Shape):
    """One verdict a registration, oldest first. authentic: whether some verdict is
    `authentic_as_told` or `superseded`. as_of: the last block that the index has read.

    absence: where the evidence is that this ledger does not hold the digest; null if it does. hints: what
    the library holds of that of which was asked whether the file is like it.

    first: the steward who registered it first, as far as could be asked; null if nobody is known to have.
    holders: who holds it, the first one first. asked: the ledgers of all who share the contracts, our own
    first.
    """

    digest: Hex32
    authentic: bool
    as_of: BlockShape | None
    ledger_size: int
    absence: str | None
    verdicts: list[dict[str, Any]]
    hints: list[dict[str, Any]]
    first: Hex32 | None
    holders: list[DigestHolderShape]
    asked: list[AskedLedgerShape]
