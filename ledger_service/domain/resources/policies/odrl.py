"""The policy of a license in ODRL 2.2: what everybody may do with what is under it, and on what conditions.

It is made of the terms alone, so that the same terms are the same license in every library. Its bytes are
hashed, and the hash is on chain: what this module writes for terms must never change. Another way to write
policies is another profile, beside this one. Normative text: docs/formats.md §3.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidLicenseTerms
from ledger_service.domain.resources.license import UNLIMITED_SEATS, LicenseTerms

Rule = dict[str, Any]

CONTEXT = "http://www.w3.org/ns/odrl.jsonld"
PROFILE = "https://muhr.example/ns/odrl/1"
UNDER_LICENSE = PROFILE + "#under-the-license"
GRANTEE = PROFILE + "#grantee"
"""Whoever has a grant that stands; with -to-print or -to-download, one that permits this."""
EDUCATION = PROFILE + "#education"
COPYING = ("annotate", "archive", "display", "distribute", "print", "read", "reproduce")
READING = ("annotate", "display", "read")
COMMERCIAL_USE, SHARE_ALIKE = "cc:CommercialUse", "cc:ShareAlike"
MEDIA_TYPE = f'application/ld+json; profile="{CONTEXT}"'

_CREATIVE_COMMONS = re.compile(r"https?://creativecommons\.org/licenses/([a-z+-]+)/")
_NOT_FOR_COMMERCE = re.compile(r"https?://rightsstatements\.org/vocab/(?:InC-NC|NoC-NC)/")
_FOR_EDUCATION = re.compile(r"https?://rightsstatements\.org/vocab/InC-EDU/")


def policy_of(
    terms: LicenseTerms, checkouts: int | None = None, is_marked: bool = False
) -> dict[str, Any]:
    """Return the policy of these terms as JSON-LD; the policy digest in them is not read.

    checkouts: how often a resource is lent in all; is_marked: whether each copy that is lent is marked.

    Raises:
        InvalidLicenseTerms: the number is not from 1 to the largest of canonical JSON.
    """
    if checkouts is not None and not 1 <= checkouts <= canonical_json.LARGEST_INTEGER:
        raise InvalidLicenseTerms("checkouts", most=canonical_json.LARGEST_INTEGER)
    marking = [{"action": "watermark"}] if is_marked else []
    make = _open_rules if terms.is_open else _closed_rules
    permitted, prohibited = make(terms, marking)
    if checkouts is not None:
        permitted.append(_rule(["grantUse"], constraint=[_at_most(checkouts)]))
    told: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Set",
        "dct:source": {"@id": terms.uri},
        "permission": permitted,
        "profile": PROFILE,
    }
    if prohibited:
        told["prohibition"] = prohibited
    return told | {"uid": f"hash://sha256/{_sha_256(told).hex()}"}


def format_policy(policy: dict[str, Any]) -> bytes:
    """Return the bytes that are hashed: canonical JSON."""
    return canonical_json.canonicalize(policy)


def odrl_digest(
    terms: LicenseTerms, checkouts: int | None = None, is_marked: bool = False
) -> bytes:
    """Return SHA-256 of the policy's bytes, which a license commits to; raise as `policy_of`."""
    return _sha_256(policy_of(terms, checkouts, is_marked))


def _sha_256(policy: dict[str, Any]) -> bytes:
    return hashlib.sha256(format_policy(policy)).digest()


def _open_rules(terms: LicenseTerms, marking: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
    """Return what is permitted and prohibited under Creative Commons, and in the public domain."""
    named = _CREATIVE_COMMONS.match(terms.uri)
    code = f"-{named[1]}" if named else ""
    attribution = [{"action": "attribute"}] if named else []
    permitted = [_rule(COPYING, duty=[*attribution, *marking])]
    prohibited = []
    if "-nd" in code:
        prohibited.append(_rule(["derive"]))
    else:
        alike = [{"action": SHARE_ALIKE}] if "-sa" in code else []
        permitted.append(_rule(["derive"], duty=[*attribution, *alike]))
    if "-nc" in code:
        prohibited.append(_rule([COMMERCIAL_USE]))
    return permitted, prohibited


def _closed_rules(terms: LicenseTerms, marking: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
    """Return what is permitted to whoever has a grant, how many may have one, and what is prohibited."""
    consent = [] if terms.self_service else [{"action": "obtainConsent"}]
    duties = [*consent, *marking]
    loan = _typed("xsd:duration", f"PT{terms.longest_loan_seconds}S")
    always = [_constraint("elapsedTime", "lteq", loan)]
    if _FOR_EDUCATION.match(terms.uri):
        always.append(_constraint("purpose", "isA", {"@id": EDUCATION}))
    permitted = []
    for actions, grantee in (
        (READING, ""),
        (["print"], "-to-print"),
        (["reproduce"], "-to-download"),
    ):
        recipient = _constraint("recipient", "isA", {"@id": GRANTEE + grantee})
        permitted.append(_rule(actions, constraint=[*always, recipient], duty=duties))
    if terms.seats != UNLIMITED_SEATS:
        permitted.append(_rule(["concurrentUse"], constraint=[_at_most(terms.seats)]))
    prohibited = [_rule(["distribute"])]
    if _NOT_FOR_COMMERCE.match(terms.uri):
        prohibited.append(_rule([COMMERCIAL_USE]))
    return permitted, prohibited


def _rule(
    actions: Sequence[str], constraint: Sequence[Rule] = (), duty: Sequence[Rule] = ()
) -> Rule:
    told: Rule = {"action": list(actions), "target": UNDER_LICENSE}
    if constraint:
        told["constraint"] = list(constraint)
    return told | ({"duty": list(duty)} if duty else {})


def _constraint(left: str, operator: str, right: Rule) -> Rule:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _at_most(number: int) -> Rule:
    return _constraint("count", "lteq", _typed("xsd:integer", str(number)))


def _typed(kind: str, text: str) -> Rule:
    return {"@type": kind, "@value": text}
