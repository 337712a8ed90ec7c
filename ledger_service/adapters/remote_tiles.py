"""The public ledger seen from afar: checkpoint and tiles below a prefix, of Muhr or of any mirror.

Full tiles may be kept in a folder and are then not fetched again. They are written only when told
(`keep`), that is, when the reader has found them to lead to a root that it trusts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from ledger_service.adapters.http_client import SILENT_SECONDS, HttpClient
from ledger_service.adapters.patient_asking import LONGEST_WAIT_SECONDS, asked_patiently
from ledger_service.adapters.publication.no_answer import NoAnswer
from ledger_service.domain.errors import InvalidTile, ServiceUnavailable, TileNotFound
from ledger_service.domain.ledger.checkpoint import LONGEST_NOTE_BYTES
from ledger_service.domain.ledger.tiled_ledger import LARGEST_BUNDLE_BYTES, TileName

INVALID_TILE = f"/problems/{InvalidTile.slug()}".encode()
"""What a Muhr service says of a tile that it cannot read itself: a finding, not a reason to wait."""


class RemoteTiles:
    """Reads a ledger's public files. prefix: an URL; cache: a folder for full tiles, or None.

    silent_seconds, check_address, until: as `HttpClient` has them; longest_wait: as `asked_patiently` has
    it; largest_bytes: of a tile or a bundle.

    No token is ever sent: the files are public, and the prefix may be somebody else's.
    """

    def __init__(
        self,
        prefix: str,
        cache: Path | None = None,
        *,
        silent_seconds: float = SILENT_SECONDS,
        longest_wait: int = LONGEST_WAIT_SECONDS,
        largest_bytes: int = LARGEST_BUNDLE_BYTES,
        check_address: Callable[[str], None] | None = None,
        until: float = math.inf,
    ) -> None:
        self._prefix = prefix.rstrip("/")
        self._cache = cache
        self._fetched: dict[TileName, bytes] = {}
        self._largest_bytes = largest_bytes
        self._longest_wait = longest_wait
        self._client = HttpClient(
            self._prefix,
            silent_seconds=silent_seconds,
            check_address=check_address,
            until=until,
        )

    def close(self) -> None:
        self._client.close()

    def checkpoint(self) -> str:
        try:
            return self._get("checkpoint", LONGEST_NOTE_BYTES).decode()
        except UnicodeDecodeError as exc:
            raise ServiceUnavailable("no-checkpoint", prefix=self._prefix) from exc

    def tile(self, name: TileName) -> bytes:
        kept = None if self._cache is None else self._cache / name.format()
        if kept is not None and name.is_full and kept.is_file():
            return kept.read_bytes()
        data = self._get(name.format(), self._largest_bytes)
        if kept is not None and name.is_full:
            self._fetched[name] = data
        return data

    def keep(self) -> None:
        """Write the full tiles that were fetched into the folder."""
        for name, data in self._fetched.items():
            assert self._cache is not None
            path = self._cache / name.format()
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_suffix(".new")
            temporary.write_bytes(data)
            temporary.replace(path)
        self._fetched.clear()

    def _get(self, path: str, largest: int) -> bytes:
        try:
            asked = asked_patiently(
                self._client, "GET", f"/{path}", longest_wait=self._longest_wait
            )
            with asked as answer:
                if answer.status == 404:
                    raise TileNotFound("not-served", prefix=self._prefix, path=path)
                if answer.status != 200:
                    if INVALID_TILE in next(answer.pieces(), b""):
                        raise InvalidTile("told-malformed", prefix=self._prefix, path=path)
                    raise ServiceUnavailable(
                        "address-status", prefix=self._prefix, status=answer.status
                    )
                return answer.read(largest)
        except NoAnswer as exc:
            raise ServiceUnavailable("ledger", url=self._prefix, cause=exc.reason) from exc
