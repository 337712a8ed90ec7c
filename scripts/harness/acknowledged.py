"""What a library has acknowledged while it was under stress, and whether all of it stands afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import httpx

from ledger_service.domain.chain.history import ChainEvent


class Acknowledged:
    """Registrations and grants that were answered with 202.

    Attributes:
        books: the bytes of each registration, by digest.
        grants: each grant, and whether its revocation was acknowledged.
    """

    def __init__(self) -> None:
        self.books: dict[str, bytes] = {}
        self.grants: dict[str, bool] = {}

    def lost(self, registrar: httpx.Client, events: Iterable[ChainEvent]) -> list[str]:
        """Return what does not stand as it was acknowledged, or not on chain once, in words.

        events: all of the chain. It is asked once nothing is under way.
        """
        times = Counter((event.name, event.subject) for event in events)
        return [
            *(told for book in self.books if (told := self._lost_book(registrar, times, book))),
            *(told for grant in self.grants if (told := self._lost_grant(registrar, times, grant))),
        ]

    def _lost_book(
        self, registrar: httpx.Client, times: Counter[tuple[str, str]], digest: str
    ) -> str:
        states = [found["state"] for found in _asked(registrar, f"/resources/{digest}") or []]
        on_chain = times["ResourceRegistered", digest]
        if (states, on_chain) == (["registered"], 1):
            return ""
        return f"resource {digest}: {states}, {on_chain} times on chain"

    def _lost_grant(
        self, registrar: httpx.Client, times: Counter[tuple[str, str]], grant: str
    ) -> str:
        is_revoked = self.grants[grant]
        state = (_asked(registrar, f"/grants/{grant}") or {}).get("state")
        on_chain = times["GrantIssued", grant], times["GrantRevoked", grant]
        # One that is revoked before it was sent is never issued.
        wanted = [(0, 0), (1, 1)] if is_revoked else [(1, 0)]
        if state == ("revoked" if is_revoked else "issued") and on_chain in wanted:
            return ""
        return f"grant {grant}: {state}, issued and revoked {on_chain} times on chain"


def _asked(client: httpx.Client, path: str) -> dict | list | None:  # type: ignore[type-arg]
    """Return the JSON of an answer; None if there is no such thing."""
    answer = client.get(path)
    return answer.json() if answer.status_code == 200 else None
