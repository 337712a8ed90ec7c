"""Name the members of a consortium that signed two histories, by proofs that an audited service hands out.

The service is believed in nothing. A proof counts if both notes are signed by one key and contradict each
other, and if the key is a member's: its announcement is signed by that key and by an account that the chain
has as the member's registrar, and the chain has the ledger as the member's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger_service.domain.chain.history import ChainHistory
from ledger_service.domain.chain.roles import REGISTRAR
from ledger_service.domain.consortium.alarm import AlarmKind
from ledger_service.domain.consortium.member import Announcement, CheckAccount, Member
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.ledger.checkpoint import Checkpoint, CheckSignature
from ledger_service.domain.publication.fork_proof import ForkProof
from ledger_service.domain.reasons import Reason

MOST_ALARMS = 1000  # that are looked at


def forked_members(
    told: Any, history: ChainHistory, check_signature: CheckSignature, check_account: CheckAccount
) -> list[Reason]:
    """Return who signed two histories. told: what a service's list of alarms is, a stranger's JSON."""
    found: dict[str, Reason] = {}
    for evidence, announcement in _forks(told):
        try:
            announced = Announcement.parse(announcement)
            announced.check(check_signature, check_account)
            proof, member = ForkProof.parse(evidence), announced.member
            proof.check(member.key, check_signature)
        except LedgerError:
            continue
        if _is_members(history, member):
            found[member.key.name] = Reason(
                "member-forked",
                {
                    "name": member.name,
                    "origin": member.key.name,
                    "smaller": Checkpoint.of_note(proof.smaller).size,
                    "larger": Checkpoint.of_note(proof.larger).size,
                },
            )
    return list(found.values())


def _forks(told: Any) -> Iterator[tuple[str, str]]:
    for one in told[:MOST_ALARMS] if isinstance(told, list) else []:
        if not isinstance(one, dict) or one.get("kind") != AlarmKind.FORK:
            continue
        evidence, announcement = one.get("evidence"), one.get("announcement")
        if isinstance(evidence, str) and isinstance(announcement, str):
            yield evidence, announcement


def _is_members(history: ChainHistory, member: Member) -> bool:
    """Return whether the chain has the account as the steward's registrar then, and the ledger as its own."""
    window = history.agents.get(member.registrar)
    return (
        window is not None
        and (window.steward, window.role) == (member.steward, REGISTRAR)
        and window.starts_at <= member.at < window.until
        and history.ledger_stewards.get(member.ledger) == member.steward
    )
