"""License terms: what holds for everyone who reads under a license. Immutable; a change is a new id.

The id is a SHA-256 over the terms, so it needs no authority to hand it out and cannot be squatted:
the LicenseRegistry contract computes the same. Normative text: docs/formats.md §3.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from ledger_service.domain import canonical_json
from ledger_service.domain.chain_errors import (
    InvalidLicenseUri,
    LicenseWithoutLoan,
    LicenseWithoutSeats,
)
from ledger_service.domain.errors import InvalidLicenseTerms
from ledger_service.domain.identifiers import LicenseId

UNLIMITED_SEATS = 2**32 - 1
LARGEST_LOAN_SECONDS = 100 * 366 * 86_400  # a century: more is a typing mistake
LONGEST_URI_BYTES = 512
NO_POLICY = bytes(32)

_URI = re.compile(r"https?://[!-~]+\Z")
_OPEN = re.compile(
    r"https?://(creativecommons\.org/(licenses|publicdomain)/|rightsstatements\.org/vocab/NoC-US/)"
)

_CREATIVE_COMMONS = "http://creativecommons.org/"
_RIGHTS_STATEMENTS = "http://rightsstatements.org/vocab/"
KNOWN_RIGHTS = {
    "CC0-1.0": _CREATIVE_COMMONS + "publicdomain/zero/1.0/",
    "CC-PDM-1.0": _CREATIVE_COMMONS + "publicdomain/mark/1.0/",
    **{
        f"CC-{name.upper()}-4.0": f"{_CREATIVE_COMMONS}licenses/{name}/4.0/"
        for name in ("by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")
    },
    **{
        name: f"{_RIGHTS_STATEMENTS}{name}/1.0/"
        for name in (
            [
                "InC",
                "InC-OW-EU",
                "InC-EDU",
                "InC-NC",
                "InC-RUU",
                "NoC-CR",
                "NoC-NC",
                "NoC-OKLR",
                "NoC-US",
                "CNE",
                "UND",
                "NKC",
            ]
        )
    },
}
"""SPDX ids of Creative Commons and the twelve RightsStatements.org names, with their canonical URIs."""


@dataclass(frozen=True)
class LicenseTerms:
    """uri: what a person reads; policy_digest: 32 bytes, zero for none; seats: readers at one time
    (UNLIMITED_SEATS for no limit); longest_loan_seconds; self_service: grants without a registrar.
    """

    uri: str
    seats: int
    longest_loan_seconds: int
    self_service: bool
    policy_digest: bytes = NO_POLICY

    def __post_init__(self) -> None:
        if not _URI.match(self.uri) or len(self.uri) > LONGEST_URI_BYTES:
            raise InvalidLicenseUri(
                uri=self.uri[:80], longest=LONGEST_URI_BYTES, known=", ".join(KNOWN_RIGHTS)
            )
        if self.seats < 1:
            raise LicenseWithoutSeats()
        if self.seats > UNLIMITED_SEATS or len(self.policy_digest) != 32:
            raise InvalidLicenseTerms("seats", most=UNLIMITED_SEATS)
        if self.longest_loan_seconds < 1:
            raise LicenseWithoutLoan()
        if self.longest_loan_seconds > LARGEST_LOAN_SECONDS:
            raise InvalidLicenseTerms("loan")

    @property
    def id(self) -> LicenseId:
        """SHA-256 of five 32-byte words: SHA-256(uri), policy, seats, longest loan, self-service."""
        words = hashlib.sha256(self.uri.encode()).digest() + self.policy_digest
        for number in (self.seats, self.longest_loan_seconds, int(self.self_service)):
            words += number.to_bytes(32, "big")
        return LicenseId(hashlib.sha256(words).digest())

    @property
    def is_open(self) -> bool:
        """Whether everybody may read it and pass it on: Creative Commons, and the public domain."""
        return is_open_uri(self.uri)


def policy_digest(checkouts: int | None, is_marked: bool = False) -> bytes:
    """Return the digest, 32 bytes, of the rules that the contracts do not know; zeros if there is none.

    checkouts: how often a resource is lent in all; is_marked: whether each copy that is lent is marked.

    Raises:
        InvalidLicenseTerms: the number is not from 1 to the largest of canonical JSON.
    """
    rules: dict[str, object] = {}
    if checkouts is not None:
        if not 1 <= checkouts <= canonical_json.LARGEST_INTEGER:
            raise InvalidLicenseTerms("checkouts", most=canonical_json.LARGEST_INTEGER)
        rules["checkouts"] = checkouts
    if is_marked:
        rules["mark"] = True
    if not rules:
        return NO_POLICY
    return hashlib.sha256(canonical_json.canonicalize({**rules, "v": 1})).digest()


def is_open_uri(uri: str) -> bool:
    """Return whether these rights let everybody read and pass on."""
    return _OPEN.match(uri) is not None


def rights_uri(name_or_uri: str) -> str:
    """Return the canonical URI of a known SPDX or RightsStatements name; a URI stays as it is."""
    return KNOWN_RIGHTS.get(name_or_uri, name_or_uri)
