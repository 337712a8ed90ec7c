"""The API's process is killed while requests under keys are answered: sent again, none is done twice."""

from __future__ import annotations

import random
import threading
import time
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from ledger_service.adapters.sql import schema
from tests.flows.conftest import Served

pytestmark = pytest.mark.slow

CLIENTS = 8
KILLS = 3
LEAST = 5  # answers before a kill
SEED = 43


def enroll(client: httpx.Client, key: str) -> dict[str, Any]:
    answer = client.post("/readers", headers={"Idempotency-Key": key})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


class Desk(threading.Thread):
    """A client that enrolls readers until the service is gone. told: what it was answered, by key."""

    def __init__(self, client: httpx.Client, name: str) -> None:
        super().__init__()
        self._client = client
        self._name = name
        self.told: dict[str, dict[str, Any] | None] = {}

    def run(self) -> None:
        for number in range(100_000):
            key = f"{self._name}-{number}"
            self.told[key] = None
            try:
                self.told[key] = enroll(self._client, key)
            except httpx.HTTPError:
                return


def test_a_request_that_a_kill_cut_off_is_sent_again_and_done_once(api: Served) -> None:
    draw, told = random.Random(SEED), {}
    headers = {"Authorization": f"Bearer {api.library.token('registrar')}"}

    def readers() -> int:
        query = select(func.count()).select_from(schema.people.reader)
        with api.library.opened.store.engine.connect() as connection:
            return int(connection.scalar(query) or 0)

    before = readers()
    process = api.start()
    for kill in range(KILLS):
        with httpx.Client(base_url=api.url, headers=headers, trust_env=False, timeout=60) as client:
            desks = [Desk(client, f"{kill}-{number}") for number in range(CLIENTS)]
            for desk in desks:
                desk.start()
            goal = readers() + LEAST
            while readers() < goal:
                time.sleep(draw.random() / 20)
            process.kill()
            process.wait()
            for desk in desks:
                desk.join(60)
                told |= desk.told
        process = api.start()
    with httpx.Client(base_url=api.url, headers=headers, trust_env=False, timeout=60) as client:
        again = {key: enroll(client, key) for key in told}
    assert {key: found for key, found in told.items() if found is not None}.items() <= again.items()
    assert None in told.values()
    assert readers() == before + len(told)
