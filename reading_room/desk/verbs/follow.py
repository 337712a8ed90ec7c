"""See how far registrations have come: accepted, registered, anchored, or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import (
    STATES_BEFORE_CHAIN,
    Registration,
    RegistrationState,
    Route,
)
from ledger_service.services.library import Library


@dataclass(frozen=True)
class Progress:
    """How far this library's registration of a digest has come.

    entry: the newest that tells of it; is_anchored: whether a checkpoint on chain covers that; rejection:
    why the chain refused it, as it is stored.
    """

    digest: Digest
    state: RegistrationState
    entry: int
    is_anchored: bool
    rejection: str | None

    @property
    def is_final(self) -> bool:
        """Whether nothing more is to come by itself."""
        is_under_way = self.state in (*STATES_BEFORE_CHAIN, RegistrationState.DISPUTED)
        return self.state is RegistrationState.REJECTED or (self.is_anchored and not is_under_way)


def progress_of(library: Library, digests: Sequence[Digest]) -> list[Progress]:
    """Return the progress of those of these digests that this library has registered, in their order."""
    with library.store.read() as transaction:
        anchored = transaction.checkpoints.latest_anchored()
        size = 0 if anchored is None else anchored.size
        found = [transaction.registrations.find(digest, library.steward) for digest in digests]
    return [_progress(item, size) for item in found if item is not None]


def _progress(item: Registration, anchored_size: int) -> Progress:
    newest = item.accepted_entry if item.registered_entry is None else item.registered_entry
    # In bulk, nothing more is written until a grant or a change needs the chain.
    is_told = item.registered_entry is not None or item.route is Route.BULK
    state = item.state
    if item.route is Route.BULK and state is RegistrationState.ACCEPTED and newest < anchored_size:
        state = RegistrationState.REGISTERED
    return Progress(item.digest, state, newest, is_told and newest < anchored_size, item.rejection)
