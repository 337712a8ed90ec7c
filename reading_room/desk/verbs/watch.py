"""Watch registrations and imports: tell what is new about them since they were looked at last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.services.imports.find_imports import AnchoredImport, show_import
from ledger_service.services.library import Library
from reading_room.desk.verbs.follow import Progress, progress_of

MOST_WATCHED = 100


@dataclass
class Watch:
    """What somebody follows, and how it was when it was told last."""

    digests: Sequence[Digest]
    imports: Sequence[str]
    _told: dict[object, object] = field(default_factory=dict)

    def look(self, library: Library, caller: Caller) -> tuple[list[Progress], list[AnchoredImport]]:
        """Return what has changed since the last look; all of it at the first.

        Raises:
            ImportNotFound: one of the imports is not there, or no longer.
        """
        check_permitted(caller, Permission.IMPORT_READ)
        progress = progress_of(library, self.digests)
        imports = [show_import(library, caller, job) for job in self.imports]
        changed = [item for item in progress if self._told.get(item.digest) != item]
        moved = [item for item in imports if self._told.get(item.job.id) != item]
        self._told |= {item.digest: item for item in progress}
        self._told |= {item.job.id: item for item in imports}
        return changed, moved

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come of what is watched."""
        return all(_is_final(item) for item in self._told.values()) and len(self._told) == (
            len(set(self.digests)) + len(set(self.imports))
        )


def _is_final(item: object) -> bool:
    if isinstance(item, Progress):
        return item.is_final
    assert isinstance(item, AnchoredImport)
    return not item.job.is_open and (item.anchor is not None or item.job.last_entry is None)
