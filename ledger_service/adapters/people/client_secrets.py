"""The secrets that providers gave to this library: a file each, which only its owner may read."""

from __future__ import annotations

import os
from pathlib import Path

from ipfs.disk import sync_folder
from ledger_service.domain.errors import InvalidProvider

LONGEST_SECRET = 1000  # characters


class SecretFolder:
    """Secrets in the folder of the library's keys, so that a backup and a new password take them along."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, secret: str) -> None:
        """Keep a secret, in place of the one before; raise InvalidProvider for what is none."""
        is_line = secret.isascii() and secret.isprintable()
        if not is_line or not 1 <= len(secret) <= LONGEST_SECRET:
            raise InvalidProvider("secret", longest=LONGEST_SECRET)
        temporary = self._path(name).with_suffix(".new")
        temporary.unlink(missing_ok=True)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secret.encode())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path(name))
        sync_folder(self._folder)

    def forget(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def read(self, name: str) -> str | None:
        """Return the secret, None if the provider gave none."""
        try:
            return self._path(name).read_text("ascii")
        except FileNotFoundError:
            return None

    def _path(self, name: str) -> Path:
        return self._folder / f"provider-{name}.secret"
