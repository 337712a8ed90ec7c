"""Which ledgers were asked about a digest, as of when, and which could not be; since when it stands."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.reasons import Reason
from ledger_service.domain.verification.verdict import Verdict

MOST_LEDGERS = 64
"""That are asked; of more, the rest is told as not asked."""


@dataclass(frozen=True)
class AskedLedger:
    """A ledger of a consortium. steward: 64 hex; name, address: of the library, "" if nobody told them.

    size: entries in which it was looked; at: when its copy was found to hold last, in seconds, None for
    our own ledger and while there is no copy. because: why it could not be asked, None if it was. holds:
    whether it tells of the digest. fault: what it says that is not its to say, None if nothing.
    """

    ledger: str
    steward: str
    name: str
    address: str
    is_own: bool
    size: int
    at: int | None
    because: Reason | None
    holds: bool = False
    fault: Reason | None = None


@dataclass(frozen=True)
class Since:
    """From when on something stands, by the chain's order. time: of the block, or the earlier time that was
    proved on chain; in_bulk: whether by the anchor of a ledger, and not by a registration of its own.
    """

    time: int
    block: int
    log_index: int
    in_bulk: bool

    @property
    def order(self) -> tuple[int, int, int]:
        """What sorts them, the earliest first."""
        return self.time, self.block, self.log_index


@dataclass(frozen=True)
class Holder:
    """A steward who holds a digest. since: None if that is not proved.

    name, address: of the steward, "" if nobody has told them.
    """

    steward: str
    name: str
    address: str
    since: Since | None
    verdict: Verdict
