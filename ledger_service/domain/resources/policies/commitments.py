"""By which form of a policy a license commits to what the contracts do not know; old forms stay."""

from __future__ import annotations

from enum import StrEnum

from ledger_service.domain.resources.license import NO_POLICY, LicenseTerms, policy_digest
from ledger_service.domain.resources.policies.odrl import odrl_digest


class PolicyForm(StrEnum):
    """How the digest in a license was made.

    none: 32 zero bytes, of a license that was defined before there were policies in ODRL, and has no rule
    that the contracts do not know; rules: the same, with the rules as an object of JSON; odrl-1: of a
    policy in ODRL.
    """

    ODRL_1 = "odrl-1"
    RULES = "rules"
    NONE = "none"


def policy_form(
    terms: LicenseTerms, checkouts: int | None, is_marked: bool = False
) -> PolicyForm | None:
    """Return the form by which terms commit to these rules; None if they commit to others.

    Raises:
        InvalidLicenseTerms: no license has such a number of checkouts.
    """
    digest = terms.policy_digest
    if digest == policy_digest(checkouts, is_marked):
        return PolicyForm.NONE if digest == NO_POLICY else PolicyForm.RULES
    is_odrl = digest == odrl_digest(terms, checkouts, is_marked)
    return PolicyForm.ODRL_1 if is_odrl else None


def digests_of(
    terms: LicenseTerms, checkouts: int | None = None, is_marked: bool = False
) -> tuple[bytes, bytes]:
    """Return by what terms commit to these rules now, and by what they did before; raise as above."""
    return odrl_digest(terms, checkouts, is_marked), policy_digest(checkouts, is_marked)
