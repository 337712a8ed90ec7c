"""Who was at an event, proved without a list of names: a tree of commitments with one root.

A leaf commits to one participant by the salted digests of their fields, which are also those that their
credential holds. So a credential proves by itself that it is in the tree, whichever fields its holder shows,
and once the salts are destroyed, a leaf tells nothing. Normative text: docs/credentials.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.credentials.compact_jws import decode64, encode64
from ledger_service.domain.credentials.sd_jwt import held_digests
from ledger_service.domain.errors import InvalidCredential, InvalidInclusionProof
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger import merkle

MOST_PARTICIPANTS = 100_000  # of one event
CLAIM = "attendance"
HASH_BYTES = 32


@dataclass(frozen=True)
class Attendance:
    """What is public of who was at an event. event: its name in addresses; since, until: seconds UTC.

    size, root: of the tree of commitments. by_role: how many were there, by what they did there.
    """

    event: str
    since: int
    until: int
    size: int
    root: str
    by_role: Mapping[str, int]

    @classmethod
    def of(
        cls, event: str, since: int, until: int, leaves: Sequence[bytes], roles: Iterable[str]
    ) -> Attendance:
        """Return the attendance of these leaf hashes, at least one; roles: one a leaf."""
        root = merkle.root_of_leaves(leaves).hex()
        return cls(event, since, until, len(leaves), root, dict(Counter(roles)))

    def value(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return {
            "by_role": dict(self.by_role),
            "event": self.event,
            "root": self.root,
            "since": self.since,
            "size": self.size,
            "until": self.until,
            "v": 1,
        }

    @classmethod
    def of_value(cls, value: Any) -> Attendance:
        """Return the attendance of its JSON; raise InvalidCredential for any other form."""
        try:
            found = cls(
                str(value["event"]),
                int(value["since"]),
                int(value["until"]),
                int(value["size"]),
                str(value["root"]),
                {str(role): int(count) for role, count in value["by_role"].items()},
            )
        except (KeyError, TypeError, ValueError, AttributeError) as exc:
            raise InvalidCredential("attendance") from exc
        if found.value() != value:
            raise InvalidCredential("attendance")
        return found

    def format(self) -> bytes:
        """Return the canonical JSON of which the ledger attests the digest."""
        return canonical_json.canonicalize(self.value())

    @property
    def statement(self) -> Digest:
        """What an `attested` entry of type `attendance` holds."""
        return Digest.of(self.format())


def leaf_of(event: str, digests: Iterable[str]) -> bytes:
    """Return the leaf hash that commits to a participant. digests: of their fields, in base64url."""
    return merkle.leaf_hash(canonical_json.canonicalize({"_sd": sorted(digests), "event": event}))


def path_to(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the proof that the leaf at an index is in the tree: hashes of 32 bytes, leaf upward."""
    path: list[bytes] = []
    low, high = 0, len(leaves)
    while high - low > 1:
        middle = low + (1 << ((high - low - 1).bit_length() - 1))
        if index < middle:
            path.append(merkle.root_of_leaves(leaves[middle:high]))
            high = middle
        else:
            path.append(merkle.root_of_leaves(leaves[low:middle]))
            low = middle
    return path[::-1]


def attendance_claim(
    attendance: Attendance, index: int, path: Iterable[bytes]
) -> dict[str, object]:
    """Return what a credential says, beside its fields, to prove that they are in the tree."""
    return {
        "statement": attendance.value(),
        "index": index,
        "path": [encode64(one) for one in path],
    }


def check_attendance(payload: Mapping[str, Any]) -> Attendance:
    """Return the attendance that a credential proves to be counted in; that it is attested is the ledger's.

    payload: of the token as it was issued, with the digests of its fields.

    Raises:
        InvalidCredential: it has no such proof, or one of another form, or one that does not hold.
    """
    claim = payload.get(CLAIM)
    if not isinstance(claim, dict):
        raise InvalidCredential("attendance")
    attendance, index, path = (
        Attendance.of_value(claim.get("statement")),
        claim.get("index"),
        claim.get("path"),
    )
    if type(index) is not int or not isinstance(path, list) or len(path) > merkle.LONGEST_PROOF:
        raise InvalidCredential("attendance")
    if not all(isinstance(one, str) for one in path):
        raise InvalidCredential("attendance")
    leaf = leaf_of(attendance.event, held_digests(payload))
    try:
        root = bytes.fromhex(attendance.root)
        hashes = [decode64(one) for one in path]
        merkle.check_inclusion(leaf, index, attendance.size, hashes, root)
    except (ValueError, InvalidInclusionProof) as exc:
        raise InvalidCredential("not-counted") from exc
    return attendance


def split_leaves(data: bytes) -> list[bytes]:
    """Return the leaf hashes that stand one after another."""
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
