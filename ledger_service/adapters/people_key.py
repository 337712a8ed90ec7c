"""The people key in a file beside the library's other keys, under their password."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from ledger_service.adapters.keys import KeyFolder
from ledger_service.domain.errors import NotInitialized
from ledger_service.ports.store import Store


class FilePeopleKeeper:
    """Implements ports.PeopleKeeper over a folder of keys. The key is opened once, when it is needed."""

    def __init__(self, keys: KeyFolder) -> None:
        self._keys = keys
        self._opened: bytes | None = None
        self._lock = Lock()

    def key(self) -> bytes:
        """Return the people key.

        Raises:
            NotInitialized, InvalidInput: it is not there, or the password does not open it. It is never made
                here: with another key, the library would know nobody again.
        """
        with self._lock:  # to open it takes a tenth of a second of a core and 32 MiB
            if self._opened is None:
                self._opened = self._keys.people_key()
            return self._opened


def make_people_key(keys: KeyFolder, folder: Path, store: Store) -> None:
    """Make the key of a library from before there was one; raise NotInitialized if it was lost.

    folder: where the keys are, to be told.
    """
    if keys.has_people_key():
        return
    with store.read() as transaction:
        if transaction.identities.are_there():
            raise NotInitialized("people-key", folder=str(folder))
    keys.add_people_key()
