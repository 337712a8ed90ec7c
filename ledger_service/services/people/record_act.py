"""Record who of the library's people did something, in the transaction that does it; readers never."""

from __future__ import annotations

from collections.abc import Iterable

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.act import Act, ActKind, Doer, runs
from ledger_service.domain.people.caller import Actor, ActorClass, Caller, Role
from ledger_service.ports.store import Transaction


def record_act(
    transaction: Transaction,
    caller: Caller,
    at: int,
    kind: ActKind,
    about: object,
    entry: int | None = None,
) -> None:
    """Record one act. at: seconds since 1970 UTC; about: what its text names; entry: that it made."""
    if caller.actor in (Actor.STAFF, Actor.OPERATOR):
        entries = 0 if entry is None else 1
        transaction.acts.add(
            caller.subject, at, [Act(kind, str(about), entry, entries, caller.actor_class)]
        )


def record_kept(transaction: Transaction, doer: Doer, at: int, digest: Digest, entry: int) -> None:
    """Record by whom the bytes came that this entry says to be kept."""
    act = Act(ActKind.ATTESTED, digest.hex(), entry, 1, doer.actor)
    transaction.acts.add(doer.name, at, [act])


def record_taken(
    transaction: Transaction, doer: Doer, at: int, entries: Iterable[int], about: str = ""
) -> None:
    """Record whose claims these entries took in: a row for all that follow one another.

    entries: their indexes, rising; about: the import that they came by.
    """
    acts = [Act(ActKind.REGISTERED, about, *run, doer.actor) for run in runs(entries)]
    if acts:
        transaction.acts.add(doer.name, at, acts)


def doer_of(transaction: Transaction, name: str) -> Doer:
    """Return the colleague of this name, who asked for what is done now; a service, if that is their role."""
    colleague = transaction.colleagues.named(name)
    is_service = colleague is not None and set(colleague.since) == {Role.SERVICE}
    return Doer(name, ActorClass.SERVICE if is_service else ActorClass.STAFF)
