"""Check that what a library says of its resources is what their entries commit to.

A title is in no entry, so that it can be taken from view; its digest is. An auditor makes the digest
again of all that the service lists: of a record that was corrected, the newest is told, and no other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidJson, VerificationError
from ledger_service.domain.ledger.entry import KINDS_TAKEN_IN, Entry
from ledger_service.domain.resources.record import FIELDS
from ledger_service.domain.resources.registration import NARROW
from ledger_service.ports.audit import LedgerSource
from ledger_service.services.audit.faults import Fault, Report
from ledger_service.services.audit.recompute_ledger import ShowProgress

KINDS_WITH_RECORDS = KINDS_TAKEN_IN | {"registered", "described"}


def check_descriptions(
    source: LedgerSource,
    entries: Mapping[int, Entry],
    size: int,
    add: Report,
    progress: ShowProgress,
) -> int:
    """Return how many descriptions were compared; add a finding for each that differs from its entry.

    size: of the ledger that was read; what was registered since is left for the next audit.
    """
    compared = 0
    corrected = _newest(entries, add)
    try:
        for told in source.descriptions():
            index = told.get("accepted_entry")
            if type(index) is not int:
                index = -1
            if index >= size:
                continue
            compared += 1
            described = told.get("described_entry")
            if type(described) is int and described >= size:
                continue
            index = corrected.get((told.get("digest"), told.get("steward")), index)
            entry = entries.get(index)
            if entry is None or not _commits_to(entry, told):
                add(Fault.METADATA_DIFFERS.of(digest=str(told.get("digest"))[:64], entry=index))
            progress("comparing titles", index, size)
    except VerificationError as exc:
        add(Fault.METADATA_REFUSED.of(why=exc.reason))
    progress("comparing titles", size, size)
    return compared


def _newest(entries: Mapping[int, Entry], add: Report) -> dict[tuple[Any, Any], int]:
    """Return the index of the newest record of each corrected resource, by digest and steward, as hex.

    Adds a finding for an entry that corrects what was not taken in before it, or is not the next revision.
    """
    newest: dict[tuple[Any, Any], int] = {}
    revisions: dict[tuple[Any, Any], int] = {}
    for index, entry in sorted(entries.items()):
        if entry.kind not in KINDS_WITH_RECORDS:
            continue
        named = entry.text("digest"), entry.text("steward")
        if entry.kind != "described":
            revisions.setdefault(named, 0)
            continue
        if entry.number("revision") != revisions.get(named, -1) + 1:
            add(Fault.DESCRIBED_OUT_OF_TURN.of(digest=named[0], entry=index))
        revisions[named] = entry.number("revision")
        newest[named] = index
    return newest


def _commits_to(entry: Entry, told: Mapping[str, Any]) -> bool:
    try:
        record = {name: told[name] for name in NARROW}
        record |= {name: told[name] for name in FIELDS if told.get(name)}
        body = canonical_json.canonicalize(record)
    except (KeyError, InvalidJson):
        return False
    stated = entry.facts.get("digest"), entry.facts.get("steward"), entry.facts.get("metadata")
    return stated == (told.get("digest"), told.get("steward"), hashlib.sha256(body).hexdigest())
