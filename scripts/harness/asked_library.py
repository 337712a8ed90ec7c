"""What is asked of a library over HTTP, as its people ask, until what was wished for stands."""

from __future__ import annotations

import base64
import hashlib
import itertools
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import httpx

from scripts.harness.waiting import WAIT_SECONDS, wait_until

DAY_SECONDS = 86_400
CALM_SECONDS = 1.5  # of some rounds of a worker
_serial = itertools.count()


class AskedLibrary:
    """A library that answers at a URL.

    Args:
        url: where it answers, without a slash at the end.
        token: returns the token of a role, and of one who holds it; each call may ask anew.
        readers: whom `grant` grants to, the first by default.
    """

    def __init__(
        self, url: str, token: Callable[[str, str | None], str], readers: list[str] | None = None
    ) -> None:
        self.url = url
        self.readers = readers or []
        self._token = token
        self._clients: list[httpx.Client] = []

    # ---- callers ----

    def client(self, role: str | None = None, subject: str | None = None) -> httpx.Client:
        """Return a client of the API with a token of this role, or with none; it is closed by `close`."""
        headers = {} if role is None else {"Authorization": f"Bearer {self._token(role, subject)}"}
        client = httpx.Client(
            base_url=self.url + "/api/v1", headers=headers, timeout=WAIT_SECONDS, trust_env=False
        )
        self._clients.append(client)
        return client

    def get(self, path: str) -> Any:
        """Return the JSON of a public route under /api/v1."""
        return self._nobody.get(path).raise_for_status().json()

    def get_public(self, path: str) -> bytes:
        """Return what everybody may read at a path of the server, such as /muhr/checkpoint."""
        return self._nobody.get(self.url + path).raise_for_status().content

    def close(self) -> None:
        """Close its clients; nothing is asked after it."""
        for client in self._clients:
            client.close()

    # ---- what happens in it ----

    def upload(self, data: bytes, **claim: str) -> httpx.Response:
        """Return the answer to an upload by the registrar."""
        claim = {"title": "A book", "license": "CC-BY-4.0", **claim}
        headers = {"Content-Type": "application/octet-stream"}
        return self.registrar.post("/resources", params=claim, content=data, headers=headers)

    def register(self, data: bytes | None = None, **claim: str) -> dict[str, Any]:
        """Return a registration that the chain has taken; of bytes never seen before if none given."""
        data = some_bytes() if data is None else data
        answer = self.upload(data, **claim)
        assert answer.status_code == 202, answer.text
        return self.registered(answer.json()["digest"])

    def register_all(self, titles: Sequence[str]) -> list[str]:
        """Return the digests of bytes never seen before, by their titles, once the chain has taken all."""
        answers = [self.upload(some_bytes(), title=title) for title in titles]
        digests = [answer.raise_for_status().json()["digest"] for answer in answers]
        return [self.registered(digest)["digest"] for digest in digests]

    def registered(self, digest: str) -> dict[str, Any]:
        """Return the registration of a digest once it left the states in between."""
        return self._settled(f"/resources/{digest}", "registered", lambda found: found[0])

    def grant(self, digest: str, **terms: Any) -> dict[str, Any]:
        """Return a grant that the chain has taken, by default to the first reader for a day."""
        body = {
            "digest": digest,
            "reader": self.readers[0],
            "until": int(time.time()) + DAY_SECONDS,
            **terms,
        }
        answer = self.registrar.post("/grants", json=body)
        assert answer.status_code in (200, 202), answer.text
        return self.granted(answer.json()["grant"], "issued")

    def granted(self, grant: str, state: str) -> dict[str, Any]:
        return self._settled(f"/grants/{grant}", state, lambda found: found)

    def license(self, name: str, **terms: Any) -> dict[str, Any]:
        """Return a license that the chain has taken; its terms must differ from all others."""
        body = {"name": name, "rights": "InC", "longest_loan_seconds": DAY_SECONDS, **terms}
        answer = self.registrar.post("/licenses", json=body)
        assert answer.status_code == 202, answer.text
        return self._settled(f"/licenses/{name}", "defined", lambda found: found)

    def status(self) -> dict[str, Any]:
        status: dict[str, Any] = self.get("/status")
        return status

    def anchored(self) -> dict[str, Any]:
        """Return the status once every entry that stands now is under an anchored checkpoint."""
        size = self.status()["ledger_size"]
        return wait_until(
            lambda: (found := self.status())["anchored_size"] >= size and found, "no anchor"
        )

    def at_rest(self, seconds: float = WAIT_SECONDS) -> dict[str, Any]:
        """Return the status in which nothing is under way and the whole ledger is anchored."""
        return wait_until(self._at_rest, f"{self.url} does not come to rest", seconds)

    def calm(self, head: int, seconds: float = WAIT_SECONDS) -> dict[str, Any]:
        """Return the status once the worker has seen a block and what it brought is over.

        head: the block's number, by the chain itself. A worker that has seen a block may not have read what
        it changed: so the library must be at rest twice, some rounds apart.
        """

        def look() -> dict[str, Any] | None:
            block = self.status()["chain"]["head"]
            if block is None or block["number"] < head or self._at_rest() is None:
                return None
            time.sleep(CALM_SECONDS)
            return self._at_rest()

        try:
            return wait_until(look, f"{self.url} does not calm down", seconds)
        except AssertionError as exc:
            raise AssertionError(f"{exc}; block {head} is awaited: {self.status()}") from None

    @cached_property
    def registrar(self) -> httpx.Client:
        return self.client("registrar")

    @cached_property
    def _nobody(self) -> httpx.Client:
        return self.client()

    def _at_rest(self) -> dict[str, Any] | None:
        """Return the status, if nothing is under way and the whole ledger is anchored."""
        found = self.status()
        jobs = found["jobs"]
        is_busy = jobs.get("queued") or jobs.get("submitted")
        return found if found["anchored_size"] == found["ledger_size"] and not is_busy else None

    def _settled(self, path: str, wanted: str, of: Callable[[Any], Any]) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            found = of(self.registrar.get(path).json())
            assert wanted == "rejected" or found["state"] != "rejected", found["rejection"]
            return found if found["state"] == wanted else None

        return wait_until(look, f"{path} is not {wanted}")


def some_bytes(size: int = 40) -> bytes:
    """Return bytes that no test used before, the same in every run."""
    seed = f"bytes {next(_serial)} ".encode()
    repeated = hashlib.shake_256(seed).digest(size)
    return repeated[:size]


def repr_digest(data: bytes) -> str:
    """Return the Repr-Digest header of bytes (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"
