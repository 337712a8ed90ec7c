"""What an intent does to what the library knows once the chain has taken it or refused it: a row a kind.

Each story has a table of the rows of its kinds; the loop that runs jobs is handed them all and knows none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.chain.intent import Wish
from ledger_service.domain.chain_errors import NonceAlreadyUsed
from ledger_service.domain.errors import LedgerError
from ledger_service.ports.store import Transaction

Wanted = TypeVar("Wanted", bound=Wish)


class Place(NamedTuple):
    """Where an effect stands. entry: index of the entry that tells of it, None if none does."""

    entry: int | None
    block: int
    transaction: str


class Refusal(NamedTuple):
    """Why the chain will never take an intent, and since when that is known: seconds."""

    error: LedgerError
    at: int


def nothing(_: Transaction, __: object, ___: object = None) -> None:
    """Change nothing."""


def nowhere(_: Transaction, __: ChainEvent) -> None:
    """Find nothing here that an event changes."""


@dataclass(frozen=True)
class Effect(Generic[Wanted]):
    """The row of a kind of intent.

    apply: once its event stands on chain; again if a fork has moved it. recall: when a fork has taken it
    from the chain. refuse: once the chain will never take it. submit: when a transaction carries it.
    is_over: of an ending only, whether what was to end is over without us and cannot become live again; an
    ending that is not over is never given up. take_up: of a kind that is accepted here before it is signed
    elsewhere, when the signed intent comes. there_already: what the contracts say when an earlier
    transaction, whose outcome was never seen, did it. meant_by: the intent that would have done what an
    event tells of, if that changes something that this library holds.
    """

    apply: Callable[[Transaction, Wanted, Place], None]
    refuse: Callable[[Transaction, Wanted, Refusal], None]
    submit: Callable[[Transaction, Wanted], None] = nothing
    recall: Callable[[Transaction, Wanted], None] = nothing
    is_over: Callable[[Transaction, Wanted, Refusal], bool] | None = None
    take_up: Callable[[Transaction, Wanted], None] | None = None
    there_already: tuple[type[LedgerError], ...] = ()
    meant_by: Callable[[Transaction, ChainEvent], Wanted | None] = nowhere


EffectTable = Mapping[type[Wish], Effect[Any]]


class Effects:
    """The rows of all kinds.

    Args:
        tables: of the stories, which have no kind in common.
    """

    def __init__(self, *tables: EffectTable) -> None:
        self._rows = {kind: row for table in tables for kind, row in table.items()}
        # Anyone may have carried there what was signed elsewhere, and used its nonce up.
        self.there_already: tuple[type[LedgerError], ...] = (
            NonceAlreadyUsed,
            *(error for row in self._rows.values() for error in row.there_already),
        )

    def meant_by(self, transaction: Transaction, event: ChainEvent) -> Wish | None:
        """Return the wish that would have done what an event tells of; None if nothing here changes."""
        rows = [row for kind, row in self._rows.items() if event.name == kind.EVENT]
        meant = (row.meant_by(transaction, event) for row in rows)
        return next((wish for wish in meant if wish is not None), None)

    def of(self, wish: Wish) -> Effect[Any]:
        """Return the row of a wish's kind."""
        return self._rows[type(wish)]

    def kinds(self) -> set[type[Wish]]:
        """Return the kinds that have a row."""
        return set(self._rows)
