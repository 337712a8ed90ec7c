"""A Muhr service seen from a student's, librarian's or auditor's own process, by its HTTP API.

Problem documents become the errors they were; a service that does not answer is ServiceUnavailable.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from ledger_service.adapters.remote_tiles import RemoteTiles
from ledger_service.domain.chain_errors import error_types
from ledger_service.domain.errors import LedgerError, ResourceNotFound, ServiceUnavailable
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.tiled_ledger import TileName
from ledger_service.domain.verification.absence import Absence
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.tlog_proof import TlogProof

TIMEOUT = httpx.Timeout(60, connect=5)
PIECE_BYTES = 1024 * 1024
Told = Callable[[int], None]
"""Is told how many more bytes went through."""


class RemoteLibrary:
    """Implements ports.LedgerSource, and the verbs of the CLI. token: None for public routes.

    tiles: where the public ledger is read, if not at the service itself.
    """

    def __init__(
        self, url: str, token: str | None = None, tiles: RemoteTiles | None = None
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._url = url.rstrip("/")
        self._client = httpx.Client(
            base_url=self._url + "/api/v1", headers=headers, timeout=TIMEOUT, trust_env=False
        )

        self._tiles = tiles or RemoteTiles(self._url + "/muhr")

    def close(self) -> None:
        self._client.close()
        self._tiles.close()

    def get(self, path: str, **parameters: Any) -> Any:
        """Return the JSON answer of a GET."""
        return self._answer(self._request("GET", path, params=parameters))

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return the JSON answer of a POST."""
        return self._answer(self._request("POST", path, json=body))

    def pages(self, path: str, **parameters: Any) -> Iterator[Any]:
        """Yield every item of a list, page by page."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.get(path, **parameters, cursor=cursor)
            yield from page["items"]
            cursor = page["next"]

    def upload(self, path: Path, digest: Digest, claim: dict[str, str], told: Told) -> Any:
        """Register a file; its bytes stream, and its digest goes ahead of them."""
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Length": str(path.stat().st_size),
            "Repr-Digest": f"sha-256=:{base64.b64encode(digest.value).decode()}:",
        }
        response = self._request(
            "POST", "/resources", params=claim, content=_pieces(path, told), headers=headers
        )
        return self._answer(response)

    def send_manifest(self, path: Path, kind: str, license_name: str, told: Told) -> Any:
        """Ask for an import of a manifest of this content type; return it as it stands."""
        response = self._request(
            "POST",
            "/imports",
            params={"license": license_name},
            content=_pieces(path, told),
            headers={"Content-Type": kind, "Content-Length": str(path.stat().st_size)},
        )
        return self._answer(response)

    def lines(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield each line of an answer in JSON Lines as it comes."""
        try:
            with self._client.stream("GET", self._url + path) as response:
                if response.status_code != 200:
                    response.read()
                    raise _error_of(response)
                with _understood():
                    for line in response.iter_lines():
                        yield dict(json.loads(line))
        except httpx.HTTPError as exc:
            raise ServiceUnavailable(f"The answer broke off: {exc}.") from exc

    def download(self, path: str, target: Path, told: Told) -> None:
        """Write the bytes of an opening into a file."""
        try:
            with self._client.stream("GET", self._url + path) as response:
                if response.status_code != 200:
                    response.read()
                    raise _error_of(response)
                with target.open("wb") as file:
                    for piece in response.iter_bytes(PIECE_BYTES):
                        file.write(piece)
                        told(len(piece))
        except httpx.HTTPError as exc:
            raise ServiceUnavailable(f"The download broke off: {exc}.") from exc

    def checkpoint(self) -> str:
        return self._tiles.checkpoint()

    def tile(self, name: TileName) -> bytes:
        return self._tiles.tile(name)

    def tlog_proof(self, digest: Digest) -> TlogProof:
        """Return the receipt of the library's own registration, for tools that are not Muhr's."""
        return TlogProof.parse(self._request("GET", f"/resources/{digest}/tlog-proof").content)

    def absence(self, digest: Digest) -> Absence:
        """Return the service's evidence that its ledger has not accepted the digest, not checked."""
        with _understood():
            return Absence.from_json(self.get(f"/resources/{digest}/absence"))

    def receipts(self, digest: Digest) -> list[Receipt]:
        """Return a receipt for each steward's registration of the digest, oldest first."""
        with _understood():
            found = []
            for item in self.get(f"/resources/{digest}"):
                with suppress(ResourceNotFound):  # accepted, and not registered yet
                    path, steward = f"/resources/{digest}/receipt", item["steward"]
                    found.append(Receipt.from_json(self.get(path, steward=steward)))
            return found

    def private_parts(self, start: int, limit: int) -> list[dict[str, Any]]:
        with _understood():
            answer = self.get("/ledger/private-parts", start=start, limit=limit)
            return [dict(part, entry=int(part["entry"])) for part in answer["items"]]

    def _request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        try:
            response = self._client.request(method, path, **arguments)
        except httpx.HTTPError as exc:
            raise ServiceUnavailable(
                f"The service at {self._url} does not answer ({exc}). Is `muhr serve` running?"
            ) from exc
        if response.status_code >= 400:
            raise _error_of(response)
        return response

    def _answer(self, response: httpx.Response) -> Any:
        try:
            return response.json()
        except json.JSONDecodeError as exc:
            raise ServiceUnavailable(f"{self._url} does not answer as Muhr does.") from exc


def _pieces(path: Path, told: Told) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece
            told(len(piece))


@contextmanager
def _understood() -> Iterator[None]:
    """Turn an answer that is not of our shape into an error that says so: the service is a stranger."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as exc:
        raise ServiceUnavailable("The service does not answer as Muhr does.") from exc


def _error_of(response: httpx.Response) -> LedgerError:
    """Return the error that a problem document tells of."""
    try:
        document = response.json()
        slug = urlsplit(document["type"]).path.rsplit("/", 1)[-1]
        detail = str(document.get("detail", document["title"]))
    except (ValueError, KeyError, TypeError):
        return ServiceUnavailable(f"The service answered with status {response.status_code}.")
    for fault in document.get("errors", []):
        detail += f" {fault.get('pointer')}: {fault.get('detail')}."
    return error_types().get(slug, ServiceUnavailable)(detail)
