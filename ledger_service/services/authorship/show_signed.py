"""Show anybody what all authors of a work signed, and hand out the file by which it is checked offline."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ledger_service.domain.authorship.author import Name
from ledger_service.domain.authorship.signed_statement import SignedStatement, StatementFile
from ledger_service.domain.errors import StatementNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger import merkle
from ledger_service.ports.authorship import KeptPlace, KeptStatement
from ledger_service.services.authorship.check_signatures import (
    CheckedStatement,
    SignatureState,
    SignedByKey,
    check_signatures,
)
from ledger_service.services.authorship.sealed_parts import open_said
from ledger_service.services.library import Library


@dataclass(frozen=True)
class SignedWork:
    """A statement that all authors of a work signed.

    entry: the one by which the ledger attests it; names: of the authors, None where one was erased.
    states: of their signatures, checked here. is_accepted: a registrar accepted them as the authors.
    """

    signed: SignedStatement
    digest: Digest
    entry: int
    names: tuple[Name | None, ...]
    states: tuple[SignatureState, ...]
    is_accepted: bool

    @property
    def is_signed_by_all(self) -> bool:
        """Whether every signature was checked here and holds."""
        return all(state is SignatureState.HOLDS for state in self.states)


def signed_works(library: Library, work: Digest) -> list[SignedWork]:
    """Return what all authors of a work signed, the oldest statement first; nothing for most works."""
    with library.store.read() as transaction:
        found = transaction.authors.signed_of(work)
        placed = [(kept, transaction.authors.places(kept.id)) for kept in found]
    return [signed_work(library, kept, places) for kept, places in placed]


def statement_file(library: Library, digest: Digest) -> StatementFile:
    """Return the file of a statement by the digest that the ledger attests.

    Raises:
        StatementNotFound: no statement of authors has it.
    """
    with library.store.read() as transaction:
        kept = transaction.authors.attested_as(digest.value)
        places = [] if kept is None else transaction.authors.places(kept.id)
    if kept is None or kept.signed is None or kept.entry is None:
        raise StatementNotFound()
    names = _names(library, places)
    return StatementFile(SignedStatement.parse(kept.signed), names, _proof(library, kept.entry))


def signed_work(library: Library, kept: KeptStatement, places: list[KeptPlace]) -> SignedWork:
    """Return what all have signed of a statement that the ledger attests."""
    assert kept.signed is not None  # by the question
    assert kept.entry is not None
    signed, checked = _checked(kept.signed, library.chain.is_signed_by_key)
    names = _names(library, places)
    return SignedWork(
        signed, Digest.of(kept.signed), kept.entry, names, checked.states, kept.is_accepted
    )


@lru_cache(maxsize=64)
def _checked(signed: bytes, by_key: SignedByKey) -> tuple[SignedStatement, CheckedStatement]:
    """Return a statement and what was found of its signatures: of the same bytes always the same.

    A page asks more than once.
    """
    statement = SignedStatement.parse(signed)
    return statement, check_signatures(statement, by_key)


def _names(library: Library, places: list[KeptPlace]) -> tuple[Name | None, ...]:
    return tuple(open_said(library, place).name for place in places)


def _proof(library: Library, index: int) -> dict[str, Any] | None:
    """Return what proves an entry, as `/api/v1/resources/{digest}/proof` does; None before its anchor."""
    quick = library.store.quick
    checkpoint = quick.anchored_above(index)
    if checkpoint is None:
        return None
    hashes = merkle.inclusion_proof(index, checkpoint.size, quick.read_nodes)
    return {
        "block": checkpoint.block,
        "checkpoint": checkpoint.note,
        "entry": quick.entry(index).decode(),
        "index": index,
        "proof": [one.hex() for one in hashes],
        "transaction": checkpoint.transaction,
    }
