"""An annotation as it is shown to somebody, and how one row becomes one."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.errors import AnnotationNotFound
from ledger_service.domain.identifiers import Digest
from reading_room.annotations.ports import Kept
from reading_room.annotations.rules.annotation import Annotation
from reading_room.annotations.rules.audience import Audience, Container
from reading_room.annotations.verbs.seals import Seals, whose


@dataclass(frozen=True)
class Note:
    """An annotation, and what is known of it. is_own: whether whoever asks wrote it.

    Times are in seconds since 1970 UTC. unnames: whether it stays without its writer's name when they are
    erased; hidden: why it is, empty if everybody sees it.
    """

    id: str
    container: Container
    annotation: Annotation
    made_at: int
    changed_at: int
    version: int
    is_own: bool
    unnames: bool = False
    hidden: str = ""

    @property
    def path(self) -> str:
        """Where it is."""
        return self.container.path + self.id

    @property
    def digest(self) -> Digest:
        """Of the resource."""
        return self.container.digest

    @property
    def audience(self) -> Audience:
        """Who is shown it."""
        return self.container.audience


def opened(seals: Seals, kept: Kept, reader_key: bytes | None) -> Note:
    """Return a row as it is shown; raise SealBroken.

    reader_key: of whoever asks, who may see it by now; None for who has none.
    """
    digest, annotation = seals.open(kept, reader_key)
    is_own = reader_key is not None and kept.whose == whose(reader_key)
    return Note(
        kept.id,
        Container(digest, kept.audience, kept.group),
        annotation,
        kept.made_at,
        kept.changed_at,
        kept.version,
        is_own,
        kept.unnames,
        kept.hidden,
    )


def standing(kept: Kept | None, place: bytes | None) -> Kept:
    """Return the row if it stands at this place; raise AnnotationNotFound."""
    if kept is None or place is None or kept.place != place:
        raise AnnotationNotFound()
    return kept
