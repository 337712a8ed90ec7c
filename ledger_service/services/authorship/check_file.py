"""Check a file of what authors signed, offline: signatures, the work, and that the ledger attests it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ledger_service.domain.authorship.signed_statement import StatementFile
from ledger_service.domain.errors import InvalidAuthors, LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import CheckSignature, VerifierKey, open_checkpoint
from ledger_service.domain.ledger.entry import Entry, StatementType
from ledger_service.domain.reasons import Reason
from ledger_service.services.authorship.check_signatures import (
    CheckedStatement,
    SignedByKey,
    check_signatures,
)

_MALFORMED = (LedgerError, KeyError, TypeError, ValueError)


@dataclass(frozen=True)
class CheckedFile:
    """What was found. is_work: whether the file at hand is what was signed, None without one.

    entry: index of the entry that attests it, proved; None if that was not or cannot be proved, and then why.
    """

    file: StatementFile
    checked: CheckedStatement
    is_work: bool | None
    entry: int | None
    why: Reason | None

    @property
    def fails(self) -> bool:
        """Whether anything that was checked does not hold."""
        return self.checked.fails or self.is_work is False

    @property
    def is_complete(self) -> bool:
        """Whether all was checked, and holds."""
        return (
            self.checked.is_signed_by_all and self.is_work is not False and self.entry is not None
        )


def check_file(
    data: bytes,
    work: Digest | None,
    by_key: SignedByKey,
    key: VerifierKey | None,
    check_signature: CheckSignature,
) -> CheckedFile:
    """Return what a file of signatures proves.

    Args:
        work: the digest of the file that is said to be signed, None if there is none at hand.
        key: of the ledger, pinned by whoever checks; without one no entry is proved.

    Raises:
        InvalidAuthors: it is no such file, or a name in it is not the one that was signed.
    """
    file = StatementFile.parse(data)
    signed = file.signed
    entry: int | None = None
    why: Reason | None = None
    if key is None:
        why = InvalidAuthors("no-key").reason
    elif file.proof is None:
        why = InvalidAuthors("no-proof").reason
    else:
        try:
            entry = _proved(signed.digest, file.proof, key, check_signature)
        except _MALFORMED as exc:
            cause = exc.reason if isinstance(exc, LedgerError) else InvalidAuthors("form").reason
            why = InvalidAuthors("proof", cause=cause).reason
    is_work = None if work is None else work == signed.statement.digest
    return CheckedFile(file, check_signatures(signed, by_key), is_work, entry, why)


def _proved(
    digest: Digest, proof: dict[str, Any], key: VerifierKey, check_signature: CheckSignature
) -> int:
    """Return the index of the entry; raise what says why it does not prove that the digest is attested."""
    checkpoint = open_checkpoint(str(proof["checkpoint"]), key, check_signature)
    body, index = str(proof["entry"]).encode(), int(proof["index"])
    entry = Entry.parse(body)
    told = (entry.kind, entry.facts.get("type"), entry.facts.get("statement"))
    if told != ("attested", StatementType.COSIGNATURE.value, digest.hex()):
        raise InvalidAuthors("other-entry")
    hashes = [bytes.fromhex(item) for item in proof["proof"]]
    leaf = merkle.leaf_hash(body)
    merkle.check_inclusion(leaf, index, checkpoint.size, hashes, checkpoint.root)
    return index
