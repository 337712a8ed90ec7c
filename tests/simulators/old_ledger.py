"""A database as version 0001 of the schema left it: a row for each entry and each tree node."""

from __future__ import annotations

from alembic import command
from sqlalchemy import Engine, MetaData

from ledger_service.adapters.sql import migrate
from ledger_service.adapters.sql.migrate import _config as configuration
from ledger_service.adapters.sql.store import SqlStore
from ledger_service.domain.chain.job import JobName
from ledger_service.domain.errors import EntryNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.merkle import Frontier, NodeName, leaf_hash
from ledger_service.ports.paging import PageRequest

ENTRIES = 1000


ONE, TWO, ROOT = ("01" * 32, "02" * 32, "03" * 32)
OLD_JOBS = [  # the key of a job, its intent, and the name that it has now
    (key, intent, JobName(kind, bytes.fromhex(subject), details))
    for key, intent, kind, subject, details in [
        (f"register:{ONE}:{TWO}:3", "{}", "register-resource", ONE, "3"),
        (f"promote:{ONE}:{TWO}:3", "{}", "register-proven", ONE, "3"),
        (f"resource:{ONE}:supersede:{TWO}:1", "{}", "supersede-resource", ONE, f"{TWO}:1"),
        (f"resource:{ONE}:rendition:{TWO}", "{}", "declare-rendition", ONE, TWO),
        (f"resource:{ONE}:withdraw", "{}", "withdraw-resource", ONE, ""),
        (f"license:{ONE}", "{}", "define-license", ONE, ""),
        (f"license:{ONE}:1800000000", "{}", "define-license", ONE, "1800000000"),
        (f"grant:{ONE}", "{}", "issue-grant", ONE, ""),
        (f"renew:{ONE}:1800000000", "{}", "renew-grant", ONE, "1800000000"),
        (f"return:{ONE}", "{}", "return-grant", ONE, ""),
        (f"revoke:{ONE}", "{}", "revoke-grant", ONE, ""),
        (f"signed:{ONE}", "{}", "signed-intent", ONE, ""),
        ("anchor:9:1800000000", f'{{"root":"{ROOT}"}}', "anchor-checkpoint", ROOT, "9:1800000000"),
    ]
]


def entry_of(index: int) -> bytes:
    return b"entry %d" % index * (index % 40)


def make_old_ledger(engine: Engine) -> None:
    """Fill a new database with entries and with rows that refer to them, and to one another."""
    command.upgrade(configuration(engine), "0001")
    tables = MetaData()
    tables.reflect(engine)
    rows: dict[str, list[dict[str, object]]] = {"entry": [], "node": []}
    frontier = Frontier()
    for index in range(ENTRIES):
        rows["entry"].append({"index": index, "kind": "accepted", "body": entry_of(index)})
        for name, value in frontier.append(leaf_hash(entry_of(index))):
            rows["node"].append({"level": name.level, "index": name.offset, "hash": value})
    one = bytes(32)
    rows["steward"] = [{"id": one, "uri": "https://library.example.uz", "name": "Example"}]
    terms = {"uri": "x", "seats": 1, "longest_loan_seconds": 1, "self_service": False}
    rows["license"] = [
        {"id": one, "name": "L", "policy_digest": one, "state": "defined", **terms},
    ]
    ids = {"digest": one, "steward": one, "license": one, "state": "registered"}
    texts = {"title": "x", "creator": "", "language": "uz", "media_type": "text/plain"}
    entries = {"accepted_at": 1, "accepted_entry": 3, "registered_entry": 4}
    cid = "f01551220" + one.hex()
    rows["registration"] = [{**ids, **texts, **entries, "cid": cid, "size_bytes": 1}]
    rows["private_part"] = [{"entry": 5, "salt": one, "body": b"{}"}]
    expires = {"grant": one, "reader": "x", "expires_at": 1}
    rows["opening"] = [{"secret_digest": one, "entry": 5, "digest": one, **expires}]
    rest = {"entry": None, "state": "submitted", "attempts": 1, "not_before": 0}
    rows["job"] = [
        {"id": 7 + place, "key": key, "kind": name.kind, "intent": intent, **rest}
        for place, (key, intent, name) in enumerate(OLD_JOBS)
    ]
    rows["chain_transaction"] = [
        {"sender": "a", "nonce": 0, "hash": "h", "job": 7, "raw": b"raw", "signed_at": 1}
    ]
    with engine.begin() as connection:
        for name, values in rows.items():
            connection.execute(tables.tables[name].insert(), values)


def check_new_ledger(engine: Engine) -> None:
    """Check that migrating an old ledger kept every byte of it."""
    migrate.upgrade(engine)
    migrate.check_current(engine)
    with SqlStore(engine).read() as transaction:
        ledger = transaction.ledger
        assert ledger.size() == ENTRIES
        assert ledger.entries(0, ENTRIES + 1) == [entry_of(index) for index in range(ENTRIES)]
        frontier = Frontier()
        for index in range(ENTRIES):
            nodes = frontier.append(leaf_hash(entry_of(index)))
            assert ledger.read_nodes([name for name, _ in nodes]) == [value for _, value in nodes]
        assert merkle.root_hash(ENTRIES, ledger.read_nodes) == frontier.root()
        try:
            ledger.read_nodes([NodeName(0, ENTRIES)])
        except EntryNotFound:
            pass
        else:
            raise AssertionError("a node beyond the ledger")
        assert ledger.private_parts(0, 9)[0].body == b"{}"
        assert [
            row.accepted_entry for row in transaction.registrations.page(PageRequest()).items
        ] == [3]
        assert transaction.copies.of_file(Digest(bytes(32))) is None
    with engine.connect() as connection:
        after = MetaData()
        after.reflect(engine)
        [license_row] = connection.execute(after.tables["license"].select())
        assert (license_row.checkouts, license_row.is_marked) == (None, False)
        for name in ("opening", "sent_transaction"):
            assert len(connection.execute(after.tables[name].select()).all()) == 1
        jobs = connection.execute(after.tables["job"].select().order_by(after.tables["job"].c.id))
        names = [JobName(row.kind, row.subject, row.details) for row in jobs]
        assert names == [name for _, _, name in OLD_JOBS]
        assert not {"entry", "node"} & set(after.tables)
