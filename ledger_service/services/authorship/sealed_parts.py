"""What is kept sealed of a statement and of each author, under a random key of its own for each of them.

Where an author is erased their key is deleted, so that nobody reads their name any more; statement and
signatures stay, which hold a commitment to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.authorship.author import Author, AuthorKey, Name
from ledger_service.domain.authorship.authors_statement import AuthorsStatement
from ledger_service.domain.authorship.credit import CreditRole, roles_of
from ledger_service.domain.content.sealing import small_bound_to
from ledger_service.ports.authorship import KeptPlace, KeptStatement
from ledger_service.services.content.seal_small import new_small_key, open_small, seal_small
from ledger_service.services.library import Library

STATEMENT, AUTHOR, FILE = "authors", "author", "authors file"


@dataclass(frozen=True)
class Said:
    """What one author said of themselves. credential: of a passkey, as the browser names it; "" else."""

    roles: tuple[CreditRole, ...] = ()
    share: int | None = None
    name: Name | None = None
    key: AuthorKey | None = None
    credential: str = ""

    def author(self) -> Author:
        """Return what the statement says of this author, who has accepted."""
        assert self.name is not None
        assert self.key is not None
        return Author.of(self.name, self.key, self.roles, self.share)


def statement_key(library: Library, statement: str) -> bytes:
    """Return a new wrapped key for a statement of this id."""
    return new_small_key(library.keeper, _bound(library, STATEMENT, statement))


def seal_statement(
    library: Library, kept: KeptStatement, title: str, fixed: AuthorsStatement | None = None
) -> KeptStatement:
    """Return the statement with what it says sealed: its title and, once it is fixed, its bytes."""
    told = {"title": title, "fixed": None if fixed is None else fixed.format().decode()}
    plain = canonical_json.canonicalize(told)
    bound = _bound(library, STATEMENT, kept.id)
    sealed = seal_small(library.keeper, kept.wrapped_key, bound, plain, STATEMENT)
    return replace(kept, sealed=sealed)


def open_statement(library: Library, kept: KeptStatement) -> tuple[str, AuthorsStatement | None]:
    """Return a statement's title, and what is signed, once that is fixed."""
    bound = _bound(library, STATEMENT, kept.id)
    told = canonical_json.parse(
        open_small(library.keeper, kept.wrapped_key, bound, kept.sealed, STATEMENT)
    )
    fixed = told["fixed"]
    return str(told["title"]), None if fixed is None else AuthorsStatement.parse(fixed.encode())


def seal_file(library: Library, kept: KeptStatement, data: bytes) -> bytes:
    """Return the bytes of a statement's work, sealed."""
    bound = _bound(library, STATEMENT, kept.id)
    return seal_small(library.keeper, kept.wrapped_key, bound, data, FILE)


def open_file(library: Library, kept: KeptStatement, sealed: bytes) -> bytes:
    """Return the bytes of a statement's work."""
    bound = _bound(library, STATEMENT, kept.id)
    return open_small(library.keeper, kept.wrapped_key, bound, sealed, FILE)


def seal_said(library: Library, place: KeptPlace, said: Said) -> KeptPlace:
    """Return a place with what its author said, sealed under the author's key, which is made now."""
    name, key = said.name, said.key
    told = {
        "roles": [role.value for role in said.roles],
        "share": said.share,
        "name": None if name is None else {"text": name.text, "salt": name.salt.hex()},
        "key": None if key is None else key.to_json(),
        "credential": said.credential,
    }
    bound = _bound(library, AUTHOR, f"{place.statement}-{place.place}")
    wrapped = place.wrapped_key or new_small_key(library.keeper, bound)
    plain = canonical_json.canonicalize(told)
    sealed = seal_small(library.keeper, wrapped, bound, plain, AUTHOR)
    return replace(place, wrapped_key=wrapped, sealed=sealed)


def open_said(library: Library, place: KeptPlace) -> Said:
    """Return what an author said; nothing of one who was erased."""
    if place.wrapped_key is None or place.sealed is None:
        return Said()
    bound = _bound(library, AUTHOR, f"{place.statement}-{place.place}")
    told: dict[str, Any] = canonical_json.parse(
        open_small(library.keeper, place.wrapped_key, bound, place.sealed, AUTHOR)
    )
    name, key = told["name"], told["key"]
    return Said(
        roles_of(told["roles"]),
        told["share"],
        None if name is None else Name(name["text"], bytes.fromhex(name["salt"])),
        None if key is None else AuthorKey.from_json(key),
        told["credential"],
    )


def _bound(library: Library, kind: str, name: str) -> bytes:
    return small_bound_to(library.key.name, kind, name)
