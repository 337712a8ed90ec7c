"""The five contracts in memory: the same rules, the same refusals, the same events.

Source: contracts/*.sol. State is plain dictionaries of immutable values, so a copy is cheap and a
chain keeps one for each block. Accumulators use SHA-256 where the contracts use Keccak-256: only the
chain that made them ever reads them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ledger_service.domain.chain.intent import (
    AnchorCheckpoint,
    Change,
    ClaimGrant,
    CloseCohort,
    DefineLicense,
    GrantCohort,
    IssueGrant,
    RegisterProven,
    RegisterResource,
    RenewGrant,
    ReturnGrant,
    RevokeGrant,
    SupersedeResource,
    TakeBackLink,
    WithdrawResource,
)
from ledger_service.domain.chain.roles import REGISTRAR, SERVICE
from ledger_service.domain.chain_errors import (
    AgentNotLive,
    CheckpointNotAnchored,
    CheckpointSizeNotLarger,
    GrantEndsInPast,
    GrantNotLive,
    GrantWithoutScopes,
    IntentExpired,
    InvalidLicenseUri,
    InvalidTurn,
    LedgerAlreadyOpen,
    LedgerNotFound,
    LedgerOfOtherSteward,
    LicenseAlreadyDefined,
    LicenseNotFound,
    LicenseWithoutLoan,
    LicenseWithoutSeats,
    LoanTooLong,
    NonceAlreadyUsed,
    NotAnchorer,
    NotSelfService,
    RegistrarNotLive,
    RenewalNotLater,
    SeatOutOfRange,
    SeatTaken,
    StewardNotAccredited,
)
from ledger_service.domain.errors import (
    InvalidCid,
    ResourceAlreadyRegistered,
)
from ledger_service.domain.ledger import merkle
from tests.simulators.contract_values import (
    CONTRACTS,
    NEVER_TAKEN,
    NOTHING_YET,
    Call,
    Emitted,
    Seat,
    Terms,
    accepted_leaf,
)
from tests.simulators.parts import cohorts
from tests.simulators.parts.links import Linked


@dataclass
class Contracts(Linked):
    """What the contracts hold after some block."""

    accredited: dict[str, bool]
    windows: dict[tuple[str, str], tuple[int, int, int]]  # (role, from, until)
    licenses: dict[str, Terms]
    registrations: dict[tuple[str, str], tuple[str, str]]  # (state, license)
    links: dict[tuple[str, str, str], str]  # (digest, steward, "successor" or "original")
    link_states: dict[tuple[str, str, str, int], bool]  # whether it stands, or was taken back
    seats: dict[tuple[str, str, int], Seat]
    ledgers: dict[str, tuple[str, int, bytes]]
    keepers: dict[str, str]
    anchors: dict[tuple[str, int], tuple[bytes, int]]  # (ledger, size) → (root, time)
    intent_nonces: dict[int, bool]
    nonces: dict[str, int]
    totals: dict[str, tuple[int, str]]
    emitted: list[Emitted]
    time: int = 0
    cohorts: dict[str, bool] = field(default_factory=dict)  # whether open, by id
    claims: dict[tuple[str, int], str] = field(default_factory=dict)  # the grants

    @classmethod
    def deployed(cls) -> Contracts:
        """Return the contracts before their first event."""
        totals = dict.fromkeys(CONTRACTS, NOTHING_YET)
        return cls({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, totals, [])

    def copy(self, time: int) -> Contracts:
        """Return the state that the next block starts from."""
        parts = {name: dict(part) for name, part in vars(self).items() if isinstance(part, dict)}
        return replace(self, **parts, emitted=[], time=time)

    # ---- what the admin and registrars do by themselves -------------------------------------------

    def accredit(self, steward: str) -> None:
        self.accredited[steward] = True
        self.emit("StewardRegistry", "StewardAccredited", steward)

    def suspend(self, steward: str) -> None:
        self.accredited[steward] = False
        self.emit("StewardRegistry", "StewardSuspended", steward)

    def reinstate(self, steward: str) -> None:
        self.accredited[steward] = True
        self.emit("StewardRegistry", "StewardReinstated", steward)

    def add_registrar(self, steward: str, account: str, starts_at: int, until: int) -> None:
        self._add_agent(steward, account, REGISTRAR, starts_at, until)

    def add_service(self, steward: str, account: str, starts_at: int, until: int) -> None:
        self._add_agent(steward, account, SERVICE, starts_at, until)

    def _add_agent(self, steward: str, account: str, role: int, starts_at: int, until: int) -> None:
        self.windows[steward, account] = (role, starts_at, until)
        arguments = {"agent": account, "role": role, "from": starts_at, "until": until}
        self.emit("StewardRegistry", "AgentAdded", steward, **arguments)

    def close_registrar(self, steward: str, account: str, at: int) -> None:
        self.windows[steward, account] = (*self.windows[steward, account][:2], at)
        self.emit("StewardRegistry", "AgentClosed", steward, agent=account, at=at)

    def open_ledger(self, ledger: str, steward: str, anchorer: str) -> None:
        if ledger in self.ledgers:
            raise LedgerAlreadyOpen(ledger)
        self.ledgers[ledger] = (anchorer, 0, merkle.EMPTY_ROOT)
        self.keepers[ledger] = steward
        arguments = {"steward": steward, "anchorer": anchorer}
        self.emit("CheckpointAnchor", "LedgerOpened", ledger, **arguments)

    def set_anchorer(self, ledger: str, anchorer: str) -> None:
        self.ledgers[ledger] = (anchorer, *self.ledgers[ledger][1:])
        self.emit("CheckpointAnchor", "AnchorerChanged", ledger, anchorer=anchorer)

    def withdraw(self, digest: str, steward: str, reason: int) -> None:
        license_id = self.check_active(digest, steward)
        self.registrations[digest, steward] = ("withdrawn", license_id)
        self.emit("ResourceRegistry", "ResourceWithdrawn", digest, steward=steward, reason=reason)

    def end_elsewhere(self, grant: str, until: int) -> None:
        """Renew and revoke a live grant, as a registrar does without the service."""
        place, seat = next(item for item in self.seats.items() if item[1].holder == grant)
        self.seats[place] = seat._replace(until=0)
        self.emit("AccessGrants", "GrantRenewed", grant, until=until)
        self.emit("AccessGrants", "GrantRevoked", grant)

    # ---- signed intents ---------------------------------------------------------------------------

    def carry_out(self, call: Call) -> None:
        """Do what an intent asks, or raise the twin of the contract's refusal."""
        intent = call.intent
        if isinstance(intent, DefineLicense):
            terms = intent.terms
            policy = terms.policy_digest.hex()
            self.define_license(
                Terms(
                    terms.uri, policy, terms.seats, terms.longest_loan_seconds, terms.self_service
                )
            )
            return
        if isinstance(intent, ClaimGrant):
            cohorts.claim(self, intent)
            return
        if call.deadline < self.time:
            raise IntentExpired("on-chain", values=f"deadline {call.deadline}, time {self.time}")
        if isinstance(intent, AnchorCheckpoint):
            self._anchor(call.ledger, call.anchorer, intent)
            return
        if call.nonce in self.intent_nonces:
            raise NonceAlreadyUsed(str(call.nonce))
        self.intent_nonces[call.nonce] = True
        if isinstance(intent, RegisterResource):
            self.register(intent, call.registrar)
        elif isinstance(intent, RegisterProven):
            self.register_proven(intent, call.registrar)
        elif isinstance(intent, Change):
            self._change(intent, call.registrar)
        elif isinstance(intent, IssueGrant):
            self._issue(intent, call)
        elif isinstance(intent, GrantCohort):
            cohorts.grant_cohort(self, intent, call.registrar)
        elif isinstance(intent, CloseCohort):
            cohorts.close_cohort(self, intent, call.registrar)
        else:
            self._change_grant(intent, call)

    def _change(self, intent: Change, registrar: str) -> None:
        digest, steward = intent.digest.hex(), intent.steward.hex()
        if isinstance(intent, WithdrawResource):
            if self.role(steward, registrar) != REGISTRAR:
                raise RegistrarNotLive(registrar)
            self.withdraw(digest, steward, int(intent.reason))
            return
        self.check_registrar(steward, registrar)
        if isinstance(intent, SupersedeResource):
            self.supersede(digest, steward, intent.successor.hex(), int(intent.relation))
        elif isinstance(intent, TakeBackLink):
            self.take_back(digest, steward, intent.other.hex(), int(intent.relation))
        else:
            self.declare_rendition(digest, steward, intent.original.hex())

    def define_license(self, terms: Terms) -> None:
        if not 1 <= len(terms.uri.encode()) <= 512:
            raise InvalidLicenseUri(terms.uri)
        if terms.seats == 0:
            raise LicenseWithoutSeats("on-chain", values="seats 0")
        if terms.loan == 0:
            raise LicenseWithoutLoan("on-chain", values="loan 0")
        if terms.id in self.licenses:
            raise LicenseAlreadyDefined(terms.id)
        self.licenses[terms.id] = terms
        self.emit(
            "LicenseRegistry",
            "LicenseDefined",
            terms.id,
            uri=terms.uri,
            policyDigest=terms.policy,
            seats=terms.seats,
            longestLoanSeconds=terms.loan,
            selfService=terms.self_service,
        )

    def register_proven(self, claim: RegisterProven, registrar: str) -> None:
        keeper, ledger = self.keepers.get(claim.ledger.hex()), claim.ledger.hex()
        if keeper != claim.steward.hex():
            raise LedgerOfOtherSteward(ledger)
        if (ledger, claim.size) not in self.anchors:
            raise CheckpointNotAnchored("on-chain", values=f"{ledger} at {claim.size}")
        root, anchored_at = self.anchors[ledger, claim.size]
        leaf = accepted_leaf(claim)
        merkle.check_inclusion(leaf, claim.index, claim.size, claim.hashes, root)
        self.register(claim, registrar)
        arguments = {"steward": keeper, "ledger": ledger, "index": claim.index}
        arguments["anchoredAt"] = anchored_at
        self.emit("ResourceRegistry", "ResourceProven", claim.digest.hex(), **arguments)

    def register(self, claim: RegisterResource | RegisterProven, registrar: str) -> None:
        digest, steward = claim.digest.hex(), claim.steward.hex()
        if claim.cid.codec == 0x55 and claim.cid.digest != claim.digest.value:
            raise InvalidCid("on-chain", values="")
        self.check_registrar(steward, registrar)
        if claim.license.hex() not in self.licenses:
            raise LicenseNotFound(claim.license.hex())
        if (digest, steward) in self.registrations:
            raise ResourceAlreadyRegistered(digest)
        self.registrations[digest, steward] = ("registered", claim.license.hex())
        self.emit(
            "ResourceRegistry",
            "ResourceRegistered",
            digest,
            steward=steward,
            registrar=registrar,
            license=claim.license.hex(),
            cidCodec=claim.cid.codec,
            cidDigest=claim.cid.digest.hex(),
            metadata=claim.metadata.hex(),
        )

    def _issue(self, grant: IssueGrant, call: Call) -> None:
        digest, steward = grant.digest.hex(), grant.steward.hex()
        role = self._check_agent(steward, call.service if grant.by_service else call.registrar)
        terms = self.licenses[self.check_active(digest, steward)]
        if role != REGISTRAR and not terms.self_service:
            raise NotSelfService(digest)
        if not grant.scopes:
            raise GrantWithoutScopes(digest)
        self.hand_out(grant, grant.until, terms)

    def hand_out(self, grant: IssueGrant | ClaimGrant, until: int, terms: Terms) -> None:
        digest, steward = grant.digest.hex(), grant.steward.hex()
        self._check_loan(until, terms.loan)
        name = self._take_seat(grant, until, terms)
        arguments: dict[str, str | int | bool] = {
            "digest": digest,
            "steward": steward,
            "grantee": grant.grantee.hex(),
            "scopes": int(grant.scopes),
            "from": self.time,
            "until": until,
            "seat": grant.seat,
            "turn": grant.turn,
        }
        self.emit("AccessGrants", "GrantIssued", name, **arguments)

    def _take_seat(self, grant: IssueGrant | ClaimGrant, until: int, terms: Terms) -> str:
        if grant.seat >= terms.seats:
            raise SeatOutOfRange("on-chain", values=f"seat {grant.seat} of {terms.seats}")
        place = grant.digest.hex(), grant.steward.hex(), grant.seat
        seat = self.seats.get(place, NEVER_TAKEN)
        if self.time < seat.until:
            raise SeatTaken("on-chain", values=f"seat {grant.seat}")
        if grant.turn != seat.turn + 1:
            raise InvalidTurn("on-chain", values=f"turn {grant.turn}, next {seat.turn + 1}")
        name = grant.grant.hex()
        self.seats[place] = Seat(name, grant.turn, until, terms.loan, terms.self_service)
        return name

    def _change_grant(self, intent: RenewGrant | ReturnGrant | RevokeGrant, call: Call) -> None:
        name, steward = intent.grant.hex(), intent.steward.hex()
        by_service = not isinstance(intent, RevokeGrant) and intent.by_service
        account = call.service if by_service else call.registrar
        renews = isinstance(intent, RenewGrant)
        role = self._check_agent(steward, account) if renews else self.role(steward, account)
        if role != REGISTRAR and isinstance(intent, RevokeGrant):
            raise RegistrarNotLive(account)
        if not role:
            raise AgentNotLive(account)
        place = intent.digest.hex(), steward, intent.seat
        seat = self.seats.get(place, NEVER_TAKEN)
        if seat.holder != name or self.time >= seat.until:
            raise GrantNotLive(name)
        if isinstance(intent, RenewGrant):
            if role != REGISTRAR and not seat.self_service:
                raise NotSelfService(name)
            if intent.until <= seat.until:
                raise RenewalNotLater(name)
            self._check_loan(intent.until, seat.loan)
            self.seats[place] = seat._replace(until=intent.until)
            self.emit("AccessGrants", "GrantRenewed", name, until=intent.until)
            return
        self.seats[place] = seat._replace(until=0)
        event = "GrantReturned" if isinstance(intent, ReturnGrant) else "GrantRevoked"
        self.emit("AccessGrants", event, name, at=self.time)

    def _check_loan(self, until: int, loan: int) -> None:
        if until <= self.time:
            raise GrantEndsInPast("on-chain", values=f"until {until}, time {self.time}")
        if until - self.time > loan:
            raise LoanTooLong("on-chain", values=f"until {until}, latest {self.time + loan}")

    def _anchor(self, ledger: str, anchorer: str, anchor: AnchorCheckpoint) -> None:
        if ledger not in self.ledgers:
            raise LedgerNotFound(ledger)
        account, size, root = self.ledgers[ledger]
        if account != anchorer:
            raise NotAnchorer(anchorer)
        if anchor.size <= size:
            raise CheckpointSizeNotLarger("on-chain", values=f"latest {size}, given {anchor.size}")
        merkle.check_consistency(size, root, anchor.size, anchor.root, anchor.proof)
        self.ledgers[ledger] = (account, anchor.size, anchor.root)
        self.anchors[ledger, anchor.size] = (anchor.root, self.time)
        self.emit(
            "CheckpointAnchor",
            "CheckpointAnchored",
            ledger,
            size=anchor.size,
            root=anchor.root.hex(),
        )

    def check_registrar(self, steward: str, account: str) -> None:
        if not self.accredited.get(steward, False):
            raise StewardNotAccredited(steward)
        if self.role(steward, account) != REGISTRAR:
            raise RegistrarNotLive(account)

    def _check_agent(self, steward: str, account: str) -> int:
        if not self.accredited.get(steward, False):
            raise StewardNotAccredited(steward)
        role = self.role(steward, account)
        if not role:
            raise AgentNotLive(account)
        return role

    def role(self, steward: str, account: str) -> int:
        role, starts_at, until = self.windows.get((steward, account), (0, 0, 0))
        return role if starts_at <= self.time < until else 0
