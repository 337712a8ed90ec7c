"""Which accounts the contracts let act for one library, folded from their events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.chain.intent import AnchorCheckpoint, Intent
from ledger_service.domain.chain.roles import REGISTRAR, SERVICE

_STANDS = {"StewardAccredited": True, "StewardReinstated": True, "StewardSuspended": False}
EVENTS = ("AgentAdded", "AgentClosed", "LedgerOpened", "AnchorerChanged", *_STANDS)
"""Those that change who may act; their subject is the steward or the ledger."""
SIGNING_ROLES = ("registrar", "service", "anchorer")
MEMBER_ROLES = (*SIGNING_ROLES, "relayer")
"""Those of a library whose stewards others accredit: it has no admin key. The relayer only pays."""
_NUMBERS = {"registrar": REGISTRAR, "service": SERVICE}


def role_of(intent: Intent) -> str:
    """Return the role in which a library signs an intent of its own."""
    if isinstance(intent, AnchorCheckpoint):
        return "anchorer"
    return "service" if getattr(intent, "by_service", False) else "registrar"


class Standing(NamedTuple):
    """When an account may act: since ≤ time < until, in seconds. closed_at: of the block that closed it."""

    role: int
    since: int
    until: int
    closed_at: int | None = None


@dataclass
class ActingAccounts:
    """agents: by account (40 hex), in the order in which they were added; anchorer: None if unknown.

    is_suspended: whether the council took the steward's accreditation back.
    """

    agents: dict[str, Standing] = field(default_factory=dict)
    anchorer: str | None = None
    is_suspended: bool = False

    def apply(self, event: ChainEvent) -> None:
        """Fold in the next event of the library's steward or ledger; others change nothing."""
        if event.name == "AgentAdded":
            window = event.number("role"), event.number("from"), event.number("until")
            self.agents[event.text("agent")] = Standing(*window)
        elif event.name == "AgentClosed":
            before = self.agents[event.text("agent")]
            self.agents[event.text("agent")] = before._replace(
                until=event.number("at"), closed_at=event.block_time
            )
        elif event.name in ("LedgerOpened", "AnchorerChanged"):
            self.anchorer = event.text("anchorer")
        elif event.name in _STANDS:
            self.is_suspended = not _STANDS[event.name]

    def live(self, role: str, at: int) -> list[str]:
        """Return the accounts that may act in a role at a time in seconds, the newest last."""
        if role not in _NUMBERS:
            return [self.anchorer] if self.anchorer else []
        number = _NUMBERS[role]
        return [
            account
            for account, told in self.agents.items()
            if told.role == number and told.since <= at < told.until
        ]

    def keeps_from_registering(self, at: int) -> bool:
        """Return whether nobody may register for the library at a time in seconds."""
        return self.is_suspended or (bool(self.agents) and not self.live("registrar", at))

    def is_known(self, role: str) -> bool:
        """Return whether events have told of anybody in this role."""
        return bool(self.agents) if role in _NUMBERS else self.anchorer is not None
