"""Record who of the library's people did something, in the transaction that does it; readers never."""

from __future__ import annotations

from collections.abc import Iterable

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.act import Act, ActKind, runs
from ledger_service.domain.people.caller import Actor, Caller
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
        transaction.acts.add(caller.subject, at, [Act(kind, str(about), entry, entries)])


def record_kept(transaction: Transaction, holder: str, at: int, digest: Digest, entry: int) -> None:
    """Record by whom the bytes came that this entry says to be kept."""
    transaction.acts.add(holder, at, [Act(ActKind.ATTESTED, digest.hex(), entry, 1)])


def record_taken(
    transaction: Transaction, holder: str, at: int, entries: Iterable[int], about: str = ""
) -> None:
    """Record whose claims these entries took in: a row for all that follow one another.

    holder: the colleague's name; entries: their indexes, rising; about: the import that they came by.
    """
    acts = [Act(ActKind.REGISTERED, about, *run) for run in runs(entries)]
    if acts:
        transaction.acts.add(holder, at, acts)
