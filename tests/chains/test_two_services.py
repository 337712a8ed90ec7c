"""Two `muhr serve` on one PostgreSQL: the leader is killed, the database falls, and all is done once."""

import os
import shutil
import signal
import time

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from ledger_service.adapters.sql import schema
from scripts.harness.asked_library import AskedLibrary, some_bytes
from scripts.harness.postgresql import Server
from scripts.harness.processes import free_port, muhr_serve
from scripts.harness.running_library import RunningLibrary

pytestmark = pytest.mark.nightly

TAKEOVER_SECONDS = 60  # a lease, and a start of what is new


@pytest.fixture
def database():
    running = Server()
    yield running
    running.close()


@pytest.fixture
def shared(anvil, database, tmp_path):
    """Return a library of which nothing runs in this process but what looks at it."""
    library = RunningLibrary(tmp_path / "home", outer=anvil, DATABASE_URL=database.new_database())
    yield library
    library.stop()


@pytest.fixture
def services(shared, tmp_path):
    """Return two services of it, each a process with a home and a worker of its own."""
    started = []
    for name in ("first", "second"):
        port, home = str(free_port()), tmp_path / name
        shutil.copytree(shared.environment["MUHR_HOME"], home)
        settings = {**shared.environment, "MUHR_PORT": port, "MUHR_HOME": str(home)}
        started.append(muhr_serve(settings))
        started[-1].wait_until_it_answers()
    yield started
    for service in started:
        service.kill()


def leader_of(library):
    """Return the process of the worker that leads; None if the database does not answer."""
    lease = schema.chain.lease
    try:
        with library.opened.store.engine.connect() as connection:
            holder = connection.scalar(select(lease.c.holder).where(lease.c.name == "leader"))
    except OperationalError:
        return None
    return int(holder.split("-")[0]) if holder else None


def parent_of(process):
    with open(f"/proc/{process}/stat") as file:
        return int(file.read().rsplit(")", 1)[1].split()[1])


def test_a_killed_leader_and_a_fallen_database_leave_one_outcome_each(
    shared, services, database, wait, record_property
):
    digests = []

    def upload(service, count=5):
        asked = AskedLibrary(service.url, shared.token)
        for _ in range(count):
            answer = asked.upload(some_bytes())
            if answer.status_code == 202:
                digests.append(answer.json()["digest"])
        asked.close()

    for service in services:
        upload(service)
    database.kill()
    database.start()
    for service in services:
        upload(service)
    leader = wait(lambda: leader_of(shared), "nobody leads")
    led = parent_of(leader)
    os.kill(leader, signal.SIGKILL)
    [dead] = [service for service in services if service.process.pid == led]
    [left] = [service for service in services if service is not dead]
    dead.kill()
    killed_at = time.monotonic()
    upload(left)
    shared.url = left.url  # it does not answer itself
    wait(lambda: leader_of(shared) not in (None, leader), "no other leads", TAKEOVER_SECONDS)
    record_property("takeover_seconds", round(time.monotonic() - killed_at, 1))
    assert len(digests) >= 15
    for digest in digests:
        shared.registered(digest)
    on_chain = [event.subject for event in shared.chain_events("ResourceRegistered")]
    assert sorted(on_chain) == sorted(digests)
    assert shared.audit().findings == []
