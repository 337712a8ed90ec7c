"""The worker's own process is killed again and again: every registration still happens once."""

import random
import subprocess
import sys

import pytest
from sqlalchemy import delete, func, select

from ledger_service.adapters.sql import schema
from scripts.harness.processes import environment_of

pytestmark = pytest.mark.slow

REGISTRATIONS = 30
KILLS = 3


@pytest.fixture
def worker():
    """Return a function that starts a library's worker as a process; it is ended with the test."""
    started = []

    def start(library):
        process = subprocess.Popen(
            [sys.executable, "-m", "ledger_service.worker", library.chain.url],
            env=environment_of(library.environment),
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.stdin.close()
        process.wait(30)


def touched(library) -> int:
    """Return how many registrations the workers have at least signed a transaction for."""
    query = select(func.count()).select_from(schema.chain.sent_transaction)
    with library.opened.store.engine.connect() as connection:
        return int(connection.scalar(query) or 0)


def end_lease(library) -> None:
    """End the lease of a worker that is dead for certain, which else runs out in half a minute."""
    with library.opened.store.engine.begin() as connection:
        connection.execute(delete(schema.chain.lease))


def test_a_worker_that_is_killed_again_and_again_registers_each_once(
    new_library, fresh_bytes, worker, wait
):
    library = new_library()
    library.start_server()
    draw = random.Random(20)
    digests = [library.upload(fresh_bytes()).json()["digest"] for _ in range(REGISTRATIONS)]
    for kill in range(KILLS):
        process = worker(library)
        goal = (kill + 1) * REGISTRATIONS // (KILLS + 1) + draw.randrange(3)
        wait(lambda goal=goal: touched(library) >= goal, "the worker does nothing")
        digests.append(library.upload(fresh_bytes()).json()["digest"])  # so that it has work still
        process.kill()
        process.wait()
        end_lease(library)
    assert any(state != "registered" for state in library.status()["registrations"])
    worker(library)
    for digest in digests:
        library.registered(digest)
    on_chain = [event.subject for event in library.chain_events("ResourceRegistered")]
    assert sorted(on_chain) == sorted(digests)
    assert library.audit().findings == []


def test_two_workers_at_once_share_the_work_without_doing_it_twice(
    new_library, fresh_bytes, worker
):
    library = new_library()
    library.start_server()
    digests = [library.upload(fresh_bytes()).json()["digest"] for _ in range(5)]
    worker(library)
    worker(library)
    for digest in digests:
        library.registered(digest)
    assert len(library.chain_events("ResourceRegistered")) == len(digests)


def test_a_worker_ends_when_its_parent_does(new_library, worker, wait):
    library = new_library()
    process = worker(library)
    process.stdin.close()
    wait(lambda: process.poll() is not None, "the worker goes on")
    assert process.returncode == 0
