"""Correct the record of a registered resource: a new revision of it, and never an overwrite.

The bytes' registration stays as it is, on chain too. What is shown from then on is the newest record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.registration import (
    Description,
    Registration,
    described_facts,
)
from ledger_service.services.ledger.append_entry import append_entry
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from ledger_service.services.resources.find_resources import check_told
from ledger_service.services.resources.promote_resource import registered


def describe_resource(
    library: Library, caller: Caller, digest: Digest, corrected: Mapping[str, Any]
) -> Registration:
    """Return the registration with its corrected record; the same record again makes no revision.

    corrected: members of the record but size_bytes, as JSON; what is not given stays as it is, and what is
    given empty is taken away.

    Raises:
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn: its registration does not stand.
        SignatureAwaited, RouteUnknown: it waits for the signature of a registrar's own key.
        InvalidMetadata: a resource cannot be described so.
        MetadataMismatch: the record that is to be corrected is not what its entry commits to.
    """
    check_permitted(caller, Permission.RESOURCE_CHANGE)
    with library.store.write() as transaction:
        found = registered(transaction, library, digest)
        check_told(transaction, [found])
        record = found.record.corrected(corrected)
        if record == found.record:
            return found
        revision = 1 if found.described is None else found.described.revision + 1
        now = library.clock()
        facts = described_facts(digest, library.steward, revision, record)
        entry = append_entry(transaction, Entry("described", now, facts))
        made = Description(digest, library.steward, revision, record, now, entry)
        transaction.registrations.describe(made)
        record_act(transaction, caller, now, ActKind.DESCRIBED, digest, entry)
        return replace(found, described=made)
