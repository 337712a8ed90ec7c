"""Attest a statement: the ledger holds its digest, its type and who makes it, and nothing of its text."""

from __future__ import annotations

from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.identifiers import Commitment, Digest, StewardId
from ledger_service.domain.ledger.entry import BY_WORD, Facts, StatementType
from ledger_service.domain.ledger.statement import Statement
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.append_entry import append_once
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act


def attest_statement(
    library: Library,
    caller: Caller,
    kind: StatementType,
    statement: Digest,
    attester: StewardId | Commitment,
) -> Statement:
    """Return the statement, which the ledger attests; the same again has the entry that it has.

    attester: the steward, or a commitment to whoever else makes the statement.
    """
    check_permitted(caller, Permission.STATEMENT_ATTEST)
    if kind not in BY_WORD:
        raise InvalidInput("stated-by-itself")
    with library.store.write() as transaction:
        now = library.clock()
        index, is_new = append_statement(transaction, kind, statement, attester, now)
        if is_new:
            record_act(transaction, caller, now, ActKind.ATTESTED, statement, index)
        found = Statement.of(index, transaction.ledger.entries(index, 1)[0])
        assert found is not None  # by its kind
        return found


def append_statement(
    transaction: Transaction,
    kind: StatementType,
    statement: Digest,
    attester: StewardId | Commitment,
    now: int,
) -> tuple[int, bool]:
    """Return the index of the entry that attests a statement, and whether it is new."""
    facts = statement_facts(kind, statement, attester)
    return append_once(transaction, "attested", facts, {}, now)


def statement_facts(
    kind: StatementType, statement: Digest, attester: StewardId | Commitment
) -> Facts:
    """Return what an entry says that attests a statement."""
    return {"type": kind.value, "statement": statement.hex(), "attester": attester.hex()}
