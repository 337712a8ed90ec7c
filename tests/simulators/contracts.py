"""The five contracts in memory: the same rules, the same refusals, the same events.

Source: contracts/*.sol. State is plain dictionaries of immutable values, so a copy is cheap and a
chain keeps one for each block. Accumulators use SHA-256 where the contracts use Keccak-256: only the
chain that made them ever reads them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import NamedTuple

from ledger_service.domain import merkle
from ledger_service.domain.chain_errors import (
    CheckpointSizeNotLarger,
    GrantAlreadyIssued,
    GrantEndsInPast,
    GrantIsZero,
    GrantWithoutScopes,
    IntentExpired,
    InvalidLicenseUri,
    LedgerAlreadyOpen,
    LedgerNotFound,
    LicenseAlreadyDefined,
    LicenseNotFound,
    LicenseWithoutLoan,
    LicenseWithoutSeats,
    LoanTooLong,
    NonceAlreadyUsed,
    NotAnchorer,
    RegistrarNotLive,
    ResourceIsWithdrawn,
    SeatOutOfRange,
    SeatTaken,
    StewardNotAccredited,
)
from ledger_service.domain.errors import (
    GrantAlreadyRevoked,
    GrantNotFound,
    InvalidCid,
    ResourceAlreadyRegistered,
    ResourceNotFound,
)
from ledger_service.domain.intent import (
    AnchorCheckpoint,
    DefineLicense,
    Intent,
    IssueGrant,
    RegisterResource,
    RevokeGrant,
)
from ledger_service.domain.license import UNLIMITED_SEATS

CONTRACTS = (
    "StewardRegistry",
    "LicenseRegistry",
    "ResourceRegistry",
    "AccessGrants",
    "CheckpointAnchor",
)
NOTHING_YET = (0, "00" * 32)


class Emitted(NamedTuple):
    """An event before it has a place in a block."""

    contract: str
    name: str
    subject: str
    arguments: dict[str, str | int | bool]

    def folded(self, total: tuple[int, str]) -> tuple[int, str]:
        """Return the contract's count and accumulator after this event."""
        content = json.dumps([self.name, self.subject, self.arguments], sort_keys=True).encode()
        step = bytes.fromhex(total[1]) + hashlib.sha256(content).digest()
        return total[0] + 1, hashlib.sha256(step).hexdigest()


class Terms(NamedTuple):
    uri: str
    policy: str
    seats: int
    loan: int
    self_service: bool

    @property
    def id(self) -> str:
        """Return what LicenseRegistry computes: SHA-256 over five words."""
        numbers = (self.seats, self.loan, int(self.self_service))
        words = hashlib.sha256(self.uri.encode()).digest() + bytes.fromhex(self.policy)
        return hashlib.sha256(
            words + b"".join(number.to_bytes(32, "big") for number in numbers)
        ).hexdigest()


class HeldGrant(NamedTuple):
    digest: str
    steward: str
    grantee: str
    starts_at: int
    until: int
    scopes: int
    is_revoked: bool = False


class Call(NamedTuple):
    """A signed intent as the contracts get it."""

    intent: Intent
    registrar: str
    anchorer: str
    ledger: str
    nonce: int
    deadline: int


@dataclass
class Contracts:
    """What the contracts hold after some block."""

    accredited: dict[str, bool]
    windows: dict[tuple[str, str], tuple[int, int]]
    licenses: dict[str, Terms]
    registrations: dict[tuple[str, str], tuple[str, str]]  # (state, license)
    grants: dict[str, HeldGrant]
    holders: dict[tuple[str, str, int], str]
    ledgers: dict[str, tuple[str, int, bytes]]
    intent_nonces: dict[int, bool]
    nonces: dict[str, int]
    totals: dict[str, tuple[int, str]]
    emitted: list[Emitted]
    time: int = 0

    @classmethod
    def deployed(cls) -> Contracts:
        """Return the contracts before their first event."""
        totals = dict.fromkeys(CONTRACTS, NOTHING_YET)
        return cls({}, {}, {}, {}, {}, {}, {}, {}, {}, totals, [])

    def copy(self, time: int) -> Contracts:
        """Return the state that the next block starts from."""
        parts = {name: dict(part) for name, part in vars(self).items() if isinstance(part, dict)}
        return replace(self, **parts, emitted=[], time=time)

    def emit(self, contract: str, name: str, subject: str, **arguments: str | int | bool) -> None:
        """Append an event and fold it into the contract's accumulator."""
        event = Emitted(contract, name, subject, arguments)
        self.totals[contract] = event.folded(self.totals[contract])
        self.emitted.append(event)

    # ---- what the admin and registrars do by themselves -------------------------------------------

    def accredit(self, steward: str) -> None:
        self.accredited[steward] = True
        self.emit("StewardRegistry", "StewardAccredited", steward)

    def suspend(self, steward: str) -> None:
        self.accredited[steward] = False
        self.emit("StewardRegistry", "StewardSuspended", steward)

    def add_registrar(self, steward: str, account: str, starts_at: int, until: int) -> None:
        self.windows[steward, account] = (starts_at, until)
        arguments = {"registrar": account, "from": starts_at, "until": until}
        self.emit("StewardRegistry", "RegistrarAdded", steward, **arguments)

    def close_registrar(self, steward: str, account: str, at: int) -> None:
        self.windows[steward, account] = (self.windows[steward, account][0], at)
        self.emit("StewardRegistry", "RegistrarClosed", steward, registrar=account, at=at)

    def open_ledger(self, ledger: str, anchorer: str) -> None:
        if ledger in self.ledgers:
            raise LedgerAlreadyOpen(ledger)
        self.ledgers[ledger] = (anchorer, 0, merkle.EMPTY_ROOT)
        self.emit("CheckpointAnchor", "LedgerOpened", ledger, anchorer=anchorer)

    def set_anchorer(self, ledger: str, anchorer: str) -> None:
        self.ledgers[ledger] = (anchorer, *self.ledgers[ledger][1:])
        self.emit("CheckpointAnchor", "AnchorerChanged", ledger, anchorer=anchorer)

    def withdraw(self, digest: str, steward: str, reason: int) -> None:
        license_id = self._check_active(digest, steward)
        self.registrations[digest, steward] = ("withdrawn", license_id)
        self.emit("ResourceRegistry", "ResourceWithdrawn", digest, steward=steward, reason=reason)

    def supersede(self, digest: str, steward: str, successor: str) -> None:
        license_id = self._check_active(digest, steward)
        self.registrations[digest, steward] = ("superseded", license_id)
        arguments = {"steward": steward, "successor": successor}
        self.emit("ResourceRegistry", "ResourceSuperseded", digest, **arguments)

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
        if call.deadline < self.time:
            raise IntentExpired(f"deadline {call.deadline}, time {self.time}")
        if isinstance(intent, AnchorCheckpoint):
            self._anchor(call.ledger, call.anchorer, intent)
            return
        if call.nonce in self.intent_nonces:
            raise NonceAlreadyUsed(str(call.nonce))
        self.intent_nonces[call.nonce] = True
        if isinstance(intent, RegisterResource):
            self.register(intent, call.registrar)
        elif isinstance(intent, IssueGrant):
            self._issue(intent, call.registrar)
        else:
            self._revoke(intent, call.registrar)

    def define_license(self, terms: Terms) -> None:
        if not 1 <= len(terms.uri.encode()) <= 512:
            raise InvalidLicenseUri(terms.uri)
        if terms.seats == 0:
            raise LicenseWithoutSeats("seats 0")
        if terms.loan == 0:
            raise LicenseWithoutLoan("loan 0")
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

    def register(self, claim: RegisterResource, registrar: str) -> None:
        digest, steward = claim.digest.hex(), claim.steward.hex()
        if claim.cid.codec == 0x55 and claim.cid.digest != claim.digest.value:
            raise InvalidCid("a raw CID has the digest of the resource")
        self._check_registrar(steward, registrar)
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

    def _issue(self, grant: IssueGrant, registrar: str) -> None:
        name, digest, steward = grant.grant.hex(), grant.digest.hex(), grant.steward.hex()
        if name == "00" * 32:
            raise GrantIsZero(name)
        if not grant.scopes:
            raise GrantWithoutScopes(name)
        if name in self.grants:
            raise GrantAlreadyIssued(name)
        self._check_registrar(steward, registrar)
        terms = self.licenses[self._check_active(digest, steward)]
        if grant.until <= self.time:
            raise GrantEndsInPast(f"until {grant.until}, time {self.time}")
        if grant.until - self.time > terms.loan:
            raise LoanTooLong(f"until {grant.until}, latest {self.time + terms.loan}")
        self._take_seat(grant, terms.seats)
        held = HeldGrant(
            digest, steward, grant.grantee.hex(), self.time, grant.until, int(grant.scopes)
        )
        self.grants[name] = held
        arguments = {
            "digest": digest,
            "steward": steward,
            "grantee": held.grantee,
            "scopes": held.scopes,
            "from": held.starts_at,
            "until": held.until,
            "seat": grant.seat,
        }
        self.emit("AccessGrants", "GrantIssued", name, **arguments)

    def _take_seat(self, grant: IssueGrant, seats: int) -> None:
        if grant.seat >= seats:
            raise SeatOutOfRange(f"seat {grant.seat} of {seats}")
        if seats == UNLIMITED_SEATS:
            return
        place = grant.digest.hex(), grant.steward.hex(), grant.seat
        holder = self.grants.get(self.holders.get(place, ""))
        if holder is not None and self.time < holder.until and not holder.is_revoked:
            raise SeatTaken(f"seat {grant.seat}")
        self.holders[place] = grant.grant.hex()

    def _revoke(self, intent: RevokeGrant, registrar: str) -> None:
        name = intent.grant.hex()
        held = self.grants.get(name)
        if held is None:
            raise GrantNotFound(name)
        if not self._is_live(held.steward, registrar):
            raise RegistrarNotLive(registrar)
        if held.is_revoked:
            raise GrantAlreadyRevoked(name)
        self.grants[name] = held._replace(is_revoked=True)
        self.emit("AccessGrants", "GrantRevoked", name, at=self.time)

    def _anchor(self, ledger: str, anchorer: str, anchor: AnchorCheckpoint) -> None:
        if ledger not in self.ledgers:
            raise LedgerNotFound(ledger)
        account, size, root = self.ledgers[ledger]
        if account != anchorer:
            raise NotAnchorer(anchorer)
        if anchor.size <= size:
            raise CheckpointSizeNotLarger(f"latest {size}, given {anchor.size}")
        merkle.check_consistency(size, root, anchor.size, anchor.root, anchor.proof)
        self.ledgers[ledger] = (account, anchor.size, anchor.root)
        self.emit(
            "CheckpointAnchor",
            "CheckpointAnchored",
            ledger,
            size=anchor.size,
            root=anchor.root.hex(),
        )

    def _check_active(self, digest: str, steward: str) -> str:
        state, license_id = self.registrations.get((digest, steward), ("none", ""))
        if state == "none":
            raise ResourceNotFound(digest)
        if state == "withdrawn":
            raise ResourceIsWithdrawn(digest)
        return license_id

    def _check_registrar(self, steward: str, account: str) -> None:
        if not self.accredited.get(steward, False):
            raise StewardNotAccredited(steward)
        if not self._is_live(steward, account):
            raise RegistrarNotLive(account)

    def _is_live(self, steward: str, account: str) -> bool:
        starts_at, until = self.windows.get((steward, account), (0, 0))
        return starts_at <= self.time < until
