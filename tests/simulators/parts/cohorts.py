"""Cohorts in the contracts in memory. Source: contracts/Cohorts.sol, contracts/AccessGrants.sol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_service.domain.chain.intent import ClaimGrant, CloseCohort, GrantCohort
from ledger_service.domain.chain.roles import REGISTRAR
from ledger_service.domain.chain_errors import (
    CohortAlreadyClaimed,
    CohortAlreadyGranted,
    CohortNotOpen,
    GrantEndsInPast,
    RegistrarNotLive,
    StewardNotAccredited,
)
from ledger_service.domain.ledger import merkle

if TYPE_CHECKING:
    from tests.simulators.contracts import Contracts


def grant_cohort(state: Contracts, intent: GrantCohort, registrar: str) -> None:
    """Let the members of a cohort claim, or raise the twin of the contract's refusal."""
    digest, steward, name = intent.digest.hex(), intent.steward.hex(), intent.cohort.hex()
    state.check_registrar(steward, registrar)
    if intent.until <= state.time:
        raise GrantEndsInPast("on-chain", values=f"until {intent.until}, time {state.time}")
    state.check_active(digest, steward)
    if name in state.cohorts:
        raise CohortAlreadyGranted("on-chain", values=name)
    state.cohorts[name] = True
    arguments: dict[str, str | int | bool] = {
        "digest": digest,
        "steward": steward,
        "root": intent.root.hex(),
        "size": intent.size,
        "scopes": int(intent.scopes),
        "until": intent.until,
    }
    state.emit("AccessGrants", "CohortGranted", name, **arguments)


def close_cohort(state: Contracts, intent: CloseCohort, registrar: str) -> None:
    """Let nobody claim any more."""
    name = intent.cohort.hex()
    if state.role(intent.steward.hex(), registrar) != REGISTRAR:
        raise RegistrarNotLive(registrar)
    if not state.cohorts.get(name, False):
        raise CohortNotOpen("on-chain", values=name)
    state.cohorts[name] = False
    state.emit("AccessGrants", "CohortClosed", name)


def claim(state: Contracts, intent: ClaimGrant) -> None:
    """Issue the grant of one member, whoever sends it."""
    name = intent.cohort.hex()
    if state.time >= intent.until or not state.cohorts.get(name, False):
        raise CohortNotOpen("on-chain", values=name)
    if (name, intent.index) in state.claims:
        raise CohortAlreadyClaimed("on-chain", values=f"{name}, {intent.index}")
    leaf = merkle.leaf_hash(intent.grantee.value)
    merkle.check_inclusion(leaf, intent.index, intent.size, intent.hashes, intent.root)
    if not state.accredited.get(intent.steward.hex(), False):
        raise StewardNotAccredited(intent.steward.hex())
    terms = state.licenses[state.check_active(intent.digest.hex(), intent.steward.hex())]
    state.hand_out(intent, min(intent.until, state.time + terms.loan), terms)
    grant = intent.grant.hex()
    state.claims[name, intent.index] = grant
    state.emit("AccessGrants", "CohortClaimed", name, grant=grant, index=intent.index)
