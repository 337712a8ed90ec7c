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
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.domain.resources.policies.commitments import digests_of
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
    marked. The terms and both become a policy, which the license commits to. What was defined before with
    a policy of another form stands as it is.

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
    forms = [
        replace(terms, policy_digest=digest) for digest in digests_of(terms, checkouts, is_marked)
    ]
    with library.store.write() as transaction:
        now = library.clock()
        named = transaction.licenses.find_named(name)
        same = (transaction.licenses.find(form.id) for form in forms)
        standing = named or next((row for row in same if row is not None), None)
        terms = forms[0] if standing is None else standing.terms
        intent = DefineLicense(terms)
        job_name = JobName.of(intent, attempt=now)  # one a second
        if standing is not None:
            if standing.name != name or terms not in forms:
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
