"""Readers who were at an event that the shared library attests."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import httpx
import pytest

from ledger_service.domain.people.caller import Caller, Role
from ledger_service.services.credentials.attest_attendance import (
    Present,
    append_attendance,
    prepare_attendance,
)
from scripts.harness.running_library import RunningLibrary

FIELDS = {"event": "Seminar on manuscripts", "name": "Zulfiya", "role": "speaker", "minutes": 80}


class Guest(NamedTuple):
    """client: of a reader who was there; id: of their credential."""

    client: httpx.Client
    reader: str
    id: str


@pytest.fixture
def guest(library: RunningLibrary, registrar: httpx.Client) -> Callable[[], Guest]:
    """Return a function that enrolls a reader who was at an event with two others."""

    def come() -> Guest:
        readers = [registrar.post("/readers").json()["reader"] for _ in range(3)]
        own = library.opened.library
        caller = Caller.of_token(Role.REGISTRAR, "the registrar", own.steward)
        present = [Present(reader, "speaker", FIELDS) for reader in readers]
        prepared = prepare_attendance(own, caller, "seminar", (1, 2), present)
        with own.store.write() as transaction:
            append_attendance(transaction, own, caller, prepared)
        client = library.client("reader", readers[0])
        return Guest(client, readers[0], client.get("/me/credentials").json()[0]["id"])

    return come
