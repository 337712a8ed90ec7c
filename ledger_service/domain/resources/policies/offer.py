"""What a library offers under a license, in ODRL 2.2: the policy of the license, with who offers what."""

from __future__ import annotations

from typing import Any


def offer_of(
    policy: dict[str, Any], license_page: str, assigner: str, *, is_committed: bool
) -> dict[str, Any]:
    """Return a policy as the offer of whoever answers for what is under it.

    license_page: address of the license; assigner: address of the steward. is_committed: whether the license
    on chain commits to the policy, so that the offer inherits it.
    """
    told = {
        name: value for name, value in policy.items() if name not in ("permission", "prohibition")
    }
    target = {"@type": "AssetCollection", "uid": f"{license_page}#resources"}
    for kind in ("permission", "prohibition"):
        if kind in policy:
            told[kind] = [{**rule, "assigner": assigner, "target": target} for rule in policy[kind]]
    inherited = {"inheritFrom": policy["uid"]} if is_committed else {}
    return {**told, **inherited, "@type": "Offer", "uid": f"{license_page}/offer"}
