"""See a consortium as this library knows it: members, council, and what the council did; anybody may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from ledger_service.domain.chain.block import Block
from ledger_service.domain.consortium.act import Act, act_of_event
from ledger_service.domain.consortium.charter import MOST_MEMBERS, Charter
from ledger_service.domain.consortium.council_state import CouncilState
from ledger_service.domain.errors import InvalidCheckpoint, InvalidCheckpointSignature
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.ledger.checkpoint import Checkpoint, CheckSignature
from ledger_service.domain.publication.cosignature import WitnessKey, cosignatures_of
from ledger_service.domain.reasons import Reason
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.publication import Mirrored
from ledger_service.services.consortium.alarms import list_alarms
from ledger_service.services.consortium.copy_members import mirror_of
from ledger_service.services.consortium.list_members import KnownMember, charter_of, list_members
from ledger_service.services.consortium.member_policy import witness_keys
from ledger_service.services.library import Library
from reading_room.consortium.ports import CouncilTables
from reading_room.consortium.rules import names_of

Tables = Callable[[Any], CouncilTables]
"""Makes the room's tables of a connection."""
MOST_EVENTS = 5000  # of the council, from which its state is made


@dataclass(frozen=True)
class ShownMember:
    """A member. size: entries under its newest checkpoint that is known here, None if none is.

    signed_by: the other members whose witness signed that checkpoint, each checked. copy: of its ledger here.
    alarms: what is wrong with it, as this library sees it.
    """

    known: KnownMember
    size: int | None
    signed_by: tuple[StewardId, ...]
    copy: Mirrored | None
    alarms: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class SeenCouncil:
    """as_of: the block up to which its events were read."""

    state: CouncilState
    as_of: Block


@dataclass(frozen=True)
class ToldAct:
    """An act of an admin that an event tells of. at: of its block, seconds; transaction: 64 hex."""

    act: Act
    block: int
    at: int
    transaction: str


def show_charter(library: Library) -> Charter:
    """Return the charter; raise NoConsortium for a library that is alone."""
    return charter_of(library)


def show_members(library: Library) -> list[ShownMember]:
    """Return the members, in the order in which they were accredited; raise NoConsortium."""
    charter_of(library)
    members, alarms = list_members(library), list_alarms(library)
    shown = [_shown(library, one, members) for one in members]
    return [
        replace(
            one,
            alarms=tuple(
                alarm.reason for alarm in alarms if alarm.steward == one.known.member.steward
            ),
        )
        for one in shown
    ]


def show_council(library: Library, tables: Tables) -> SeenCouncil | None:
    """Return the council as it was read last.

    None if it was not read yet, or the admin is no council of ours. Raises NoConsortium.
    """
    charter = charter_of(library)
    with library.store.read() as transaction:
        council = transaction.room(tables)
        read_to = council.read_to()
        if read_to is None or read_to.charter != charter.digest:
            return None
        return SeenCouncil(CouncilState.of(council.newest(MOST_EVENTS)), read_to.block)


def list_acts(library: Library, request: PageRequest) -> Page[ToldAct]:
    """Return what the council did, as events of the contracts tell, the newest first; raise NoConsortium."""
    charter_of(library)
    with library.store.read() as transaction:
        found = transaction.chain_index.acts(request)
    told = []
    for event in found.items:
        act = act_of_event(event)
        if act is not None:
            told.append(ToldAct(act, event.block, event.block_time, event.transaction))
    return Page(told, found.next)


def names_here(library: Library) -> dict[str, str]:
    """Return what stewards and ledgers are called, as members say, and by accounts whose they are."""
    names = names_of(one.member for one in list_members(library))
    with library.store.read() as transaction:
        added = transaction.chain_index.events_named(["AgentAdded"], list(names))
    return names | {event.text("agent"): names[event.text("steward")] for event in added}


def _shown(library: Library, known: KnownMember, members: list[KnownMember]) -> ShownMember:
    copy = None if known.is_own else mirror_of(library, known.member.steward)
    note = _newest(library, known, copy)
    if note is None:
        return ShownMember(known, None, (), copy)
    others = [one for one in members if one.member.steward != known.member.steward]
    keys = {key: one.member.steward for one, key in witness_keys(others)}
    try:
        held = _signers(note, tuple(keys), library.check_signature)
        size = Checkpoint.of_note(note).size
    except (InvalidCheckpoint, InvalidCheckpointSignature):
        return ShownMember(known, None, (), copy)
    signed = dict.fromkeys(keys[key] for key in held)
    return ShownMember(known, size, tuple(signed), copy)


@lru_cache(maxsize=2 * MOST_MEMBERS)
def _signers(
    note: str, keys: tuple[WitnessKey, ...], check_signature: CheckSignature
) -> tuple[WitnessKey, ...]:
    """Return who cosigned. Anybody may look at any time, and for the next one it is checked already."""
    return tuple(one.key for one in cosignatures_of(note, keys, check_signature))


def _newest(library: Library, known: KnownMember, copy: Mirrored | None) -> str | None:
    """Return the note of the newest checkpoint of a member's ledger that is known here."""
    if not known.is_own and copy is None:
        return None
    store = library.store if copy is None else library.mirrors.store(copy.id)
    with store.read() as transaction:
        signed = transaction.checkpoints.latest()
    return None if signed is None else signed.note
