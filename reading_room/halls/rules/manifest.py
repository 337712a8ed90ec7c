"""The manifest of a hall: each asset by its digest, and what is asked in a laboratory.

It is canonical JSON that a note signs. An asset has no address: it is had from this library by its digest, so
that a manifest cannot name another host. Normative text: docs/halls.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidDigest, InvalidHall, InvalidJson
from ledger_service.domain.identifiers import Digest
from reading_room.halls.rules.glb_file import LARGEST_MODEL_BYTES, MEDIA_TYPE
from reading_room.halls.rules.steps import LONGEST_TEXT, LONGEST_TITLE, Step

VERSION = 1
FIRST_LINE = "muhr hall manifest v1"
KEY_LINE = "muhr halls key v1"
MOST_ASSETS = 64
LARGEST_PICTURE_BYTES = 512 * 1024
LARGEST_MANIFEST_BYTES = 128 * 1024
PICTURES = ("image/png", "image/jpeg", "image/webp")
HALL = re.compile(r"[0-9a-f]{16}\Z")
COLLECTION = re.compile(r"(?:[0-9a-f]{32})?\Z")


class Kind(StrEnum):
    """What a hall is for."""

    HALL = "hall"  # shelves of works
    LABORATORY = "laboratory"  # one model, and steps


class Use(StrEnum):
    """What an asset is in a hall."""

    FLOOR = "floor"
    WALL = "wall"
    WOOD = "wood"
    TABLE = "table"
    MODEL = "model"  # of a laboratory
    COVER = "cover"  # of a work


MODELS = (Use.TABLE, Use.MODEL)


@dataclass(frozen=True)
class Asset:
    """digest: of its bytes; work: whose cover it is."""

    use: Use
    digest: Digest
    media_type: str
    size_bytes: int
    work: Digest | None = None

    def value(self) -> dict[str, object]:
        return {
            "digest": self.digest.hex(),
            "media_type": self.media_type,
            "size_bytes": self.size_bytes,
            "use": self.use.value,
            "work": "" if self.work is None else self.work.hex(),
        }

    @classmethod
    def of_value(cls, value: object) -> Asset:
        """Return the asset that a manifest has; raise InvalidHall for anything else, such as an address."""
        names = {"digest", "media_type", "size_bytes", "use", "work"}
        if not isinstance(value, dict) or value.keys() != names:
            raise InvalidHall("asset")
        try:
            use, size = Use(value["use"]), value["size_bytes"]
            digest = Digest.parse(value["digest"])
            work = Digest.parse(value["work"]) if value["work"] else None
        except (ValueError, TypeError, AttributeError, InvalidDigest) as exc:
            raise InvalidHall("asset") from exc
        is_model = use in MODELS
        types = (MEDIA_TYPE,) if is_model else PICTURES
        most = LARGEST_MODEL_BYTES if is_model else LARGEST_PICTURE_BYTES
        is_number = isinstance(size, int) and not isinstance(size, bool)
        if value["media_type"] not in types or not is_number or not 0 < size <= most:
            raise InvalidHall("asset")
        if (work is not None) != (use is Use.COVER):
            raise InvalidHall("asset")
        return cls(use, digest, value["media_type"], size, work)


@dataclass(frozen=True)
class Manifest:
    """origin: the ledger's name; hall: 16 hex; version: from 1; made_at: seconds since 1970 UTC.

    collection: whose works stand there, 32 hex; empty: all that is open.
    """

    kind: Kind
    origin: str
    hall: str
    version: int
    made_at: int
    title: str
    about: str
    collection: str
    assets: tuple[Asset, ...]
    steps: tuple[Step, ...] = ()

    def format(self) -> bytes:
        """Return the one form of the manifest; inverse of `parse`."""
        return canonical_json.canonicalize(
            {
                "about": self.about,
                "assets": [asset.value() for asset in self.assets],
                "collection": self.collection,
                "hall": self.hall,
                "kind": self.kind.value,
                "made_at": self.made_at,
                "origin": self.origin,
                "steps": [step.value() for step in self.steps],
                "title": self.title,
                "v": VERSION,
                "version": self.version,
            }
        )

    @classmethod
    def parse(cls, data: bytes) -> Manifest:
        """Return the manifest of canonical bytes; raise InvalidHall for anything else."""
        if len(data) > LARGEST_MANIFEST_BYTES:
            raise InvalidHall("manifest")
        try:
            value = canonical_json.parse_canonical(data)
            made = _of_value(value)
        except (InvalidJson, KeyError, TypeError, ValueError) as exc:
            raise InvalidHall("manifest") from exc
        if made.format() != data:
            raise InvalidHall("manifest")
        return made

    def asset(self, use: Use) -> Asset | None:
        """Return the first asset of a use, None if there is none."""
        return next((asset for asset in self.assets if asset.use is use), None)

    def note_text(self) -> str:
        """Return what is signed."""
        digest = Digest.of(self.format())
        return f"{FIRST_LINE}\n{self.origin}\n{self.hall}\n{self.version}\n{digest}\n"


def check_told(title: str, about: str, collection: str) -> None:
    """Check what somebody typed of a hall; raise InvalidHall."""
    if not 0 < len(title) <= LONGEST_TITLE or not title.isprintable():
        raise InvalidHall("title", most=LONGEST_TITLE)
    if len(about) > LONGEST_TEXT:
        raise InvalidHall("about", most=LONGEST_TEXT)
    if not COLLECTION.match(collection):
        raise InvalidHall("collection")


def _of_value(value: Any) -> Manifest:
    assets, steps = value["assets"], value["steps"]
    if value["v"] != VERSION or len(assets) > MOST_ASSETS or not HALL.match(value["hall"]):
        raise InvalidHall("manifest")
    check_told(value["title"], value["about"], value["collection"])
    return Manifest(
        kind=Kind(value["kind"]),
        origin=value["origin"],
        hall=value["hall"],
        version=value["version"],
        made_at=value["made_at"],
        title=value["title"],
        about=value["about"],
        collection=value["collection"],
        assets=tuple(Asset.of_value(one) for one in assets),
        steps=tuple(Step.of_value(one) for one in steps),
    )
