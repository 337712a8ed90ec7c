"""Define a license: give terms a name in this library and put them on chain."""

from __future__ import annotations

import re
from dataclasses import replace

from ledger_service.domain.chain.intent import DefineLicense
from ledger_service.domain.chain.job import JobName
from ledger_service.domain.errors import InvalidLicenseTerms, LicenseNameTaken
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.license import LicenseTerms, policy_digest
from ledger_service.ports.resources import License
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}\Z")


def define_license(
    library: Library,
    caller: Caller,
    name: str,
    terms: LicenseTerms,
    checkouts: int | None = None,
    is_marked: bool = False,
) -> License:
    """Return the license, accepted; or the one that stands under this name with these terms.

    checkouts: how often each resource may be lent in all; is_marked: whether each copy that is lent is
    marked. Both become the policy of the terms.

    Raises:
        InvalidLicenseTerms: the name is not 1 to 63 letters, digits, dots or dashes; or copies of what
            everybody may have are to be marked.
        LicenseNameTaken: the name stands for other terms, or the terms have another name.
    """
    check_permitted(caller, Permission.LICENSE_DEFINE)
    if not _NAME.match(name):
        raise InvalidLicenseTerms("name")
    if is_marked and terms.is_open:
        raise InvalidLicenseTerms("mark-of-open")
    if checkouts is not None or is_marked:
        terms = replace(terms, policy_digest=policy_digest(checkouts, is_marked))
    with library.store.write() as transaction:
        now = library.clock()
        intent = DefineLicense(terms)
        job_name = JobName.of(intent, attempt=now)  # one a second
        named, same = (
            transaction.licenses.find_named(name),
            transaction.licenses.find(terms.id),
        )
        standing = named or same
        if standing is not None:
            if standing.name != name or standing.terms != terms:
                raise LicenseNameTaken(name=standing.name, uri=standing.terms.uri)
            if standing.state != "rejected" or transaction.jobs.find(job_name) is not None:
                return standing
        row = License(terms.id, name, terms, "accepted", checkouts, is_marked)
        if standing is None:
            transaction.licenses.add(row)
        else:  # the chain refused it once; it is put to the chain again
            transaction.licenses.set_state(row.id, row.state)
        transaction.jobs.add(job_name, intent, now)
        record_act(transaction, caller, now, ActKind.LICENSE_DEFINED, name)
        return row
