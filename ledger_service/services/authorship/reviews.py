"""Write what one thinks of a work: open at once, or committed now and opened later (blind).

The ledger attests the digest when it is written, so that nobody can change or date it afterwards. Who opens
a blind one is who wrote it; nobody else has its text.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.authorship.author import SALT_BYTES, Name, checked_name
from ledger_service.domain.authorship.review import Review, ReviewKind, checked_text
from ledger_service.domain.content.sealing import small_bound_to
from ledger_service.domain.errors import OverLimit, ReviewNotFound, StatementClosed
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.ports.authorship import KeptReview
from ledger_service.ports.store import Transaction
from ledger_service.services.content.seal_small import new_small_key, open_small, seal_small
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import show_resource

MOST_A_DAY = 10  # of one reader
MOST_SHOWN = 200  # of one work
DAY_SECONDS = 86_400
_PURPOSE = "review"


@dataclass(frozen=True)
class ShownReview:
    """A review as it is shown. text: None as long as it is blind, but to who wrote it.

    name: as they chose to show it; None while it is blind, and once they were erased.
    """

    digest: Digest
    resource: Digest
    kind: ReviewKind
    entry: int
    made_at: int
    opened_at: int | None
    text: str | None
    name: Name | None


def write_review(
    library: Library,
    caller: Caller,
    resource: Digest,
    kind: ReviewKind,
    text: str,
    name: str,
    *,
    is_blind: bool,
) -> Digest:
    """Return the digest of what the caller says of a registered work, which the ledger attests.

    Raises:
        InvalidAuthors: the text or the name is none. ResourceNotFound: the library does not have the work.
        OverLimit: the caller wrote as much today.
    """
    reach(caller, Permission.REVIEW_WRITE)
    show_resource(library, resource)
    now = library.clock()
    who = Name(checked_name(name), secrets.token_bytes(SALT_BYTES))
    salt = secrets.token_bytes(SALT_BYTES)
    told = checked_text(text)
    made = Review(kind, resource, told, who.commitment(), library.key.name, now, salt)
    wrapped = new_small_key(library.keeper, _bound(library, made.digest))
    plain = {"name": who.text, "salt": who.salt.hex(), "body": made.format().decode()}
    sealed = _seal(library, made.digest, wrapped, plain)
    with library.store.write() as transaction:
        _check_count(transaction, caller, now)
        statement = kind.statement
        entry, _ = append_statement(transaction, statement, made.digest, made.attester, now)
        kept = KeptReview(made.digest, resource, kind.value, entry, now, None, caller.subject)
        kept = replace(kept, wrapped_key=wrapped, sealed=sealed)
        if not is_blind:
            kept = replace(kept, opened_at=now, body=made.format())
        transaction.reviews.add(kept)
    return made.digest


def open_review(library: Library, caller: Caller, digest: Digest) -> None:
    """Make the caller's blind review public, with their name.

    Raises:
        ReviewNotFound: there is none, or somebody else wrote it. StatementClosed: it is open.
    """
    reach(caller, Permission.REVIEW_WRITE)
    with library.store.write() as transaction:
        kept = transaction.reviews.find(digest)
        if kept is None or kept.reader != caller.subject:
            raise ReviewNotFound()
        if kept.body is not None:
            raise StatementClosed("opened")
        body = str(_opened(library, kept)["body"]).encode()
        transaction.reviews.keep(replace(kept, opened_at=library.clock(), body=body))


def own_reviews(library: Library, caller: Caller) -> list[ShownReview]:
    """Return what the caller wrote, newest first, also what is blind to others."""
    reach(caller, Permission.REVIEW_WRITE)
    with library.store.read() as transaction:
        found = transaction.reviews.of_reader(caller.subject)
    return [_shown(library, kept, is_own=True) for kept in found]


def reviews_of(library: Library, resource: Digest) -> list[ShownReview]:
    """Return what was written of a work, oldest first; of blind ones only that they are there."""
    with library.store.read() as transaction:
        found = transaction.reviews.of_resource(resource, MOST_SHOWN)
    return [_shown(library, kept, is_own=False) for kept in found]


def standings_of(library: Library, resource: Digest, most: int) -> list[KeptReview]:
    """Return what was written of a work as it is kept, oldest first: nothing is unsealed."""
    with library.store.read() as transaction:
        return transaction.reviews.of_resource(resource, most)


def review_body(library: Library, digest: Digest) -> bytes:
    """Return the bytes that the ledger attests; raise ReviewNotFound while they are blind."""
    with library.store.read() as transaction:
        kept = transaction.reviews.find(digest)
    if kept is None or kept.body is None:
        raise ReviewNotFound()
    return kept.body


def export_reviews(library: Library, reader: str) -> list[dict[str, object]]:
    """Return what a reader wrote, as JSON has it."""
    with library.store.read() as transaction:
        found = transaction.reviews.of_reader(reader)
    shown = [_shown(library, kept, is_own=True) for kept in found]
    return [
        {
            "digest": one.digest.hex(),
            "resource": one.resource.hex(),
            "kind": one.kind.value,
            "made_at": one.made_at,
            "opened_at": one.opened_at,
            "text": one.text,
            "name": None if one.name is None else one.name.text,
        }
        for one in shown
    ]


def _shown(library: Library, kept: KeptReview, *, is_own: bool) -> ShownReview:
    text, name = None, None
    if kept.sealed is not None and (is_own or kept.body is not None):
        told = _opened(library, kept)
        text = Review.parse(str(told["body"]).encode()).text
        name = Name(str(told["name"]), bytes.fromhex(told["salt"]))
    elif kept.body is not None:
        text = Review.parse(kept.body).text
    return ShownReview(
        kept.digest,
        kept.resource,
        ReviewKind(kept.kind),
        kept.entry,
        kept.made_at,
        kept.opened_at,
        text,
        name,
    )


def _check_count(transaction: Transaction, caller: Caller, now: int) -> None:
    own = transaction.reviews.of_reader(caller.subject)
    if sum(kept.made_at > now - DAY_SECONDS for kept in own) >= MOST_A_DAY:
        raise OverLimit("reviews", most=MOST_A_DAY)


def _seal(library: Library, digest: Digest, wrapped: bytes, plain: dict[str, str]) -> bytes:
    data = canonical_json.canonicalize(plain)
    return seal_small(library.keeper, wrapped, _bound(library, digest), data, _PURPOSE)


def _opened(library: Library, kept: KeptReview) -> dict[str, Any]:
    assert kept.wrapped_key is not None
    assert kept.sealed is not None
    bound = _bound(library, kept.digest)
    data = open_small(library.keeper, kept.wrapped_key, bound, kept.sealed, _PURPOSE)
    told: dict[str, Any] = canonical_json.parse(data)
    return told


def _bound(library: Library, digest: Digest) -> bytes:
    return small_bound_to(library.key.name, _PURPOSE, digest.hex())
