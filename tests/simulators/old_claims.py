"""Claims as version 0005 of the schema kept them, which did not write down how each was made."""

from __future__ import annotations

import json
import zlib

from alembic import command
from sqlalchemy import Engine, MetaData

from ledger_service.adapters.sql.migrate import _config as configuration
from ledger_service.domain.identifiers import Digest, StewardId

OLD_STEWARD = StewardId.of_uri("https://library.example.uz")
STATES = {
    "by our key": "submitted",
    "signed elsewhere": "submitted",
    "in a signed batch": "submitted",
    "promoted": "registered",
    "promotion asked": "accepted",
    "of a report": "accepted",
    "of nothing": "accepted",
}


def make_old_claims(engine: Engine) -> None:
    """Fill a new database with a claim of each sort, named by its title, and with what tells of it."""
    command.upgrade(configuration(engine), "0005")
    tables = MetaData()
    tables.reflect(engine)
    rows: dict[str, list[dict[str, object]]] = {"registration": [], "job": []}
    terms = {"uri": "x", "seats": 1, "longest_loan_seconds": 1, "self_service": False}
    license_row = {"id": bytes(32), "name": "L", "policy_digest": bytes(32), "state": "defined"}
    rows["steward"] = [{"id": OLD_STEWARD.value, "uri": "x", "name": "Example"}]
    rows["license"] = [license_row | terms]
    for entry, (title, state) in enumerate(STATES.items(), 7):
        rows["registration"].append(_registration(title, state, entry))
    rows["job"] += [
        _job("register", _key("register", "by our key", 7), {}),
        _job("signed", "signed:" + "aa" * 32, _signed("Register", _place("signed elsewhere"))),
        _job(
            "signed",
            "signed:" + "bb" * 32,
            _signed("RegisterMany", {"registrations": [_place("in a signed batch")]}),
        ),
        _job("signed", "signed:" + "cc" * 32, _signed("Withdraw", _place("of nothing"))),
        _job("register-proven", _key("promote", "promoted", 10), {}),
        _job("register-proven", _key("promote", "promotion asked", 11), {}),
    ]
    rows["import_job"] = [_import_job()]
    rows["import_result"] = [{"job": "ab" * 16, "start": 0, "lines": _report()}]
    with engine.begin() as connection:
        for name in ("steward", "license", "registration", "job", "import_job", "import_result"):
            connection.execute(tables.tables[name].insert(), rows[name])


def _registration(title: str, state: str, entry: int) -> dict[str, object]:
    digest = Digest.of(title.encode())
    texts = {"title": title, "creator": "", "language": "", "media_type": "text/plain"}
    return {
        "digest": digest.value,
        "steward": OLD_STEWARD.value,
        "license": bytes(32),
        "cid": "f01551220" + digest.hex(),
        "size_bytes": 1,
        "state": state,
        "accepted_at": 1,
        "accepted_entry": entry,
        **texts,
    }


def _place(title: str) -> dict[str, str]:
    return {"digest": Digest.of(title.encode()).hex(), "steward": OLD_STEWARD.hex()}


def _key(word: str, title: str, entry: int) -> str:
    return f"{word}:{Digest.of(title.encode()).hex()}:{OLD_STEWARD.hex()}:{entry}"


def _signed(kind: str, message: dict[str, object]) -> dict[str, object]:
    return {"type": kind, "message": message, "signature": ""}


def _job(kind: str, key: str, intent: dict[str, object]) -> dict[str, object]:
    text = json.dumps(intent)
    return {
        "key": key,
        "kind": kind,
        "intent": text,
        "state": "done",
        "attempts": 1,
        "not_before": 0,
    }


def _import_job() -> dict[str, object]:
    counts = dict.fromkeys(("registered", "duplicate", "refused", "skipped"), 1)
    numbers = dict.fromkeys(("size_bytes", "created_at", "read_bytes", "work_milliseconds"), 1)
    return {
        "id": "ab" * 16,
        "caller": "x",
        "form": "jsonl",
        "license": "L",
        "manifest_digest": bytes(32),
        "state": "done",
        **counts,
        **numbers,
    }


def _report() -> bytes:
    lines = [
        {"digest": Digest.of(b"of a report").hex(), "index": 12, "result": "registered"},
        {"digest": Digest.of(b"of nothing").hex(), "index": 13, "result": "duplicate"},
        {"digest": "", "index": None, "result": "refused"},
    ]
    return zlib.compress("".join(json.dumps(line) + "\n" for line in lines).encode())
