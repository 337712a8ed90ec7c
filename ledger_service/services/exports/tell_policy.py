"""Tell what a license permits: the policy that it commits to, and the same as this library's offer."""

from __future__ import annotations

from typing import Any, NamedTuple

from ledger_service.domain.errors import ResourceNotFound
from ledger_service.domain.resources.policies.commitments import PolicyForm, policy_form
from ledger_service.domain.resources.policies.odrl import format_policy, policy_of
from ledger_service.domain.resources.policies.offer import offer_of
from ledger_service.ports.resources import License
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import show_license


class ToldPolicy(NamedTuple):
    """A license, and what it permits in ODRL. form: by which it commits to that; None: to other rules."""

    license: License
    form: PolicyForm | None
    policy: dict[str, Any]

    @property
    def is_committed(self) -> bool:
        """Whether SHA-256 of the policy's bytes is in the license on chain."""
        return self.form is PolicyForm.ODRL_1


def tell_policy(library: Library, name_or_id: str) -> ToldPolicy:
    """Return what a license permits, as its terms say it; raise UnknownLicense."""
    row = show_license(library, name_or_id)
    rules = row.checkouts, row.is_marked
    return ToldPolicy(row, policy_form(row.terms, *rules), policy_of(row.terms, *rules))


def policy_bytes(library: Library, name_or_id: str) -> bytes:
    """Return the bytes whose SHA-256 the license commits to.

    Raises:
        UnknownLicense: there is none of this name or id.
        ResourceNotFound: it was defined before licenses committed to a policy in ODRL.
    """
    told = tell_policy(library, name_or_id)
    if not told.is_committed:
        raise ResourceNotFound("policy", license=told.license.name)
    return format_policy(told.policy)


def offer_bytes(library: Library, name_or_id: str, public_url: str) -> bytes:
    """Return what this library offers under a license; raise UnknownLicense. public_url: of the service."""
    told = tell_policy(library, name_or_id)
    page = f"{public_url}/licenses/{told.license.id}"
    steward = f"{public_url}/stewards/{library.steward.hex()}"
    offer = offer_of(told.policy, page, steward, is_committed=told.is_committed)
    return format_policy(offer)
