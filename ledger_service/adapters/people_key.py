"""The people key in a file beside the library's other keys, under their password."""

from __future__ import annotations

from threading import Lock

from ledger_service.adapters.keys import KeyFolder


class FilePeopleKeeper:
    """Implements ports.PeopleKeeper over a folder of keys. The key is opened once, when it is needed."""

    def __init__(self, keys: KeyFolder) -> None:
        self._keys = keys
        self._opened: bytes | None = None
        self._lock = Lock()

    def key(self) -> bytes:
        """Return the people key; a library from before there was one gets it now.

        Raises:
            NotInitialized, InvalidInput: no folder of keys, or the password does not open it.
            HomeInUse: another process changes the keys just now.
        """
        with self._lock:  # to open it takes a tenth of a second of a core and 32 MiB
            if self._opened is None:
                self._keys.add_people_key()
                self._opened = self._keys.people_key()
            return self._opened
