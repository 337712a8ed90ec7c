"""An operator who changes the database: the audit names it, and the worker stops."""

import contextlib
import sqlite3

import pytest

from ledger_service.domain.errors import DeploymentMismatch
from ledger_service.domain.ledger.tiled_ledger import TileName, entries_of_bundle, format_bundle
from ledger_service.worker import make_worker

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tampered(blank_home, tmp_path_factory):
    """Return a library with an opening and a denial, all anchored, whose worker has ended."""
    from scripts.harness.running_library import RunningLibrary

    running = RunningLibrary(tmp_path_factory.mktemp("tampered") / "home", blank_home)
    try:
        running.start()
        digests = running.register_all(["First", "Second", "Third"])
        running.grant(digests[0])
        reader = running.client("reader")
        for digest in digests[:2]:
            reader.post("/openings", json={"digest": digest})
        running.anchored()
        running.stop_worker()
        yield running
    finally:
        running.stop()


@pytest.fixture
def change(tampered):
    """Return a function that runs SQL on the database; it is undone after the test."""
    path = tampered.home / "muhr.db"
    kept = sqlite3.connect(":memory:")
    copy(path, kept)

    def run(statement, *arguments, at_least=1):
        with contextlib.closing(sqlite3.connect(path)) as connection, connection:
            assert connection.execute(statement, arguments).rowcount >= at_least

    yield run
    with contextlib.closing(sqlite3.connect(path)) as damaged:
        kept.backup(damaged)
    kept.close()


@pytest.fixture
def change_entries(tampered, change):
    """Return a function that puts other bytes in the place of entries, or none; it is undone."""

    def run(other):
        with contextlib.closing(sqlite3.connect(tampered.home / "muhr.db")) as connection:
            rows = connection.execute("SELECT start, width, body FROM bundle").fetchall()
        changed = 0
        for start, width, bundle in rows:
            bodies = entries_of_bundle(TileName(None, 0, width), bundle)
            kept = [other(start + place, body) for place, body in enumerate(bodies)]
            new = format_bundle(body for body in kept if body is not None)
            if new != bundle:
                change(
                    "UPDATE bundle SET body = ?, width = ? WHERE start = ?",
                    *(new, len(kept) - kept.count(None), start),
                )
                changed += 1
        change("DELETE FROM bundle WHERE width = 0", at_least=0)
        assert changed

    return run


def copy(path, target):
    with contextlib.closing(sqlite3.connect(path)) as source:
        source.backup(target)


@pytest.fixture
def audit(muhr, tampered):
    """Return a function that audits by the command and gives its status and its findings."""

    def run():
        answer = muhr(
            {**tampered.environment, "MUHR_API": tampered.url},
            *("audit", "--rpc", tampered.chain.url, "--json"),
        )
        found = answer.json
        return answer.status, {item["name"] for item in found.get("findings", [found])}

    return run


def test_the_untouched_ledger_is_clean(audit):
    assert audit() == (0, set())


@pytest.mark.parametrize("index", [0, 1, 4, 7])
def test_one_changed_byte_of_an_entry_is_named(audit, change_entries, index):
    change_entries(lambda at, body: body.replace(b'"v":1', b'"v":2') if at == index else body)
    status, findings = audit()
    assert status == 1
    assert {"root-mismatch", "malformed-entry"} <= findings


def test_a_fact_changed_to_another_sound_one_is_named(audit, change_entries):
    def later(_, body):
        return body.replace(b'"at":1', b'"at":2') if b'"registered"' in body else body

    change_entries(later)
    status, findings = audit()
    assert (status, "root-mismatch" in findings) == (1, True)


def test_an_entry_left_out_at_the_end_is_named(audit, change_entries, tampered):
    with tampered.opened.store.read() as transaction:
        signed = transaction.checkpoints.latest()  # looks of other audits may stand behind it
    change_entries(lambda index, body: None if index >= signed.size - 1 else body)
    status, findings = audit()
    assert (status, "missing-entries" in findings) == (1, True)


def test_a_denial_told_as_an_opening_is_named(audit, change_entries):
    change_entries(lambda _, body: body.replace(b'"denied"', b'"opened"'))
    status, findings = audit()
    assert status == 1
    assert {"root-mismatch", "private-part-differs"} <= findings


@pytest.mark.parametrize(
    "changed", ["body = CAST('x' || substr(body, 2) AS BLOB)", "salt = randomblob(32)"]
)
def test_a_changed_private_part_is_named(audit, change, changed):
    change(f"UPDATE private_part SET {changed}")
    assert audit() == (1, {"private-part-differs"})


def test_a_private_part_that_vanished_is_named(audit, change):
    change("DELETE FROM private_part")
    assert audit() == (1, {"private-part-missing"})


def test_private_parts_that_are_gone_without_a_statement_are_named(audit, change):
    change("UPDATE private_part SET body = NULL, salt = NULL")
    assert audit() == (1, {"parts-gone"})


def test_a_private_part_of_an_erased_reader_is_counted_and_clean(audit, change):
    first = "SELECT min(entry) FROM private_part"
    change(f"UPDATE private_part SET body = NULL, salt = NULL WHERE entry = ({first})")
    change("UPDATE erased_parts SET parts = parts + 1")
    assert audit() == (0, set())


def test_a_checkpoint_signed_by_another_key_is_named(audit, change):
    change("UPDATE checkpoint SET note = replace(note, '\u2014 ', '\u2014 x')")
    assert audit() == (1, {"checkpoint-signature"})


def test_an_older_checkpoint_is_named(audit, change):
    change("DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)")
    status, findings = audit()
    assert (status, "anchor-beyond-checkpoint" in findings) == (1, True)


def test_a_worker_refuses_a_database_that_does_not_extend_the_anchor(tampered, change):
    worker = make_worker(tampered.opened)
    worker.start()
    change("UPDATE tile SET hashes = CAST(replace(hex(hashes), '0', '1') AS BLOB)")
    with pytest.raises(DeploymentMismatch):
        worker.start()
