"""Hide a public annotation with a reason, and show it again: acts of the library's people."""

from __future__ import annotations

from enum import StrEnum

from ledger_service.domain.errors import AnnotationNotFound
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from reading_room.annotations.rules.audience import Audience
from reading_room.annotations.verbs.notes import Note, opened
from reading_room.annotations.verbs.seals import Seals, Tables


class Hides(StrEnum):
    """Why an annotation is hidden."""

    OFF_TOPIC = "off-topic"
    INSULT = "insult"
    PERSONAL_DATA = "personal-data"
    RIGHTS = "rights"  # of others
    UNLAWFUL = "unlawful"
    ADVERTISING = "advertising"


def hide(library: Library, tables: Tables, caller: Caller, id_: str, why: Hides | None) -> Note:
    """Hide a public annotation from all but its writer, who sees why; None: show it again.

    Raises:
        RoleNotHeld: the caller does not moderate. AnnotationNotFound: there is no public one of this id.
    """
    check_permitted(caller, Permission.ANNOTATION_HIDE)
    with library.store.write() as transaction:
        room = transaction.room(tables)
        kept = room.find(id_)
        if kept is None or kept.audience is not Audience.PUBLIC:
            raise AnnotationNotFound()
        now = library.clock()
        new = kept._replace(
            hidden="" if why is None else why.value,
            changed_at=max(now, kept.changed_at),
            version=kept.version + 1,
        )
        room.replace(new)
        kind = ActKind.ANNOTATION_SHOWN if why is None else ActKind.ANNOTATION_HIDDEN
        record_act(transaction, caller, now, kind, id_)
        return opened(Seals(library, transaction, tables), new, None)


def list_public(
    library: Library, tables: Tables, caller: Caller, start: int, limit: int
) -> list[Note]:
    """Return public annotations beside all resources, newest first; raise RoleNotHeld."""
    check_permitted(caller, Permission.ANNOTATION_HIDE)
    with library.store.read() as transaction:
        seals = Seals(library, transaction, tables)
        rows = transaction.room(tables).newest_public(start, limit)
        return [opened(seals, row, None) for row in rows]
