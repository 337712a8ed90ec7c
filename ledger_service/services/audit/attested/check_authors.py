"""Check what authors signed, of which the ledger holds digests: each file is fetched and checked again.

A contract wallet's approval is not judged: its chain told it when it was asked, and may tell otherwise now.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger_service.domain.authorship.signed_statement import StatementFile
from ledger_service.domain.errors import InvalidAuthors, NotFound
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger.entry import Entry, StatementType
from ledger_service.ports.audit import LedgerSource
from ledger_service.services.audit.faults import Fault, Report
from ledger_service.services.authorship.check_signatures import (
    SignatureState,
    SignedByKey,
    check_signatures,
)


def check_authors(
    source: LedgerSource,
    entries: Mapping[int, Entry],
    steward: StewardId,
    by_key: SignedByKey,
    add: Report,
) -> None:
    """Add a finding for each statement of authors that is not shown, is another, or is not signed by all.

    entries: by index, in their order. steward: whose ledger it is; what others state is elsewhere.
    """
    for index, entry in entries.items():
        is_cosigned = entry.kind == "attested" and entry.text("type") == StatementType.COSIGNATURE
        if not is_cosigned or entry.text("attester") != steward.hex():
            continue
        digest = Digest.parse(entry.text("statement"))
        try:
            signed = StatementFile.parse(source.signed_statement(digest)).signed
        except NotFound:
            add(Fault.AUTHORS_MISSING.of(entry=index, digest=digest.hex()))
            continue
        except InvalidAuthors as exc:
            add(Fault.AUTHORS_DIFFER.of(entry=index, why=exc.reason))
            continue
        if signed.digest != digest:
            why = InvalidAuthors("other-statement", digest=signed.digest.hex()).reason
            add(Fault.AUTHORS_DIFFER.of(entry=index, why=why))
            continue
        states = check_signatures(signed, by_key).states
        for place, state in enumerate(states, 1):
            if state is SignatureState.FAILS:
                add(Fault.AUTHORS_SIGNATURE.of(entry=index, place=place))
