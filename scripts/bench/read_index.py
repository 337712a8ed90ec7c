"""Read a library's chain into the index of a new database, by the code of any checkout.

    PYTHONPATH=CHECKOUT CHECKOUT/.venv/bin/python scripts/bench/read_index.py HOME URL

prints as JSON: events, rate (a second), rate_of_processor (a second of its own work) and peak_bytes.
HOME is left as it is.
"""

from __future__ import annotations

import importlib
import json
import resource
import shutil
import sys
import tempfile
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

MOST_TRIES = 10


def read(home: Path, url: str) -> dict[str, float]:
    """Return how an index was brought up to date."""
    told = {"MUHR_CHAIN_URL": url, "MUHR_CONFIRMATIONS": "1"}
    environment = {"MUHR_HOME": str(home), **told}
    loaded = importlib.import_module("ledger_service.config").load(environment)
    setup = importlib.import_module("ledger_service.setup")
    store = setup.open_store(loaded.database_url)
    upgrade = importlib.import_module("ledger_service.adapters.sql.migrate").upgrade
    upgrade(store.engine, *_tables_of_rooms())
    opened = setup.open_library(loaded, url)
    begin, worked = time.perf_counter(), time.process_time()
    count = _followed(opened)
    took, worked = time.perf_counter() - begin, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "events": count,
        "rate": count / took,
        "rate_of_processor": count / worked,
        "peak_bytes": peak,
    }


def _tables_of_rooms() -> list[Any]:
    """Return what the migrations of rooms are told by; nothing where no room has tables yet."""
    try:
        return [importlib.import_module("reading_room").migration_folders()]
    except (ModuleNotFoundError, AttributeError):
        return []


def _followed(opened: Any) -> int:
    """Return how many events were read; as a worker does, begin again when the node took too long."""
    follow = _of("services", "chain", "follow_chain").follow_chain
    unavailable = importlib.import_module("ledger_service.domain.errors").ChainUnavailable
    for _ in range(MOST_TRIES):
        try:
            count: int = follow(opened.library, opened.deployment.first_block)
        except unavailable as exc:
            print(f"  again: {exc}", file=sys.stderr)
        else:
            return count
    raise SystemExit("The index cannot be read.")


def copy_settings(home: Path, copy: Path) -> None:
    """Copy what says which library it is; an earlier deployment file has fewer fields."""
    for folder in ("keys", "blocks"):
        shutil.copytree(home / folder, copy / folder)
    deployment = _of("domain", "chain", "deployment").Deployment
    told = json.loads((home / "deployment.json").read_text())
    known = {field.name: told[field.name] for field in fields(deployment) if field.name in told}
    (copy / "deployment.json").write_text(json.dumps(known))


def _of(floor: str, story: str, module: str) -> Any:
    """Return a module where a checkout has it: by story, or beside one another as they once were."""
    try:
        return importlib.import_module(f"ledger_service.{floor}.{story}.{module}")
    except ModuleNotFoundError:
        return importlib.import_module(f"ledger_service.{floor}.{module}")


def main(home: str, url: str) -> int:
    """Return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        copy_settings(Path(home), copy)
        print(json.dumps(read(copy, url)))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
