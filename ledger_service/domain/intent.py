"""Intents: what the service asks the chain to do, one class for each contract function it calls.

An intent is kept as JSON in the job that carries it out; `to_json` and `from_json` are inverses.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.content_id import ContentId
from ledger_service.domain.grant import Scope
from ledger_service.domain.identifiers import Commitment, Digest, GrantId, LicenseId, StewardId
from ledger_service.domain.license import LicenseTerms

Json = dict[str, object]


@dataclass(frozen=True)
class DefineLicense:
    """LicenseRegistry.defineLicense; needs no signature, since the id is over the terms."""

    terms: LicenseTerms

    def to_json(self) -> Json:
        terms = self.terms
        return {
            "uri": terms.uri,
            "seats": terms.seats,
            "loan": terms.longest_loan_seconds,
            "self_service": terms.self_service,
            "policy": terms.policy_digest.hex(),
        }

    @classmethod
    def from_json(cls, value: dict[str, str]) -> DefineLicense:
        return cls(
            LicenseTerms(
                uri=value["uri"],
                seats=int(value["seats"]),
                longest_loan_seconds=int(value["loan"]),
                self_service=bool(value["self_service"]),
                policy_digest=bytes.fromhex(value["policy"]),
            )
        )


@dataclass(frozen=True)
class RegisterResource:
    """ResourceRegistry.registerBySignature, signed by a registrar of the steward."""

    digest: Digest
    steward: StewardId
    license: LicenseId
    cid: ContentId
    metadata: Digest

    def to_json(self) -> Json:
        return {
            "digest": self.digest.hex(),
            "steward": self.steward.hex(),
            "license": self.license.hex(),
            "cid": self.cid.base16(),
            "metadata": self.metadata.hex(),
        }

    @classmethod
    def from_json(cls, value: dict[str, str]) -> RegisterResource:
        return cls(
            digest=Digest.parse(value["digest"]),
            steward=StewardId.parse(value["steward"]),
            license=LicenseId.parse(value["license"]),
            cid=ContentId.parse(value["cid"]),
            metadata=Digest.parse(value["metadata"]),
        )


@dataclass(frozen=True)
class IssueGrant:
    """AccessGrants.issueBySignature, signed by a registrar of the steward."""

    grant: GrantId
    digest: Digest
    steward: StewardId
    grantee: Commitment
    scopes: Scope
    until: int
    seat: int

    def to_json(self) -> Json:
        return {
            "grant": self.grant.hex(),
            "digest": self.digest.hex(),
            "steward": self.steward.hex(),
            "grantee": self.grantee.hex(),
            "scopes": int(self.scopes),
            "until": self.until,
            "seat": self.seat,
        }

    @classmethod
    def from_json(cls, value: dict[str, str]) -> IssueGrant:
        return cls(
            grant=GrantId.parse(value["grant"]),
            digest=Digest.parse(value["digest"]),
            steward=StewardId.parse(value["steward"]),
            grantee=Commitment.parse(value["grantee"]),
            scopes=Scope(int(value["scopes"])),
            until=int(value["until"]),
            seat=int(value["seat"]),
        )


@dataclass(frozen=True)
class RevokeGrant:
    """AccessGrants.revokeBySignature, signed by a registrar of the grant's steward."""

    grant: GrantId

    def to_json(self) -> Json:
        return {"grant": self.grant.hex()}

    @classmethod
    def from_json(cls, value: dict[str, str]) -> RevokeGrant:
        return cls(GrantId.parse(value["grant"]))


@dataclass(frozen=True)
class AnchorCheckpoint:
    """CheckpointAnchor.anchorBySignature, signed by the ledger's anchorer.

    root: 32 bytes; proof: consistency with the anchor before, at most 63 hashes of 32 bytes.
    """

    old_size: int
    size: int
    root: bytes
    proof: tuple[bytes, ...]

    def to_json(self) -> Json:
        return {
            "old_size": self.old_size,
            "size": self.size,
            "root": self.root.hex(),
            "proof": ",".join(item.hex() for item in self.proof),
        }

    @classmethod
    def from_json(cls, value: dict[str, str]) -> AnchorCheckpoint:
        proof = tuple(bytes.fromhex(item) for item in value["proof"].split(",") if item)
        size = int(value["size"])
        return cls(int(value["old_size"]), size, bytes.fromhex(value["root"]), proof)


Intent = DefineLicense | RegisterResource | IssueGrant | RevokeGrant | AnchorCheckpoint
KINDS: dict[str, type[Intent]] = {
    "define-license": DefineLicense,
    "register-resource": RegisterResource,
    "issue-grant": IssueGrant,
    "revoke-grant": RevokeGrant,
    "anchor-checkpoint": AnchorCheckpoint,
}


def kind_of(intent: Intent) -> str:
    """Return the intent's name in a job."""
    return next(name for name, cls in KINDS.items() if isinstance(intent, cls))


def from_json(kind: str, value: dict[str, str]) -> Intent:
    """Return the intent that a job of this kind carries."""
    return KINDS[kind].from_json(value)
