"""What is told of a resource beside its bytes when it leaves: registration, receipt, entries, provenance.

Normative text: docs/leaving.md.
"""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, NamedTuple

from ledger_service.domain import canonical_json
from ledger_service.domain.exports.provenance.premis import format_premis
from ledger_service.domain.exports.provenance.prov_json import prov_json
from ledger_service.domain.exports.provenance.prov_turtle import format_prov_turtle
from ledger_service.domain.exports.provenance.statements import statements_of
from ledger_service.domain.exports.provenance.story import Story
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import Registration
from ledger_service.domain.verification.receipt import Receipt

FOLDER = "muhr"
"""Where these files lie in a bag, and in an object."""

LONGEST_SLUG = 60  # letters of a title in a file's name
RECEIPT = "receipt.json"


class Told(NamedTuple):
    """An entry of the ledger. number: its index."""

    number: int
    body: bytes


@dataclass(frozen=True)
class Account:
    """One resource, and what its library says of it.

    license: its name here; rights: its URI; steward: name and URI of who answers for it. told: what the
    ledger has of it, in order. receipt: evidence on it that is checked offline. story: its history.
    """

    registration: Registration
    license: str
    rights: str
    is_open: bool
    steward: tuple[str, str]
    origin: str
    told: tuple[Told, ...]
    receipt: Receipt
    story: Story

    @property
    def digest(self) -> Digest:
        """What the resource is named by."""
        return self.registration.digest

    @property
    def uri(self) -> str:
        """The resource's name among all libraries: a hash URI, https://github.com/hash-uri/hash-uri."""
        return f"hash://sha256/{self.digest}"

    @property
    def file_name(self) -> str:
        """A name that every system takes: letters of the title, of the digest, and the type's ending."""
        record = self.registration.record
        plain = unicodedata.normalize("NFKD", record.title).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^A-Za-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-")
        ending = mimetypes.guess_extension(record.media_type) or ""
        return "-".join(filter(None, [slug, self.digest.hex()[:16]])) + ending

    def claim(self) -> dict[str, Any]:
        """Return what was claimed of the resource, by the names that manifests of imports have."""
        told = self.registration.metadata.to_json()
        return {name: told[name] for name in told if name != "size_bytes"}

    def files(self) -> dict[str, bytes]:
        """Return the files that go with the bytes, by name."""
        lines = (
            canonical_json.canonicalize({"index": told.number, "entry": told.body.decode()})
            for told in self.told
        )
        return {
            "registration.json": canonical_json.canonicalize(self._registration()),
            "entries.jsonl": b"".join(line + b"\n" for line in lines),
            "provenance.json": canonical_json.canonicalize(prov_json(statements_of(self.story))),
            "provenance.ttl": format_prov_turtle(self.story).encode(),
            "premis.xml": format_premis(self.story).encode(),
            RECEIPT: self.receipt.format(),
        }

    def _registration(self) -> dict[str, Any]:
        found = self.registration
        return {
            "ledger": self.origin,
            "digest": found.digest.hex(),
            "cid": found.cid.base32(),
            "metadata": found.metadata.to_json(),
            "record": found.record.to_json(),
            "license": {"id": found.license.hex(), "name": self.license, "uri": self.rights},
            "steward": {
                "id": found.steward.hex(),
                "name": self.steward[0],
                "uri": self.steward[1],
            },
            "state": found.state.value,
            "accepted_at": found.accepted_at,
            "accepted_entry": found.accepted_entry,
            "registered_entry": found.registered_entry,
            "block": found.block,
            "transaction": found.transaction,
        }
