"""Check that no resource was lent more often than its license lets it be, and what licenses are told to ask.

The contracts do not count loans. The license id commits by its policy to the number, and to whether copies
are marked, so that a service can tell nothing else: the policy is made anew of the terms on chain and of what
is told. Grants stand on chain, where all count them. Source: docs/formats.md §3.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ledger_service.domain.chain.history import ChainHistory
from ledger_service.domain.errors import InvalidLicenseTerms
from ledger_service.domain.identifiers import LicenseId, StewardId
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.domain.resources.policies.commitments import policy_form
from ledger_service.ports.audit import LedgerSource
from ledger_service.services.audit.faults import Fault, Report


def check_licenses(
    source: LedgerSource, history: ChainHistory, steward: StewardId, add: Report
) -> None:
    """Add a finding for each license whose number is told wrongly, and each resource lent too often.

    steward: whose loans are counted, without those that members of a cohort claimed.
    """
    most: dict[LicenseId, int] = {}
    on_chain = {found.hex(): found for found in history.licenses}
    for told in source.licenses():
        license_id = on_chain.get(str(told.get("license")))
        if license_id is None:  # not on chain yet
            continue
        if not _commits_to(history.licenses[license_id], told):
            add(Fault.LICENSE_DIFFERS.of(license=license_id.hex()))
        elif told.get("checkouts") is not None:
            most[license_id] = told["checkouts"]
    loans = Counter(
        grant.digest
        for grant in history.grants.values()
        if grant.steward == steward and not grant.claimed
    )
    for digest, count in loans.items():
        registration = history.registrations.get((digest, steward))
        allowed = None if registration is None else most.get(registration.license)
        if allowed is not None and count > allowed:
            add(Fault.TOO_MANY_LOANS.of(digest=digest.hex(), count=count, most=allowed))


def _commits_to(terms: LicenseTerms, told: Mapping[str, Any]) -> bool:
    """Return whether terms on chain commit, in whatever form, to the rules of a license as it is told."""
    checkouts, is_marked = told.get("checkouts"), told.get("marked", False)
    if not (checkouts is None or type(checkouts) is int) or type(is_marked) is not bool:
        return False
    try:
        return policy_form(terms, checkouts, is_marked) is not None
    except InvalidLicenseTerms:
        return False
