"""What the chain says: events, and the state that follows from them.

`ChainHistory` folds events in order into who was accredited when, what is registered, licensed,
granted and anchored. The service folds the few events of one question; the auditor folds them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from ledger_service.domain.chain.block import Position
from ledger_service.domain.chain.roles import REGISTRAR
from ledger_service.domain.errors import ChainEvidenceMissing, InvalidInput
from ledger_service.domain.identifiers import (
    Commitment,
    Digest,
    GrantId,
    LedgerId,
    LicenseId,
    StewardId,
)
from ledger_service.domain.lending.grant import Scope
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.domain.resources.registration import Link, Relation

FOR_EVER = 2**64 - 1
CHANGES_NOTHING = frozenset(
    {
        "RoleGranted",  # who is admin, or anchors, changes nothing that was done
        "RoleRevoked",
        "AnchorerChanged",
        "CohortGranted",  # a cohort gives access by the grants that its members claim
        "CohortClosed",
    }
)


@dataclass(frozen=True)
class ChainEvent:
    """One contract event. arguments: text for addresses (40 hex) and 32-byte values (64 hex).

    subject: the first indexed argument, 64 hex. transaction: 64 hex.
    """

    contract: str
    name: str
    subject: str
    arguments: Mapping[str, str | int | bool]
    block: int
    block_time: int
    transaction: str
    log_index: int

    @property
    def position(self) -> Position:
        return Position(self.block, self.log_index)

    def text(self, name: str) -> str:
        return str(self.arguments[name])

    def number(self, name: str) -> int:
        return int(self.arguments[name])


def terms_of(event: ChainEvent) -> LicenseTerms:
    """Return the terms that an event defines; raise InvalidInput if no library can have them."""
    return LicenseTerms(
        uri=event.text("uri"),
        seats=event.number("seats"),
        longest_loan_seconds=event.number("longestLoanSeconds"),
        self_service=bool(event.arguments["selfService"]),
        policy_digest=bytes.fromhex(event.text("policyDigest")),
    )


def cid_of(event: ChainEvent) -> str:
    """Return the CID of a registration's event, base16."""
    return f"f01{event.number('cidCodec'):02x}1220{event.text('cidDigest')}"


@dataclass
class AgentWindow:
    """When an account may act: from ≤ time < until; closing moves `until` earlier.

    role: 1 registrar, 2 service. closed_at: time of the block that closed it, if it was closed.
    """

    steward: StewardId
    role: int
    starts_at: int
    until: int
    added: Position
    closed_at: int | None = None

    def is_compromised(self, time: int) -> bool:
        """Return whether the window was closed, later, as of a time before this one."""
        return self.closed_at is not None and self.until <= time < self.closed_at


@dataclass
class RegistrationFact:
    """A registration as the chain holds it. cid: base16; state: registered, superseded or withdrawn.

    successor: what has taken its place; translations: what stands beside it, oldest first.
    original: what it is a rendition of. anchored_at: since when, at the latest, the steward's ledger
    had accepted it, if that was proved on chain. withdrawn: where it was withdrawn, if it was;
    withdrawn_at: the time of that block.
    """

    digest: Digest
    steward: StewardId
    registrar: str
    license: LicenseId
    cid: str
    metadata: Digest
    block: int
    log_index: int
    time: int
    transaction: str
    state: str = "registered"
    successor: Digest | None = None
    relation: Relation | None = None
    translations: list[Digest] = field(default_factory=list)
    original: Digest | None = None
    anchored_at: int | None = None
    withdrawal_reason: int | None = None
    withdrawn: Position | None = None
    withdrawn_at: int | None = None

    def was_withdrawn(self, block: int | None, at: int) -> bool:
        """Return whether it was withdrawn at the end of this block; None: replaced, by the time `at` then."""
        if self.withdrawn is None or self.withdrawn_at is None:
            return False
        return self.withdrawn_at < at if block is None else self.withdrawn.block <= block

    def to_entry_facts(self) -> dict[str, str | int]:
        """Return the facts as an entry of kind `registered` tells them, but for the place."""
        return {
            "cid": self.cid,
            "digest": self.digest.hex(),
            "license": self.license.hex(),
            "metadata": self.metadata.hex(),
            "steward": self.steward.hex(),
        }


class Renewal(NamedTuple):
    """A grant's new end, and where on chain it was given; time: of that block."""

    at: Position
    until: int
    time: int


@dataclass
class GrantFact:
    """A grant as the chain holds it. until: its end when issued; renewals: (where, new end), in order;
    ended: where it was returned or revoked, if it was; ended_at: the time of that block.
    claimed: whether a member of a cohort claimed it, by nobody's leave but the cohort's.
    """

    grant: GrantId
    digest: Digest
    steward: StewardId
    grantee: Commitment
    scopes: Scope
    starts_at: int
    until: int
    seat: int
    turn: int
    issued: Position
    renewals: list[Renewal] = field(default_factory=list)
    ended: Position | None = None
    ended_at: int | None = None
    claimed: bool = False

    def until_at(self, block: int) -> int:
        """Return when the grant was to end, as of the end of this block."""
        ends = [item.until for item in self.renewals if item.at.block <= block]
        return ends[-1] if ends else self.until

    def is_live(self, block: int | None, at: int) -> bool:
        """Return whether the grant permits at the end of this block, judged at this time.

        block: None if it was replaced, so that nobody can tell what stood there; then the times decide.
        """
        if block is None:
            ends = [item.until for item in self.renewals if item.time <= at]
            until = ends[-1] if ends else self.until
            return self.starts_at <= at < until and (self.ended_at is None or at <= self.ended_at)
        return (
            self.issued.block <= block
            and self.starts_at <= at < self.until_at(block)
            and (self.ended is None or self.ended.block > block)
        )


@dataclass(frozen=True)
class AnchorFact:
    """A checkpoint on chain. root: 64 hex; time: of its block."""

    ledger: LedgerId
    size: int
    root: str
    block: int
    time: int
    transaction: str


@dataclass
class ChainHistory:
    """All that follows from the events folded so far."""

    accreditations: dict[StewardId, list[tuple[Position, bool]]] = field(default_factory=dict)
    agents: dict[str, AgentWindow] = field(default_factory=dict)
    licenses: dict[LicenseId, LicenseTerms] = field(default_factory=dict)
    registrations: dict[tuple[Digest, StewardId], RegistrationFact] = field(default_factory=dict)
    grants: dict[GrantId, GrantFact] = field(default_factory=dict)
    anchors: dict[LedgerId, list[AnchorFact]] = field(default_factory=dict)
    ledger_stewards: dict[LedgerId, StewardId] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Iterable[ChainEvent]) -> ChainHistory:
        """Return the history of events, which are sorted here by their position."""
        history = cls()
        for event in sorted(events, key=lambda event: event.position):
            history.apply(event)
        return history

    def apply(self, event: ChainEvent) -> None:
        """Fold in the next event; raise ChainEvidenceMissing for one that refers to the unknown."""
        if event.name in CHANGES_NOTHING:
            return
        fold = getattr(self, "_on_" + event.name, None)
        if fold is None:
            raise ChainEvidenceMissing("event-not-ours", name=event.name)
        try:
            fold(event)
        except (KeyError, ValueError) as exc:  # of nothing known, or a link that nothing made
            raise ChainEvidenceMissing(
                "event-out-of-order", name=event.name, block=event.block
            ) from exc

    def was_accredited(self, steward: StewardId, at: Position) -> bool:
        """Return whether the steward was accredited just before this position."""
        held = False
        for position, accredited in self.accreditations.get(steward, []):
            if position < at:
                held = accredited
        return held

    def was_live_registrar(self, account: str, steward: StewardId, at: Position, time: int) -> bool:
        """Return whether the account's window for this steward covers the time."""
        window = self.agents.get(account)
        return (
            window is not None
            and window.role == REGISTRAR
            and window.steward == steward
            and window.added < at
            and window.starts_at <= time < window.until
        )

    def had_live_registrar(self, steward: StewardId, at: Position, time: int) -> bool:
        """Return whether some account's window for this steward covers the time."""
        return any(self.was_live_registrar(name, steward, at, time) for name in self.agents)

    def _on_StewardAccredited(self, event: ChainEvent) -> None:
        steward = StewardId.parse(event.subject)
        self.accreditations.setdefault(steward, []).append((event.position, True))

    def _on_StewardReinstated(self, event: ChainEvent) -> None:
        self.accreditations[StewardId.parse(event.subject)].append((event.position, True))

    def _on_StewardSuspended(self, event: ChainEvent) -> None:
        self.accreditations[StewardId.parse(event.subject)].append((event.position, False))

    def _on_AgentAdded(self, event: ChainEvent) -> None:
        self.agents[event.text("agent")] = AgentWindow(
            StewardId.parse(event.subject),
            event.number("role"),
            event.number("from"),
            event.number("until"),
            event.position,
        )

    def _on_AgentClosed(self, event: ChainEvent) -> None:
        window = self.agents[event.text("agent")]
        window.until, window.closed_at = event.number("at"), event.block_time

    def _on_LicenseDefined(self, event: ChainEvent) -> None:
        license_id = LicenseId.parse(event.subject)
        # Anyone may define a license, and the contract takes terms that we do not: such a
        # license stands for nobody here, and must not stop the reading of the chain.
        with suppress(InvalidInput):
            self.licenses[license_id] = terms_of(event)

    def _on_ResourceRegistered(self, event: ChainEvent) -> None:
        digest, steward = Digest.parse(event.subject), StewardId.parse(event.text("steward"))
        self.registrations[digest, steward] = RegistrationFact(
            digest=digest,
            steward=steward,
            registrar=event.text("registrar"),
            license=LicenseId.parse(event.text("license")),
            cid=cid_of(event),
            metadata=Digest.parse(event.text("metadata")),
            block=event.block,
            log_index=event.log_index,
            time=event.block_time,
            transaction=event.transaction,
        )

    def _registration(self, event: ChainEvent) -> RegistrationFact:
        return self.registrations[
            Digest.parse(event.subject), StewardId.parse(event.text("steward"))
        ]

    def _on_ResourceSuperseded(self, event: ChainEvent) -> None:
        fact, relation = self._registration(event), Relation(event.number("relation"))
        successor = Digest.parse(event.text("successor"))
        if relation is Relation.TRANSLATION:
            fact.translations.append(successor)
        else:
            fact.state, fact.successor, fact.relation = "superseded", successor, relation

    def _on_RenditionDeclared(self, event: ChainEvent) -> None:
        self._registration(event).original = Digest.parse(event.text("original"))

    def _on_LinkTakenBack(self, event: ChainEvent) -> None:
        fact, link = self._registration(event), Link(event.number("relation"))
        if link is Link.RENDITION:
            fact.original = None
        elif link is Link.TRANSLATION:
            fact.translations.remove(Digest.parse(event.text("other")))
        else:
            fact.state, fact.successor, fact.relation = "registered", None, None

    def _on_ResourceProven(self, event: ChainEvent) -> None:
        self._registration(event).anchored_at = event.number("anchoredAt")

    def _on_ResourceWithdrawn(self, event: ChainEvent) -> None:
        fact = self._registration(event)
        fact.state, fact.withdrawal_reason = "withdrawn", event.number("reason")
        fact.withdrawn, fact.withdrawn_at = event.position, event.block_time

    def _on_GrantIssued(self, event: ChainEvent) -> None:
        grant = GrantId.parse(event.subject)
        self.grants[grant] = GrantFact(
            grant=grant,
            digest=Digest.parse(event.text("digest")),
            steward=StewardId.parse(event.text("steward")),
            grantee=Commitment.parse(event.text("grantee")),
            scopes=Scope(event.number("scopes")),
            starts_at=event.number("from"),
            until=event.number("until"),
            seat=event.number("seat"),
            turn=event.number("turn"),
            issued=event.position,
        )

    def _on_CohortClaimed(self, event: ChainEvent) -> None:
        self.grants[GrantId.parse(event.text("grant"))].claimed = True

    def _on_GrantRenewed(self, event: ChainEvent) -> None:
        renewal = Renewal(event.position, event.number("until"), event.block_time)
        self.grants[GrantId.parse(event.subject)].renewals.append(renewal)

    def _on_GrantReturned(self, event: ChainEvent) -> None:
        grant = self.grants[GrantId.parse(event.subject)]
        grant.ended, grant.ended_at = event.position, event.block_time

    def _on_GrantRevoked(self, event: ChainEvent) -> None:
        self._on_GrantReturned(event)

    def _on_CheckpointAnchored(self, event: ChainEvent) -> None:
        ledger = LedgerId.parse(event.subject)
        self.anchors.setdefault(ledger, []).append(
            AnchorFact(
                ledger=ledger,
                size=event.number("size"),
                root=event.text("root"),
                block=event.block,
                time=event.block_time,
                transaction=event.transaction,
            )
        )

    def _on_LedgerOpened(self, event: ChainEvent) -> None:
        ledger = LedgerId.parse(event.subject)
        self.anchors.setdefault(ledger, [])
        self.ledger_stewards[ledger] = StewardId.parse(event.text("steward"))
