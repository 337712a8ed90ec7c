"""Check what the ledger says of where closed content lies, encrypted.

Each epoch of a resource's key has one entry, in order, and each names a ciphertext of its own. What is under
an open license is kept as it is, and needs none. Source: docs/formats.md §1.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger_service.domain.chain.history import ChainHistory
from ledger_service.domain.identifiers import LicenseId
from ledger_service.domain.ledger.entry import KINDS_TAKEN_IN, Entry
from ledger_service.services.audit.faults import Fault, Report

KINDS_WITH_LICENSES = KINDS_TAKEN_IN | {"registered"}


def check_stored(entries: Mapping[int, Entry], history: ChainHistory, add: Report) -> None:
    """Add a finding for each `stored` entry that may not stand where it does.

    entries: by index, in their order. A license that the chain does not have yet is not judged.
    """
    licenses: dict[tuple[str, str], str] = {}
    epochs: dict[tuple[str, str], int] = {}
    cids: set[str] = set()
    for index, entry in entries.items():
        if entry.kind in KINDS_WITH_LICENSES:
            licenses[_named(entry)] = entry.text("license")
        if entry.kind != "stored":
            continue
        named, epoch, cid = _named(entry), entry.number("epoch"), entry.text("cid")
        if epoch != epochs.get(named, 0) + 1:
            add(Fault.STORED_OUT_OF_TURN.of(digest=named[0], entry=index, epoch=epoch))
        if cid in cids:
            add(Fault.STORED_TWICE.of(digest=named[0], entry=index))
        if named not in licenses:
            add(Fault.STORED_NOT_TAKEN_IN.of(digest=named[0], entry=index))
        elif _is_open(licenses[named], history):
            add(Fault.STORED_THOUGH_OPEN.of(digest=named[0], entry=index))
        epochs[named] = epoch
        cids.add(cid)


def _named(entry: Entry) -> tuple[str, str]:
    return entry.text("digest"), entry.text("steward")


def _is_open(license_id: str, history: ChainHistory) -> bool:
    terms = history.licenses.get(LicenseId.parse(license_id))
    return terms is not None and terms.is_open
