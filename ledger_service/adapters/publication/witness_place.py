"""The folder of a member's witness: its key, what it cosigned, and the place where both were made.

A witness that goes on from a copy of its folder, or without what it cosigned, could sign two histories. So a
folder of which a file is another than when it was made is a copy, whose key cosigns no more.
"""

from __future__ import annotations

from pathlib import Path

from ledger_service.adapters.keys import KeyFolder
from ledger_service.adapters.signer import Ed25519Signer
from ledger_service.adapters.witness_store import SqliteWitnessStore

DATABASE, KEY, PLACE = "witness.db", "witness.pem", "place"


class WitnessFolder:
    """A witness's folder, which need not be there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys = KeyFolder(folder, folder / "password")

    @property
    def database(self) -> Path:
        """The file of what was cosigned."""
        return self._folder / DATABASE

    @property
    def is_made(self) -> bool:
        """Whether there is a key."""
        return (self._folder / KEY).exists()

    @property
    def is_copy(self) -> bool:
        """Whether the folder or a file in it is another than was made, or what was cosigned is lost."""
        place = self._folder / PLACE
        return self.is_made and place.exists() and place.read_text("ascii") != self._place()

    def make(self, name: str) -> None:
        """Make a key of this name, unless there is one; the place of one without is where it lies now."""
        self._keys.create_witness(name)
        place = self._folder / PLACE
        if not place.exists():
            SqliteWitnessStore(self.database)
            place.write_text(self._place(), "ascii")

    def retire(self) -> Path:
        """Move a folder aside, whose key cosigns no more; return where it is then."""
        number = 1
        while (aside := self._folder.with_name(f"{self._folder.name}-retired-{number}")).exists():
            number += 1
        return self._folder.rename(aside)

    def signer(self) -> Ed25519Signer:
        """Return the witness's signer; raise NotInitialized if there is no key."""
        return self._keys.witness_signer()

    def _place(self) -> str:
        files = self._folder, self._folder / KEY, self._folder / "name", self.database
        return " ".join(str(path.stat().st_ino) if path.exists() else "-" for path in files)
