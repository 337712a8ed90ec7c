"""The service on a real PostgreSQL, which these tests start themselves: schema, flow, and kills.

A PostgreSQL that is not installed is a failure, not a skip. Run with `make test-live`.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text

from ledger_service.adapters.sql import schema
from ledger_service.adapters.sql.changes import LOOK_SECONDS
from ledger_service.adapters.sql.migrate import check_current, upgrade
from ledger_service.adapters.sql.store import open_store
from ledger_service.domain.errors import LedgerBusy
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger import merkle
from ledger_service.domain.resources.registration import Route
from ledger_service.services.people.presence.pass_presence import LIVES_SECONDS, forget_presences
from reading_room import migration_folders
from reading_room.interop.oai.rules.arguments import LIST_RECORDS
from reading_room.interop.oai.verbs import list_items
from scripts.harness.postgresql import Server
from tests.simulators.clock import ClockSimulator
from tests.simulators.old_claims import OLD_STEWARD, make_old_claims
from tests.simulators.old_ledger import check_new_ledger, make_old_ledger
from tests.simulators.people.company import ProcessSimulator, until

REGISTRATIONS = 30
ITEMS = 25_000


@pytest.fixture(scope="module")
def server():
    running = Server()
    yield running
    running.close()


@pytest.fixture
def running(server, tmp_path):
    """Return a running library whose database is in PostgreSQL."""
    from scripts.harness.running_library import RunningLibrary

    library = RunningLibrary(tmp_path / "home", DATABASE_URL=server.new_database())
    try:
        yield library.start()
    finally:
        library.stop()


def test_the_migrations_lead_to_the_schema_of_the_tables(server):
    store = open_store(server.new_database())
    upgrade(store.engine)
    upgrade(store.engine)  # once more does nothing
    check_current(store.engine)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
    store.close()


def test_the_store_tells_that_somebody_has_committed(server):
    url = server.new_database()
    store, another = open_store(url), open_store(url)
    upgrade(store.engine)

    def seen() -> str:
        time.sleep(LOOK_SECONDS)
        return store.changes()

    first = seen()
    with store.read() as transaction:
        transaction.ledger.size()
    assert seen() == first
    with another.write() as transaction:
        transaction.worker_state.replace(transaction.worker_state.read())
    assert seen() != first
    for opened in (store, another):
        opened.close()


def test_people_of_two_processes_see_one_another_and_vanish(running):
    clock = ClockSimulator(int(time.time()) + 3600)
    library = replace(running.opened.library, clock=clock)

    async def meet():
        first, second = two = [ProcessSimulator(library) for _ in "ab"]
        here, there = first.come("a", _1="{}"), second.come("a", _2="{}")
        await until(lambda: here.seen() == {2: (1, "{}")} and there.seen() == {1: (1, "{}")})
        first.kill()
        clock.advance(LIVES_SECONDS)
        await until(lambda: there.seen() == {})
        second.presences.close("a", there)
        await until(lambda: second.presences._going is None)
        for one in two:
            one.close()

    asyncio.run(meet())
    clock.advance(LIVES_SECONDS)
    forget_presences(library, lambda: False)
    with library.store.read() as transaction:
        assert not transaction.presences.has_ended(clock())


WHERE_READERS_ARE = "SELECT pg_relation_filepath('reader'), pg_relation_filepath('together_member')"


def test_tables_that_name_readers_are_written_anew_after_an_erasure(server):
    store = open_store(server.new_database())
    upgrade(store.engine, migration_folders())
    with store.write() as transaction:
        for name in ("a" * 32, "b" * 32):
            transaction.access.add_reader(name, bytes(32))
    with store.write() as transaction:
        transaction.access.erase_reader("a" * 32)
    with store.engine.connect() as connection:
        before = connection.execute(text(WHERE_READERS_ARE)).one()
    store.rewrite()
    with store.engine.connect() as connection:
        after = connection.execute(text(WHERE_READERS_ARE)).one()
    assert not set(before) & set(after)
    with store.read() as transaction:
        assert [name for name, _ in transaction.access.readers("", 9)] == ["b" * 32]
    store.close()


def test_nobody_is_held_up_by_tables_that_cannot_be_written_anew_now(server):
    store = open_store(server.new_database())
    upgrade(store.engine)
    with store.engine.connect() as reading, ThreadPoolExecutor(1) as pool:
        reading.execute(text("SELECT count(*) FROM reader"))  # and goes on, as a backup does
        rewriting = pool.submit(store.rewrite)
        try:
            with pytest.raises(LedgerBusy):
                rewriting.result(10)
            with store.read() as transaction:
                assert transaction.access.readers("", 9) == []
        finally:
            reading.rollback()
    store.rewrite()
    store.close()


def test_claims_and_jobs_of_an_earlier_version_are_kept(server):
    store = open_store(server.new_database())
    make_old_claims(store.engine)
    upgrade(store.engine)
    with store.read() as transaction:
        found = transaction.registrations.find(Digest.of(b"by our key"), OLD_STEWARD)
        assert found.route is Route.HERE
        found = transaction.registrations.find(Digest.of(b"signed elsewhere"), OLD_STEWARD)
        assert found.route is Route.ELSEWHERE
        found = transaction.registrations.find(Digest.of(b"of a report"), OLD_STEWARD)
        assert found.route is Route.BULK
    with store.engine.connect() as connection:
        job = schema.chain.job
        asked = job.c.kind == "register", job.c.subject == Digest.of(b"by our key").value
        assert connection.execute(select(job.c.details).where(*asked)).scalar_one() == "7"
    store.close()


def test_a_ledger_of_an_earlier_version_is_kept(server):
    store = open_store(server.new_database())
    make_old_ledger(store.engine)
    check_new_ledger(store.engine)
    store.close()


def test_the_main_flow_from_registration_to_audit(running):
    data = b"A book in PostgreSQL. " * 60_000
    digest = running.register(data, title="Zamonaviy o‘zbek she’riyati 😀")["digest"]
    grant = running.grant(digest)
    reader, other = running.client("reader"), running.client("reader", running.readers[1])
    opening = reader.post("/openings", json={"digest": digest}).json()
    content = reader.get(opening["content"].removeprefix("/api/v1"))
    assert content.content == data
    assert other.post("/openings", json={"digest": digest}).status_code == 403
    registrar = running.client("registrar")
    assert registrar.post(f"/grants/{grant['grant']}/revocation").status_code == 202
    running.granted(grant["grant"], "revoked")
    assert reader.post("/openings", json={"digest": digest}).status_code == 403
    report = running.audit()
    assert report.findings == []
    assert (report.decisions.openings, report.decisions.denials) == (1, 2)
    verdict = running.client().get(f"/resources/{digest}/verdict").json()
    assert verdict["authentic"]


def test_a_harvester_reads_what_changed_in_pages(running, monkeypatch):
    monkeypatch.setattr(list_items, "ITEMS_OF_PAGE", {LIST_RECORDS: 2})
    first, *_, last = running.register_all(["One", "Two", "Three", "Four"])
    corrected = {"title": "Corrected", "part_of": [{"title": "Series"}]}
    path = f"/resources/{first}/descriptions"
    assert running.client("registrar").post(path, json=corrected).status_code == 200
    found, asked = [], {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
    while asked:
        answer = httpx.get(f"{running.url}/oai", params=asked, trust_env=False).text
        found += re.findall("<identifier>oai:[^<]*:([0-9a-f]{64})<", answer)
        token = re.search("<resumptionToken[^>]*>([^<]+)<", answer)
        asked = token and {"verb": "ListRecords", "resumptionToken": token[1]}
    assert (len(found), found[-2:]) == (4, [last, first])
    sets = httpx.get(f"{running.url}/oai?verb=ListSets", trust_env=False).text
    [spec] = re.findall("<setSpec>(collection-[^<]*)<", sets)
    listed = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "set": spec}
    answer = httpx.get(f"{running.url}/oai", params=listed, trust_env=False).text
    assert answer.count("<header") == 1


def test_what_is_kept_is_checked_and_the_check_attested(running):
    digest = running.register(b"kept in a folder")["digest"]
    registrar = running.client("registrar")
    path = f"/fixity/{registrar.post('/fixity').json()['number']}"
    deadline = time.monotonic() + 60
    while (run := registrar.get(path).json())["ended_at"] is None:
        assert time.monotonic() < deadline, run
    assert run["outcomes"]["match"] == run["of"] == 1
    [found] = registrar.get(path + "/findings").json()["items"]
    assert found["cid"].endswith(digest)
    assert running.audit().findings == []


def test_text_that_postgresql_cannot_hold_is_a_problem_of_the_caller(running):
    registrar = running.client("registrar")
    nul = {"digest": running.register()["digest"], "until": int(time.time()) + 60, "reader": "\0"}
    answers = [
        registrar.get("/licenses/%00"),
        registrar.get("/licenses", params={"cursor": "AA"}),
        registrar.post("/grants", json=nul),
        running.upload(b"x", license="\0"),
        running.upload(b"x", title="\0"),
        registrar.get("/resources/%00"),
        registrar.get("/openings/%00/content", headers={"Authorization": "Bearer \x7f"}),
    ]
    assert [answer.status_code // 100 for answer in answers] == [4] * len(answers)


def test_many_uploads_at_once_make_one_ledger(running, fresh_bytes):
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: running.upload(fresh_bytes()), range(48)))
    assert {answer.status_code for answer in answers} == {202}
    indices = [answer.json()["accepted_entry"] for answer in answers]
    assert len(set(indices)) == len(indices)
    for answer in answers:
        running.registered(answer.json()["digest"])
    assert running.audit().findings == []


def test_a_server_killed_during_registrations_loses_and_doubles_nothing(
    server, running, fresh_bytes, wait
):
    acknowledged = []
    for number in range(REGISTRATIONS):
        data = fresh_bytes()
        if number in (8, 16, 24):
            server.kill()
            assert running.upload(data).status_code == 503
            server.start()
        answer = wait(
            lambda data=data: (found := running.upload(data)).status_code == 202 and found,
            "uploads are not accepted again",
        )
        acknowledged.append(answer.json()["digest"])
    for digest in acknowledged:
        running.registered(digest)
    on_chain = [event.subject for event in running.chain_events("ResourceRegistered")]
    assert sorted(on_chain) == sorted(acknowledged)
    assert running.audit().findings == []
    with running.opened.store.read() as transaction:
        size = transaction.ledger.size()
        bodies = transaction.ledger.entries(0, size)
        stored = merkle.root_hash(size, transaction.ledger.read_nodes)
    assert merkle.root_of_leaves(map(merkle.leaf_hash, bodies)) == stored


def test_an_import_goes_on_after_the_server_was_killed_and_stops_at_no_text(server, running, wait):
    rows = [
        {"digest": hashlib.sha256(str(n).encode()).hexdigest(), "size_bytes": 1, "title": "Ў"}
        for n in range(ITEMS)
    ]
    for number, changes in enumerate(
        ({"license": "\0"}, {"title": "\0"}, {"license": "\ud800"}, {"\0": ""}, {"path": "\0"})
    ):
        rows[number * 5000].update(changes)
    registrar = running.client("registrar")
    sent = registrar.post(
        "/imports",
        params={"license": "CC-BY-4.0"},
        content="".join(json.dumps(row) + "\n" for row in rows),
        headers={"Content-Type": "application/jsonl"},
    ).json()
    path = f"/imports/{sent['id']}"
    wait(lambda: registrar.get(path).json()["items"], "the import does not begin")
    server.kill()
    assert registrar.get(path).status_code == 503
    server.start()

    def ended():
        answer = registrar.get(path)
        return answer.status_code == 200 and answer.json()["anchor"] and answer.json()

    found = wait(ended, "the import does not end", 120)
    assert (found["state"], found["registered"], found["refused"]) == ("done", ITEMS - 5, 5)
    report = [json.loads(line) for line in registrar.get(path + "/report").text.splitlines()]
    assert [line["place"] for line in report] == [f"manifest.jsonl:{n + 1}" for n in range(ITEMS)]
    assert {line["result"] for line in report} == {"registered", "refused"}
    assert running.audit().findings == []


def test_a_connection_killed_in_a_transaction_leaves_nothing_of_it(server):
    store = open_store(server.new_database())
    upgrade(store.engine)
    with pytest.raises(LedgerBusy), store.write() as transaction:
        transaction.access.add_reader("reader", bytes(32))
        with store.engine.connect() as other:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            others += "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            other.execute(text(others))
        transaction.access.add_reader("another", bytes(32))
    with store.read() as transaction:
        assert transaction.access.reader_key("reader") is None
    store.close()
