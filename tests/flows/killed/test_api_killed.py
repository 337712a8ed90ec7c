"""The API's process is killed while many append: what was acknowledged is there, and the root is its."""

import hashlib
import json
import threading

import httpx
import pytest

from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.merkle import leaf_hash
from scripts.report.kept import keep

pytestmark = pytest.mark.slow

CLIENTS = 32
KILLS = 3


class Sender(threading.Thread):
    """A client that registers claims, one after the other, until the service is gone."""

    def __init__(self, url, token, name):
        super().__init__()
        self._client = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, trust_env=False
        )
        self._name = name
        self.acknowledged = {}

    def run(self):
        with self._client:
            for number in range(100_000):
                digest = hashlib.sha256(f"{self._name} {number}".encode()).hexdigest()
                claim = {"digest": digest, "cid": "f01551220" + digest, "size_bytes": 1}
                told = {"title": "x", "license": "CC-BY-4.0", "media_type": "text/plain"}
                try:
                    answer = self._client.post("/registrations", json=claim | told)
                except httpx.HTTPError:
                    return
                assert answer.status_code == 202, answer.text
                self.acknowledged[digest] = answer.json()["entry"]


def test_an_api_killed_under_load_loses_nothing_that_it_acknowledged(api, wait):
    library, url, start = api
    token = library.token("registrar")
    process = start()
    acknowledged = {}
    for kill in range(KILLS):
        senders = [Sender(url, token, f"{kill} {number}") for number in range(CLIENTS)]
        for sender in senders:
            sender.start()
        wait(
            lambda s=senders: sum(len(one.acknowledged) for one in s) > CLIENTS, "few are answered"
        )
        process.kill()
        process.wait()
        for sender in senders:
            sender.join(60)
            acknowledged |= sender.acknowledged
        process = start()
    assert len(acknowledged) > KILLS * CLIENTS
    with library.opened.store.read() as transaction:
        ledger = transaction.ledger
        bodies = ledger.entries(0, ledger.size())
        assert merkle.root_of_leaves(map(leaf_hash, bodies)) == ledger.frontier().root()
    told = {index: json.loads(body) for index, body in enumerate(bodies)}
    lost = [
        digest
        for digest, index in acknowledged.items()
        if index not in told or (told[index]["kind"], told[index]["digest"]) != ("accepted", digest)
    ]
    command = "python -m pytest -m slow tests/flows/killed/test_api_killed.py"
    keep("kills", command, {"cases": len(acknowledged), "failures": len(lost)})
    assert lost == []
