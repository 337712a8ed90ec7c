"""A Muhr service seen from a student's, librarian's or auditor's own process, by its HTTP API.

Problem documents become the errors they were; a service that does not answer is ServiceUnavailable.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ledger_service.adapters.given_files import make_given, open_given
from ledger_service.adapters.http_client import Answer, HttpClient
from ledger_service.adapters.patient_asking import asked_patiently
from ledger_service.adapters.publication.no_answer import NoAnswer
from ledger_service.adapters.remote_tiles import RemoteTiles
from ledger_service.domain import foreign_json
from ledger_service.domain.chain_errors import error_types
from ledger_service.domain.errors import (
    EntryNotFound,
    InvalidJson,
    LedgerError,
    ResourceNotFound,
    ResourceNotYetRegistered,
    RouteUnknown,
    ServiceUnavailable,
    SignatureAwaited,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.tiled_ledger import TileName
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.record import FIELDS
from ledger_service.domain.resources.registration import STATES_OFF_CHAIN
from ledger_service.domain.verification.absence import Absence
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.tlog_proof import TlogProof

API = "/api/v1"
PIECE_BYTES = 1024 * 1024
Told = Callable[[int], None]
"""Is told how many more bytes went through; fewer than none if they are sent again."""
ToldWait = Callable[[LedgerError, int], None]
"""Is told why the service cannot answer now, and after how many seconds it is asked again."""


class RemoteService:
    """The verbs of the CLI, and what anybody verifies by. token: None for public routes.

    tiles: where the public ledger is read, if not at the service itself. tell_wait: is told once.
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        tiles: RemoteTiles | None = None,
        tell_wait: ToldWait | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._tell_wait = tell_wait
        self.url = url.rstrip("/")
        self.has_token = token is not None
        self._client = HttpClient(self.url, headers)
        self._tiles = tiles or RemoteTiles(self.url + "/muhr")

    def close(self) -> None:
        self._client.close()
        self._tiles.close()

    def get(self, path: str, **parameters: Any) -> Any:
        """Return the JSON answer of a GET."""
        return self._json("GET", path, query=parameters)

    def document(self, path: str, **parameters: Any) -> bytes:
        """Return the answer of a GET as text in UTF-8; bytes that are none are replaced."""
        with self.asked("GET", API + path, query=parameters) as answer:
            return answer.read().decode("utf-8", "replace").encode()

    def published(self, path: str) -> bytes:
        """Return what stands at the service's root, as specifications of others name it."""
        with self.asked("GET", path) as answer:
            return answer.read()

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return the JSON answer of a POST, which is done once, also if it has to be sent again."""
        once = {"Idempotency-Key": uuid.uuid4().hex}
        if body is None:
            return self._json("POST", path, headers={**once, "Content-Length": "0"})
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {**once, "Content-Type": "application/json", "Content-Length": str(len(data))}
        return self._json("POST", path, body=[data], headers=headers)

    def pages(self, path: str, **parameters: Any) -> Iterator[Any]:
        """Yield every item of a list, page by page. Parameters that are None are not asked for."""
        asked = {name: value for name, value in parameters.items() if value is not None}
        cursor: str | None = ""
        seen: set[str | None] = set()
        while cursor is not None:
            if cursor in seen:
                raise ServiceUnavailable("address-other-form", url=self.url)
            seen.add(cursor)
            page = self.get(path, **asked, cursor=cursor)
            yield from page["items"]
            cursor = page["next"]

    def upload(
        self,
        path: Path,
        digest: Digest,
        claim: dict[str, str],
        record: Mapping[str, Any],
        told: Told,
    ) -> Any:
        """Register a file; its bytes stream, and its digest and its record go ahead of them."""
        query = claim | {name: text for name, text in record.items() if name not in FIELDS}
        further = {name: value for name, value in record.items() if value and name in FIELDS}
        size, pieces = path.stat().st_size, _FilePieces(path, told)
        if not further:
            return self.send(pieces, size, digest, query)
        ahead = json.dumps(further, ensure_ascii=False, separators=(",", ":")).encode()
        query["record_bytes"] = str(len(ahead))
        return self.send(_Behind(ahead, pieces), len(ahead) + size, digest, query)

    def send(
        self, pieces: Iterable[bytes], size: int, digest: Digest, claim: dict[str, str]
    ) -> Any:
        """Register the bytes of these pieces; size: of all of them. A claim that stands is the same claim."""
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Length": str(size),
            "Repr-Digest": f"sha-256=:{base64.b64encode(digest.value).decode()}:",
        }
        return self._json("POST", "/resources", query=claim, body=pieces, headers=headers)

    def send_manifest(self, path: Path, kind: str, license_name: str, told: Told) -> Any:
        """Ask for an import of a manifest of this content type; return it as it stands."""
        return self._json(
            "POST",
            "/imports",
            query={"license": license_name},
            body=iter(_FilePieces(path, told)),  # sent once: it would be another import
            headers={"Content-Type": kind, "Content-Length": str(path.stat().st_size)},
        )

    def send_list(self, path: str, data: bytes, query: dict[str, Any]) -> Any:
        """Return the JSON answer to a class list, which is the same if it has to be sent again."""
        headers = {"Content-Type": "text/csv", "Content-Length": str(len(data))}
        return self._json("POST", path, query=query, body=[data], headers=headers)

    def delete(self, path: str) -> Any:
        """Return the JSON answer of a DELETE."""
        return self._json("DELETE", path)

    def lines(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield each line of an answer in JSON Lines as it comes."""
        with self.asked("GET", path) as answer, understood():
            for line in answer.lines():
                yield dict(foreign_json.parse(line))

    def download(self, path: str, target: Path, told: Told) -> str:
        """Write the bytes of an answer into a file; return the digest that the service names, if any."""
        with self.asked("GET", path) as answer, make_given(target) as file:
            for piece in answer.pieces(PIECE_BYTES):
                file.write(piece)
                told(len(piece))
            return str(answer.headers.get("ETag", "")).strip('"')

    def part(self, digest: Digest, start: int, end: int) -> bytes:
        """Return bytes `start` to `end` - 1 of what everybody may read; as told, not checked."""
        headers = {"Range": f"bytes={start}-{end - 1}"}
        with self.asked("GET", f"{API}/resources/{digest}/content", headers=headers) as answer:
            return answer.read(end - start)

    def checkpoint(self) -> str:
        return self._tiles.checkpoint()

    def tile(self, name: TileName) -> bytes:
        return self._tiles.tile(name)

    def tlog_proof(self, digest: Digest) -> TlogProof:
        """Return the receipt of the library's own registration, for tools that are not Muhr's."""
        with self.asked("GET", f"{API}/resources/{digest}/tlog-proof") as answer:
            return TlogProof.parse(answer.read())

    def absence(self, digest: Digest) -> Absence:
        """Return the service's evidence that its ledger has not accepted the digest, not checked."""
        with understood():
            return Absence.from_json(self.get(f"/resources/{digest}/absence"))

    def receipt(self, digest: Digest, steward: str) -> Receipt:
        """Return the receipt of a steward's registration; steward: 64 hex. Errors are those of `receipts`."""
        with understood():
            return Receipt.from_json(self.get(f"/resources/{digest}/receipt", steward=steward))

    def receipts(self, digest: Digest) -> list[Receipt]:
        """Return a receipt for each steward's registration of the digest, oldest first.

        Raises:
            ResourceNotFound: the service knows nothing of the digest.
            SignatureAwaited, RouteUnknown: it has none, since what it knows of waits for a signature.
            EntryNotFound, ResourceNotYetRegistered: it has none yet, since what it knows of is on its way.
        """
        waits: LedgerError | None = None
        with understood():
            found = []
            for item in self.get(f"/resources/{digest}"):
                try:
                    found.append(self.receipt(digest, item["steward"]))
                except ResourceNotFound:
                    if item["state"] in STATES_OFF_CHAIN:
                        waits = ResourceNotYetRegistered(digest=str(digest), state=item["state"])
                except (SignatureAwaited, RouteUnknown, EntryNotFound) as exc:
                    waits = exc
        if waits is not None and not found:
            raise waits
        return found

    @contextmanager
    def asked(self, method: str, path: str, **arguments: Any) -> Iterator[Answer]:
        """Yield the answer to a request that was granted; path: with what precedes it."""
        try:
            with asked_patiently(self._client, method, path, self._waits, **arguments) as answer:
                if answer.status >= 300:
                    raise _error_of(answer)
                yield answer
        except NoAnswer as exc:
            raise ServiceUnavailable(url=self.url, cause=exc.reason) from exc

    def _waits(self, answer: Answer, seconds: int) -> None:
        tell, self._tell_wait = self._tell_wait, None
        if tell is not None:
            tell(_error_of(answer), seconds)

    def _json(self, method: str, path: str, **arguments: Any) -> Any:
        with self.asked(method, API + path, **arguments) as answer:
            try:
                return answer.json()
            except InvalidJson as exc:
                raise ServiceUnavailable("address-other-form", url=self.url) from exc


class _Behind:
    """Bytes that go ahead of pieces, each time they are asked for anew."""

    def __init__(self, ahead: bytes, pieces: Iterable[bytes]) -> None:
        self._ahead = ahead
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        yield self._ahead
        yield from self._pieces


class _FilePieces:
    """The bytes of a file, from its beginning each time."""

    def __init__(self, path: Path, told: Told) -> None:
        self._path, self._told, self._sent = path, told, 0

    def __iter__(self) -> Iterator[bytes]:
        if self._sent:
            self._told(-self._sent)
        self._sent = 0
        with open_given(self._path) as file:
            while piece := file.read(PIECE_BYTES):
                yield piece
                self._told(len(piece))
                self._sent += len(piece)


@contextmanager
def understood() -> Iterator[None]:
    """Turn an answer that is not of our shape into an error that says so: the service is a stranger."""
    try:
        yield
    except (InvalidJson, LookupError, TypeError, ValueError) as exc:
        raise ServiceUnavailable("other-form") from exc


def _error_of(answer: Answer) -> LedgerError:
    """Return the error that a problem document tells of."""
    try:
        document = answer.json()
        slug = urlsplit(document["type"]).path.rsplit("/", 1)[-1]
        detail = str(document.get("detail", document["title"]))
    except (InvalidJson, NoAnswer, ValueError, LookupError, TypeError):
        return ServiceUnavailable("status", status=answer.status)
    for fault in document.get("errors", []):
        detail += f" {fault.get('pointer')}: {fault.get('detail')}."
    return error_types().get(slug, ServiceUnavailable).of(_reason_of(document, detail))


def _reason_of(document: dict[str, Any], detail: str) -> Reason:
    """Return the reason of a problem document; only its sentence tells the places of a bad request."""
    try:
        told = Reason.from_json(document)
    except (KeyError, TypeError, ValueError, AttributeError):
        return Reason.sentence(detail)
    return Reason.sentence(detail) if "errors" in document else replace(told, told=detail)
