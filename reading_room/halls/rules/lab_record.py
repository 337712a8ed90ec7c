"""What somebody did in a laboratory: their own record, which a key of their browser may have signed.

It names nobody. The library countersigns a commitment to it, and whoever has record and salt shows that this
record was handed in before that entry was anchored. Normative text: docs/halls.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidJson, InvalidLabRecord
from ledger_service.domain.identifiers import Digest

FIRST_LINE = b"muhr lab record v1\n"
RECEIPT_LINE = "muhr lab receipt v1"
LARGEST_RECORD_BYTES = 32 * 1024
LONGEST_LAB_SECONDS = 400 * 86_400
KEY = re.compile(r"(?:[0-9a-f]{64})?\Z")
_MEMBERS = {"answers", "begun_at", "ended_at", "hall", "key", "manifest", "v", "version"}


@dataclass(frozen=True)
class LabRecord:
    """manifest: the digest of that by which it was done; times: seconds since 1970 UTC, by the browser.

    key: an Ed25519 key of the student's browser, 64 hex; empty without scripts: nobody signed then.
    answers: one a step, empty where none was wanted or given.
    """

    hall: str
    version: int
    manifest: Digest
    begun_at: int
    ended_at: int
    answers: tuple[str, ...]
    key: str = ""

    def format(self) -> bytes:
        """Return the one form of the record; inverse of `parse`."""
        return canonical_json.canonicalize(
            {
                "answers": list(self.answers),
                "begun_at": self.begun_at,
                "ended_at": self.ended_at,
                "hall": self.hall,
                "key": self.key,
                "manifest": self.manifest.hex(),
                "v": 1,
                "version": self.version,
            }
        )

    @classmethod
    def parse(cls, data: bytes) -> LabRecord:
        """Return the record of canonical bytes; raise InvalidLabRecord for anything else."""
        if len(data) > LARGEST_RECORD_BYTES:
            raise InvalidLabRecord("too-large", most=LARGEST_RECORD_BYTES)
        try:
            value = canonical_json.parse_canonical(data)
        except InvalidJson as exc:
            raise InvalidLabRecord("form") from exc
        if not isinstance(value, dict) or value.keys() != _MEMBERS or value["v"] != 1:
            raise InvalidLabRecord("form")
        answers, key = value["answers"], value["key"]
        numbers = [value[name] for name in ("version", "begun_at", "ended_at")]
        texts = [value["hall"], value["manifest"], key]
        if not isinstance(answers, list) or not all(isinstance(t, str) for t in [*texts, *answers]):
            raise InvalidLabRecord("form")
        if any(isinstance(n, bool) or not isinstance(n, int) or n < 0 for n in numbers):
            raise InvalidLabRecord("form")
        version, begun, ended = numbers
        if not 0 <= ended - begun <= LONGEST_LAB_SECONDS or not KEY.match(key):
            raise InvalidLabRecord("form")
        digest = Digest.parse(value["manifest"])
        return cls(value["hall"], version, digest, begun, ended, tuple(answers), key)

    def signed(self) -> bytes:
        """Return the bytes that the student's key signs."""
        return FIRST_LINE + self.format()


def receipt_text(origin: str, hall: str, version: int, commitment: str, at: int) -> str:
    """Return what the library signs when a record is handed in."""
    return f"{RECEIPT_LINE}\n{origin}\n{hall}\n{version}\n{commitment}\n{at}\n"
