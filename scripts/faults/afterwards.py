"""Afterwards: what a library has lost of what it had acknowledged, and what an auditor finds."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import httpx

from ledger_service import config as configuration
from ledger_service.adapters.evm.node import Node
from ledger_service.adapters.evm.reader import EvmReader
from ledger_service.adapters.sql.store import open_store
from ledger_service.domain.chain.history import ChainEvent
from ledger_service.services.chain.complete_events import complete_events
from ledger_service.setup import load_deployment
from scripts.faults.people import People
from scripts.harness.served_library import ServedLibrary
from scripts.harness.waiting import wait_until

CALM_SECONDS = 300
BATCH = 5000


def lost(library: ServedLibrary, people: People) -> list[str]:
    """Return what was acknowledged and does not stand, in words, once nothing is under way."""
    _wait_for_imports(library, people)
    library.at_rest(CALM_SECONDS)
    ledger = entries(library)
    return [
        *people.taken.lost(library.registrar, chain_events(library)),
        *lost_entries(ledger, people.entries),
        *lost_imports(ledger, people.imports),
    ]


def lost_entries(
    ledger: list[dict[str, object]], wanted: dict[int, tuple[str, str | None]]
) -> list[str]:
    """Return which entries are not where they were acknowledged. wanted: kind and digest by index."""
    return [
        f"entry {index} is not of {kind} {digest or ''}"
        for index, (kind, digest) in wanted.items()
        if index >= len(ledger)
        or (ledger[index]["kind"], ledger[index].get("digest") if digest else None)
        != (kind, digest)
    ]


def lost_imports(ledger: list[dict[str, object]], imports: dict[str, list[str]]) -> list[str]:
    """Return which lines of acknowledged imports have not one entry. imports: digests by id."""
    times = Counter(entry.get("digest") for entry in ledger if entry["kind"] == "accepted")
    return [
        f"import {name}: {times[digest]} entries of {digest}"
        for name, digests in imports.items()
        for digest in digests
        if times[digest] != 1
    ]


def entries(library: ServedLibrary) -> list[dict[str, object]]:
    """Return the ledger's entries as its database has them."""
    store = open_store(configuration.load({"MUHR_HOME": str(library.home)}).database_url)
    with store.read() as transaction:
        size = transaction.ledger.size()
        found = [
            json.loads(body)
            for start in range(0, size, BATCH)
            for body in transaction.ledger.entries(start, min(BATCH, size - start))
        ]
    store.close()
    return found


def chain_events(library: ServedLibrary) -> list[ChainEvent]:
    """Return the events on chain, asked from the node itself."""
    deployment = load_deployment(configuration.load({"MUHR_HOME": str(library.home)}))
    reader = EvmReader(Node(library.chain_url), deployment)
    found, _ = complete_events(reader, deployment.first_block, reader.head().number, {})
    return found


def readers_found_in(library: ServedLibrary, people: People) -> list[str]:
    """Return where a reader's name or token, or the plain hash of one, stands outside its tables."""
    names = [people.reader.encode(), people.reader_token.encode()]
    names += [form for name in names for form in _hashes(name)]
    blocks = [path for path in (library.home / "blocks").rglob("*") if path.is_file()]
    places = {
        "entries": [json.dumps(entries(library)).encode()],
        "events": [repr(chain_events(library)).encode()],
        "the log": [library.log.read_bytes()],
        "blocks": map(Path.read_bytes, blocks),
    }
    return [
        place
        for place, contents in places.items()
        if any(name in content for content in contents for name in names)
    ]


def _hashes(name: bytes) -> tuple[bytes, bytes]:
    digest = hashlib.sha256(name)
    return digest.digest(), digest.hexdigest().encode()


def audit(library: ServedLibrary) -> str:
    """Return "clean", or what `muhr audit` says."""
    try:
        library.muhr("audit", token=library.kept_token("auditor"))
    except RuntimeError as exc:
        return str(exc)
    return "clean"


def _wait_for_imports(library: ServedLibrary, people: People) -> None:
    def is_done(name: str) -> bool:
        answer: httpx.Response = library.registrar.get(f"/imports/{name}")
        return answer.status_code == 200 and answer.json()["state"] == "done"

    for name in people.imports:
        wait_until(lambda name=name: is_done(name), f"import {name} is not done", CALM_SECONDS)
