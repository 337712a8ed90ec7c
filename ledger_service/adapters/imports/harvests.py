"""Where harvests of OAI-PMH services stand, so that the next goes on there, or asks for what has changed.

Nothing here is needed: losing it costs asking for everything again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import deque
from pathlib import Path
from typing import Any

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson

DATE_LETTERS = 10  # of a date with or without a time; every service knows days (OAI-PMH §3.3.1)


class HarvestNotes:
    """The notes of one harvest, in a file of their own. folder: None to keep none. anew: what was noted
    before does not count.

    token: at which an earlier harvest of the same stopped, or empty. since: when the last began that ended
    with nothing refused, as a date, or empty.
    """

    def __init__(self, folder: Path | None = None, *, anew: bool = False) -> None:
        self._folder = folder
        self._anew = anew
        self._file: Path | None = None
        self._pages: deque[tuple[int, str]] = deque()
        self._state: dict[str, Any] = {}
        self._is_complete = False

    @property
    def token(self) -> str:
        return str(self._state.get("token", ""))

    @property
    def since(self) -> str:
        return str(self._state.get("since", ""))

    def begin(self, address: str, asked: dict[str, str]) -> None:
        """Find the notes of what is asked for, which are of no other harvest."""
        if self._folder is None:
            return
        named = json.dumps([address, asked], sort_keys=True).encode()
        self._file = self._folder / f"{hashlib.sha256(named).hexdigest()[:32]}.json"
        if self._anew:
            return
        try:
            found = foreign_json.parse(self._file.read_bytes())
        except (OSError, InvalidJson):
            return
        if isinstance(found, dict):
            self._state = found

    def forget_token(self) -> None:
        """Begin at the first page again."""
        self._state = {"since": self.since}

    def page(self, items: int, token: str, answered: str) -> None:
        """Note that a page ended with so many items in all, and what the next is asked for with."""
        self._state.setdefault("began", answered[:DATE_LETTERS])
        self._pages.append((items, token))
        self._is_complete = not token

    def reached(self, items: int, refused: int) -> None:
        """Write down the last page of which every item has its result. refused: of those items."""
        token = None
        while self._pages and self._pages[0][0] <= items and self._pages[0][1]:
            token = self._pages.popleft()[1]
        self._state["refused"] = bool(refused) or self._state.get("refused", False)
        if token is not None:
            self._state["token"] = token
            self._write()

    def end(self) -> None:
        """Write down that all items have results; what was refused is asked for again next time."""
        if not self._is_complete:
            return
        clean = not self._state.get("refused", False)
        self._state = {"since": self._state.get("began", "") if clean else self.since}
        self._write()

    def _write(self) -> None:
        if self._file is None:
            return
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = self._file.with_suffix(".part")
        beside.write_text(json.dumps(self._state))
        os.replace(beside, self._file)
