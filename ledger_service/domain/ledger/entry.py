"""Ledger entries: RFC 8785 canonical JSON of at most 4,096 bytes, one fixed template a kind.

Every value is lower-case hexadecimal, a base16 CID, a word of a closed list or a whole number, so an
entry holds no free text, and a contract can rebuild its bytes. Public kinds carry their facts; private
kinds (opened, denied, looked) carry only a commitment and the hour. Normative text: docs/formats.md §1.
"""

from __future__ import annotations

import hashlib
import re
from binascii import unhexlify
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidEntry, InvalidJson
from ledger_service.domain.identifiers import LicenseId, StewardId
from ledger_service.domain.resources.license import LicenseTerms

Facts = dict[str, str | int]

VERSION = 1
LARGEST_ENTRY_BYTES = 4096
SECONDS_PER_HOUR = 3600


class StatementType(StrEnum):
    """What an `attested` entry is about; the statement itself is kept elsewhere, and named by its digest."""

    FIXITY = "fixity"  # a run of checks on kept content
    KEY_DESTROYED = "key-destroyed"  # of the closed content of this digest
    USAGE = "usage"  # a table of how much was used
    USAGE_MONTH = "usage-month"  # the totals of a month of use
    MODEL = "model"  # the card of a model that recommends
    REPORT = "report"
    ATTENDANCE = "attendance"
    COSIGNATURE = "cosignature"
    ENDORSEMENT = "endorsement"  # that somebody endorses a resource
    PARTS_DESTROYED = "parts-destroyed"  # private parts that were older than they are kept
    ISSUER_KEY = "issuer-key"  # by which credentials are signed from now on
    STATUS_LIST = "status-list"  # a state of the list of revoked credentials
    CERTIFICATE = "certificate"  # a file that tells what a credential says
    HALL = "hall"  # the signed manifest of a room to walk into
    LAB_RECORD = "lab-record"  # what somebody did in a laboratory, as a commitment
    KEPT = "kept"  # the content of this digest, which had been registered without
    MOVED = "moved"  # the ledger goes on under another deployment from here on


_OF_DEEDS = (
    StatementType.ATTENDANCE,
    StatementType.COSIGNATURE,
    StatementType.HALL,
    StatementType.LAB_RECORD,
    StatementType.KEPT,
    StatementType.KEY_DESTROYED,
    StatementType.PARTS_DESTROYED,
    StatementType.USAGE_MONTH,
    StatementType.ISSUER_KEY,
    StatementType.STATUS_LIST,
    StatementType.CERTIFICATE,
    StatementType.MOVED,
)
BY_WORD = tuple(kind for kind in StatementType if kind not in _OF_DEEDS)
"""What somebody may state by their word; what Muhr does itself, it states itself."""

_HEX32 = re.compile(r"[0-9a-f]{64}\Z")
_HEX4 = re.compile(r"[0-9a-f]{8}\Z")
_CID = re.compile(r"f01(?:55|70)1220[0-9a-f]{64}\Z")
_ACCEPTED = b'","kind":"accepted",'  # follows the digest, since canonical JSON sorts its members
_AWAITING = b'","kind":"awaiting",'
_STATEMENT = re.compile(rf"(?:{'|'.join(StatementType)})\Z")
_NUMBER = None  # a whole number ≥ 0

_CLAIM = {"cid": _CID, "digest": _HEX32, "license": _HEX32, "metadata": _HEX32, "steward": _HEX32}
ON_CHAIN: Mapping[str, re.Pattern[str] | None] = {"block": _NUMBER, "transaction": _HEX32}
"""Where on chain something stands: facts of every kind that tells of an event."""

TEMPLATES: Mapping[str, Mapping[str, re.Pattern[str] | None]] = {
    "steward": {"steward": _HEX32, "block": _NUMBER},
    "license": {
        "license": _HEX32,
        "uri": _HEX32,
        "policy": _HEX32,
        "seats": _NUMBER,
        "loan": _NUMBER,
        "self_service": _NUMBER,
        **ON_CHAIN,
    },
    "accepted": _CLAIM,
    "awaiting": _CLAIM,
    "registered": {**_CLAIM, **ON_CHAIN},
    "superseded": {
        "digest": _HEX32,
        "steward": _HEX32,
        "successor": _HEX32,
        "relation": _NUMBER,
        **ON_CHAIN,
    },
    "rendition": {"digest": _HEX32, "steward": _HEX32, "original": _HEX32, **ON_CHAIN},
    "taken-back": {
        "digest": _HEX32,
        "steward": _HEX32,
        "other": _HEX32,
        "relation": _NUMBER,
        **ON_CHAIN,
    },
    "withdrawn": {"digest": _HEX32, "steward": _HEX32, "code": _NUMBER, **ON_CHAIN},
    "rejected": {"digest": _HEX32, "steward": _HEX32, "reason": _HEX4},
    "described": {"digest": _HEX32, "steward": _HEX32, "metadata": _HEX32, "revision": _NUMBER},
    "stored": {"digest": _HEX32, "steward": _HEX32, "epoch": _NUMBER, "cid": _CID},
    "attested": {"type": _STATEMENT, "statement": _HEX32, "attester": _HEX32},
    "grant-issued": {
        "grant": _HEX32,
        "digest": _HEX32,
        "steward": _HEX32,
        "until": _NUMBER,
        **ON_CHAIN,
    },
    "grant-renewed": {"grant": _HEX32, "until": _NUMBER, **ON_CHAIN},
    "grant-returned": {"grant": _HEX32, **ON_CHAIN},
    "grant-revoked": {"grant": _HEX32, **ON_CHAIN},
    "map": {"root": _HEX32, "count": _NUMBER, "size": _NUMBER},
    "opened": {"commitment": _HEX32},
    "denied": {"commitment": _HEX32},
    "looked": {"commitment": _HEX32},
}
KINDS_TAKEN_IN = frozenset({"accepted", "awaiting"})
"""By these the ledger takes a digest in: for what it can prove by itself, or to wait for a signature. The
contract makes the bytes of `accepted` again and takes a proof of no other (docs/adr/0047)."""

KINDS_OF_CHANGE = frozenset({
    "registered", "described", "superseded", "rendition", "taken-back", "withdrawn", "rejected"
})  # fmt: skip
"""By these a registration that was taken in becomes another: its state, its record, or its links."""
PRIVATE_KINDS = frozenset({"opened", "denied", "looked"})


def _form(kind: str) -> str:
    """Return the canonical text of a kind, with a place for the value of each name.

    Checked values need no escape, so that filling the places in gives RFC 8785's bytes.
    """
    texts = {"kind": f'"{kind}"', "v": str(VERSION), "at": "%(at)d"}
    for name, pattern in TEMPLATES[kind].items():
        texts[name] = f"%({name})d" if pattern is None else f'"%({name})s"'
    return "{" + ",".join(f'"{name}":{texts[name]}' for name in sorted(texts)) + "}"


_AT = re.compile(rb'\{"at":(?:0|[1-9]\d{0,15})\Z')
_CLAIM_TEXT = _form("accepted").partition(",")[2]
_FORMS = {kind: _form(kind) for kind in TEMPLATES}


@dataclass(frozen=True)
class Entry:
    """One entry. at: integer seconds since 1970 UTC, truncated to the hour for private kinds."""

    kind: str
    at: int
    facts: Mapping[str, str | int]

    def __post_init__(self) -> None:
        template = TEMPLATES.get(self.kind)
        if template is None:
            raise InvalidEntry("kind", kind=self.kind)
        if set(self.facts) != set(template):
            raise InvalidEntry("facts", kind=self.kind, facts=", ".join(sorted(template)))
        for name, pattern in template.items():
            _check_value(name, self.facts[name], pattern)
        _check_value("at", self.at, None)
        if self.kind in PRIVATE_KINDS and self.at % SECONDS_PER_HOUR:
            raise InvalidEntry("hour")

    def format(self) -> bytes:
        """Return the canonical bytes, which are what the tree hashes; inverse of `parse`."""
        return (_FORMS[self.kind] % {**self.facts, "at": self.at}).encode()

    @classmethod
    def parse(cls, data: bytes) -> Entry:
        """Return the entry of canonical bytes; raise InvalidEntry for anything else."""
        if len(data) > LARGEST_ENTRY_BYTES:
            raise InvalidEntry("too-long", most=LARGEST_ENTRY_BYTES)
        try:
            value = canonical_json.parse_canonical(data)
        except InvalidJson as exc:
            raise InvalidEntry("malformed", cause=exc.reason) from exc
        if not isinstance(value, dict) or value.get("v") != VERSION or value["v"] is True:
            raise InvalidEntry("version", version=VERSION)
        facts = {name: item for name, item in value.items() if name not in ("at", "kind", "v")}
        return cls(str(value.get("kind")), value.get("at", -1), facts)

    @property
    def place(self) -> tuple[int, str] | None:
        """Block and transaction, 64 hex, where its event was seen; None if it tells of no event."""
        if "transaction" not in self.facts:
            return None
        return self.number("block"), self.text("transaction")

    def without_place(self) -> Facts:
        """Return what it tells, but for where that was seen on chain."""
        return {name: value for name, value in self.facts.items() if name not in ON_CHAIN}

    def text(self, name: str) -> str:
        """Return a fact that is text."""
        return str(self.facts[name])

    def number(self, name: str) -> int:
        """Return a fact that is a whole number."""
        return int(self.facts[name])


def digest_taken_in(body: bytes) -> bytes | None:
    """Return the digest that an entry takes in, None for another kind; body: canonical bytes.

    Reads one member without parsing the rest, which matters for a million entries. No entry holds
    free text, so the members can be nowhere else.
    """
    at = max(body.find(_ACCEPTED), body.find(_AWAITING))
    return None if at < 64 else unhexlify(body[at - 64 : at])


def accepted_digests(joined: bytes, count: int) -> list[bytes] | None:
    """Return the digests of so many entries, joined by what is no JSON; None if some are not `accepted`.

    As `digest_taken_in` of each, four times as fast.
    """
    parts = joined.split(_ACCEPTED)
    if len(parts) != count + 1:
        return None
    return [unhexlify(part[-64:]) for part in parts[:-1]]


def private_entry(kind: str, at: int, commitment: str) -> Entry:
    """Return the public face of an opening or a denial: its hour and its commitment."""
    return Entry(kind, at - at % SECONDS_PER_HOUR, {"commitment": commitment})


def claim_template(kind: str, at: int, license_id: LicenseId, steward: StewardId) -> bytes:
    """Return what becomes an entry of a kind that takes a claim in by `% (cid, digest, metadata)`, all as
    ASCII bytes.

    For claims by the thousand; the bytes are those of `Entry.format`.
    """
    return (
        f'{{"at":{at},"cid":"%s","digest":"%s","kind":"{kind}","license":"{license_id}",'
        f'"metadata":"%s","steward":"{steward}","v":{VERSION}}}'
    ).encode()


def likely_entry(kind: str, at: int, facts: Mapping[str, str | int]) -> bytes:
    """Return the bytes of an entry of these facts; of facts that no entry has, bytes that are none.

    As `Entry.format` without its checks, for what is compared with a hash.
    """
    return (_FORMS[kind] % {**facts, "at": at}).encode()


def is_of_claim(body: bytes, claim: Mapping[str, str | int]) -> bool:
    """Return whether these are the canonical bytes of an `accepted` entry that takes this claim in.

    Quicker than `Entry.parse`; False says only that the bytes must be parsed. claim: its five facts.
    """
    at, _, rest = body.partition(b",")
    return _AT.match(at) is not None and rest == (_CLAIM_TEXT % claim).encode()


def license_facts(terms: LicenseTerms) -> Facts:
    """Return the facts of a license's terms, as its entry tells them."""
    return {
        "license": terms.id.hex(),
        "uri": hashlib.sha256(terms.uri.encode()).hexdigest(),
        "policy": terms.policy_digest.hex(),
        "seats": terms.seats,
        "loan": terms.longest_loan_seconds,
        "self_service": int(terms.self_service),
    }


def _check_value(name: str, value: object, pattern: re.Pattern[str] | None) -> None:
    if pattern is None:
        good = type(value) is int and 0 <= value <= canonical_json.LARGEST_INTEGER
    else:
        good = isinstance(value, str) and bool(pattern.match(value))
    if not good:
        raise InvalidEntry("fact", name=name, value=repr(str(value)[:80]))
