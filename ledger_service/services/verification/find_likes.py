"""Find what of a library a file is like that nobody has registered."""

from __future__ import annotations

from collections.abc import Sequence

from ledger_service.domain.identifiers import CopyId, Digest
from ledger_service.domain.lending.lent_copy import LentCopy
from ledger_service.domain.verification.likeness import Hint, Like, Likeness
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import find_title


def find_likes(library: Library, file: Digest, likes: Sequence[Like]) -> list[Hint]:
    """Return those that the library holds, as they are given; a copy that it lent comes first.

    Of a copy, by its number or by its bytes, it is told what it was made of, and never for whom.
    """
    numbers = [CopyId(like.digest.value) for like in likes if like.likeness is Likeness.COPY]
    with library.store.read() as transaction:
        copies = [transaction.copies.of_file(file), *map(transaction.copies.find, numbers)]
        lent = dict.fromkeys(_made_of(transaction, copy) for copy in copies if copy is not None)
    others = [like for like in likes if like.likeness is not Likeness.COPY]
    asked = [*(Like(Likeness.COPY, digest) for digest in lent), *others]
    found = ((like, find_title(library, like.digest)) for like in asked)
    return [Hint(like, title) for like, title in found if title is not None]


def _made_of(transaction: Transaction, copy: LentCopy) -> Digest:
    grant = transaction.grants.find(copy.grant)
    assert grant is not None  # grants are never deleted
    return grant.digest
