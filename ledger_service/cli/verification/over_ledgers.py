"""What a service answers on a digest over all ledgers: who has it, which were asked, which could not be.

That is its word. A member's receipt, which it hands out, is checked here as any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from ledger_service import messages
from ledger_service.adapters.remote import RemoteService
from ledger_service.cli.output import dated, say, sentence
from ledger_service.domain.errors import InvalidJson, LedgerError, NotFound, ServiceUnavailable
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.printable_text import isolated
from ledger_service.domain.reasons import Reason
from ledger_service.domain.verification.asked_ledger import MOST_LEDGERS
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.verdict import (
    Axis,
    Verdict,
    not_checked,
    untold,
)
from ledger_service.domain.verification.verdict_state import VerdictState


@dataclass(frozen=True)
class ToldHolder:
    """A library that has the digest. registered_at: seconds; None if that is not proved."""

    steward: str
    name: str
    registered_at: int | None


@dataclass(frozen=True)
class ToldLedger:
    """A ledger. as_of: of its copy, in seconds; None for the service's own, and while there is no copy.

    because: why it was not asked.
    """

    steward: str
    name: str
    own: bool
    as_of: int | None
    because: Reason | None


@dataclass(frozen=True)
class ToldAnswer:
    """first: the steward who has it first, None if nobody is known; block: up to which the chain was read."""

    digest: Digest
    block: int
    first: str | None
    holders: tuple[ToldHolder, ...]
    asked: tuple[ToldLedger, ...]

    @property
    def is_of_many(self) -> bool:
        """Whether there is more than one library to tell of."""
        return len(self.asked) > 1 or len(self.holders) > 1

    @property
    def missing(self) -> list[ToldLedger]:
        """The ledgers that could not be asked."""
        return [one for one in self.asked if one.because is not None]

    @property
    def other_holders(self) -> list[ToldHolder]:
        """Who has it beside the library whose service this is."""
        own = {one.steward for one in self.asked if one.own}
        return [one for one in self.holders if one.steward not in own]

    def to_json(self) -> dict[str, Any]:
        """Return what `muhr verify --json` tells of it."""
        return {
            "first": self.first,
            "holders": [asdict(one) for one in self.holders],
            "asked": [
                {
                    **asdict(one),
                    "reason": None if one.because is None else one.because.to_json(),
                    "because": None if one.because is None else messages.text(one.because),
                }
                for one in self.asked
            ],
        }


def ask_over_ledgers(service: RemoteService, digest: Digest) -> ToldAnswer:
    """Return what the service answers; raise ServiceUnavailable if it does not, or in another form."""
    try:
        told = service.get(f"/resources/{digest}/verdict")
    except NotFound:  # a service of before there were several ledgers
        return ToldAnswer(digest, 0, None, (), ())
    try:
        return ToldAnswer(
            digest,
            0 if told["as_of"] is None else int(told["as_of"]["number"]),
            None if told["first"] is None else _steward(told["first"]),
            tuple(_holder(item) for item in told["holders"][:MOST_LEDGERS]),
            tuple(_ledger(item) for item in told["asked"]),
        )
    except (InvalidJson, LookupError, TypeError, ValueError, AttributeError, LedgerError) as exc:
        raise ServiceUnavailable("other-form") from exc


def receipts_of_others(service: RemoteService, told: ToldAnswer) -> Iterator[Receipt]:
    """Yield a receipt for each other library that has the digest, where the service can make one."""
    for holder in told.other_holders:
        with suppress(LedgerError):  # then it says nothing
            yield service.receipt(told.digest, holder.steward)


def unless_missed(verdict: Verdict, told: ToldAnswer) -> Verdict:
    """Return the verdict, which is no sure “not registered” if a ledger was missed, or somebody has it."""
    if verdict.state is not VerdictState.NOT_REGISTERED:
        return verdict
    if told.missing:
        findings = dict.fromkeys(Axis, not_checked(Because.NO_REGISTRATION_FOUND))
        findings[Axis.BYTES] = not_checked(
            Because.NOT_FOUND_NOT_ALL_ASKED,
            block=told.block,
            count=len(told.asked) - len(told.missing),
            missing=len(told.missing),
        )
        return Verdict(verdict.digest, None, findings)
    if told.other_holders:
        return untold(verdict.digest, Because.RECEIPT_WITHHELD, block=told.block)
    return verdict


def print_over_ledgers(told: ToldAnswer) -> None:
    """Print who has it first, who else, and how each ledger was asked; nothing where there is but one."""
    if not told.is_of_many:
        return
    for holder in told.holders:
        say(_of_holder(holder, told), indent=2)
    for one in told.asked:
        name = isolated(one.name or one.steward)
        if one.because is not None:
            why = isolated(messages.text(one.because))
            text = sentence("cli.verify.not-asked", library=name, why=why)
        elif one.own or one.as_of is None:
            text = sentence("cli.verify.asked-own", library=name)
        else:
            text = sentence("cli.verify.asked", library=name, moment=dated(one.as_of))
        say(text, indent=2)


def _of_holder(holder: ToldHolder, told: ToldAnswer) -> str:
    name = isolated(holder.name or holder.steward)
    if holder.registered_at is None:
        return sentence("cli.verify.holds-unproved", library=name)
    words = "holds"
    if holder.steward == told.first:
        words = "first-of-asked" if told.missing else "first"
    return sentence(f"cli.verify.{words}", library=name, moment=dated(holder.registered_at))


def _holder(item: Any) -> ToldHolder:
    at = item["registered_at"]
    return ToldHolder(_steward(item["steward"]), str(item["name"]), None if at is None else int(at))


def _ledger(item: Any) -> ToldLedger:
    at, reason = item["as_of"], item["reason"]
    return ToldLedger(
        _steward(item["steward"]),
        str(item["name"]),
        item["own"] is True,
        None if at is None else int(at),
        None if reason is None else Reason.from_json(reason),
    )


def _steward(text: Any) -> str:
    return StewardId.parse(text).hex()
