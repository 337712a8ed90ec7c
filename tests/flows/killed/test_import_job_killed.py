"""An import is under way when the service is killed, with its worker, again and again."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import delete

from ledger_service.adapters.sql import schema
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.merkle import leaf_hash
from scripts.harness.processes import children_of
from tests.flows.conftest import Served

pytestmark = pytest.mark.slow

ITEMS = 50_000
KILLS = 2
SEED = 41


def kill_all(process: Any) -> None:
    """Kill the service and its worker, so that neither can finish anything."""
    for pid in [*children_of(process.pid), process.pid]:
        os.kill(pid, signal.SIGKILL)
    process.wait()


def end_lease(served: Served) -> None:
    """End the lease of a worker that is dead for certain, which else runs out in half a minute."""
    with served.library.opened.store.engine.begin() as connection:
        connection.execute(delete(schema.chain.lease))


def test_an_import_survives_kills_and_reports_every_item_once(
    api: Served, wait: Callable[..., Any]
) -> None:
    draw = random.Random(SEED)
    rows = [
        {
            "digest": hashlib.sha256(f"book {number}".encode()).hexdigest(),
            "size_bytes": 7,
            "title": f"Book {number}",
        }
        for number in range(ITEMS)
    ]
    body = "".join(json.dumps(row) + "\n" for row in rows)
    headers = {"Authorization": f"Bearer {api.library.token('registrar')}"}
    with httpx.Client(base_url=api.url, headers=headers, trust_env=False, timeout=60) as client:

        def asked() -> dict[str, Any]:
            return client.get(f"/imports/{sent['id']}").raise_for_status().json()

        process = api.start()
        sent = client.post(
            "/imports",
            params={"license": "CC-BY-4.0"},
            content=body,
            headers={"Content-Type": "application/jsonl"},
        ).json()
        for kill in range(KILLS):
            goal = kill * ITEMS // (KILLS + 1)
            wait(lambda goal=goal: asked()["items"] >= goal, "the import does not go on")
            time.sleep(draw.random() / 2)
            kill_all(process)
            end_lease(api)
            process = api.start()
        assert asked()["state"] in ("queued", "running"), (
            "the kills came too late to prove anything"
        )
        done = wait(lambda: (found := asked())["state"] == "done" and found, "no end", 300)
        report = [
            json.loads(line)
            for line in client.get(f"/imports/{sent['id']}/report").text.splitlines()
        ]
    assert {line["result"] for line in report} == {"registered"}
    assert (done["registered"], done["duplicate"], done["refused"]) == (ITEMS, 0, 0)
    assert [line["digest"] for line in report] == [row["digest"] for row in rows]
    with api.library.opened.store.read() as transaction:
        ledger = transaction.ledger
        bodies = [
            body
            for start in range(0, ledger.size(), 10_000)
            for body in ledger.entries(start, 10_000)
        ]
        assert merkle.root_of_leaves(map(leaf_hash, bodies)) == ledger.frontier().root()
    for line in report:
        assert json.loads(bodies[line["index"]])["digest"] == line["digest"]
    accepted = [entry for body in bodies if (entry := json.loads(body))["kind"] == "accepted"]
    assert len(accepted) == ITEMS
    assert list(api.library.config.imports.iterdir()) == []
