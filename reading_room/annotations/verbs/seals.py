"""Seal annotations, and open them: private ones under the reader's key, those of groups under one of theirs.

Whose an annotation is, and of which resource one that is not public is, stand in the table as tags under the
same keys, so that the table tells nobody who reads what.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.content.sealing import small_bound_to
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.reader_tag import reader_tag
from ledger_service.ports.store import Transaction
from ledger_service.services.content.seal_small import SmallKey, new_small_key
from ledger_service.services.library import Library
from ledger_service.services.people.reader_seal import open_sealed, seal
from reading_room.annotations.ports import Kept, NoteTables
from reading_room.annotations.rules.annotation import Annotation
from reading_room.annotations.rules.audience import Audience, Container

Tables = Callable[[Any], NoteTables]
"""Makes the room's tables of a connection."""
PURPOSE = "annotations"
OF_RESOURCE = "annotations of a resource"
NAMES = "public"
"""The scope of the key that seals the names of public annotations; that of a group is g: and its id."""


def whose(reader_key: bytes) -> bytes:
    """Return the tag of a reader, by which their annotations are found."""
    return reader_tag(reader_key, PURPOSE)


class Seals:
    """The keys of one transaction: what is asked for twice is unwrapped once."""

    def __init__(self, library: Library, transaction: Transaction, tables: Tables) -> None:
        self._library = library
        self._room = transaction.room(tables)
        self._keys: dict[str, bytes] = {}

    def place(self, container: Container, reader_key: bytes | None) -> bytes | None:
        """Return where the annotations of a container stand; None if it has none yet, or is nobody's."""
        digest = container.digest.value
        if container.audience is Audience.PUBLIC:
            return digest
        if container.audience is Audience.PRIVATE:
            return None if reader_key is None else reader_tag(reader_key, OF_RESOURCE, digest)
        key = self._key(_scope(container.group))
        return None if key is None else reader_tag(key, OF_RESOURCE, digest)

    def prepare(self, container: Container) -> None:
        """Make the key that this container needs, if it is the first to need it; in a write."""
        scope = _scope(container.group)
        if container.audience is not Audience.PRIVATE and self._key(scope) is None:
            wrapped = new_small_key(self._library.keeper, self._bound_to(scope))
            self._room.add_key(scope, wrapped)

    def close(
        self, container: Container, reader_key: bytes, annotation: Annotation
    ) -> tuple[bytes, bytes | None]:
        """Return the content as it is kept, and the sealed name of a public one's writer."""
        told = {"digest": container.digest.hex()}
        if container.audience is Audience.PUBLIC:
            name = annotation.name.encode()
            content = canonical_json.canonicalize(annotation.unnamed().to_json() | told)
            return content, self._small(NAMES).seal(name, PURPOSE) if name else None
        content = canonical_json.canonicalize(annotation.to_json() | told)
        if container.audience is Audience.PRIVATE:
            return seal(reader_key, PURPOSE, content), None
        return self._small(_scope(container.group)).seal(content, PURPOSE), None

    def open(self, kept: Kept, reader_key: bytes | None) -> tuple[Digest, Annotation]:
        """Return of which resource it is, and what it says; raise SealBroken."""
        if kept.audience is Audience.PRIVATE:
            plain = open_sealed(reader_key or b"", PURPOSE, kept.content)
        elif kept.audience is Audience.GROUP:
            plain = self._small(_scope(kept.group)).open(kept.content, PURPOSE)
        else:
            plain = kept.content
        told = canonical_json.parse(plain)
        if kept.name is not None:
            told["name"] = self._small(NAMES).open(kept.name, PURPOSE).decode()
        return Digest.parse(told["digest"]), Annotation.of_json(told)

    def _small(self, scope: str) -> SmallKey:
        return SmallKey(self._key(scope) or b"")

    def _key(self, scope: str) -> bytes | None:
        if scope not in self._keys:
            wrapped = self._room.find_key(scope)
            if wrapped is None:
                return None
            self._keys[scope] = self._library.keeper.unwrap(wrapped, self._bound_to(scope))
        return self._keys[scope]

    def _bound_to(self, scope: str) -> bytes:
        return small_bound_to(self._library.key.name, "annotations", scope)


def _scope(group: str) -> str:
    return f"g:{group}" if group else NAMES
