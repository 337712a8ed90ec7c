"""What another library's search answers, read as a stranger's: every field is checked, and all is bounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.resources.record import FIELDS
from ledger_service.domain.resources.registration import NARROW, Metadata, RegistrationState

LARGEST_NUMBER = 2**53 - 1  # as in the API
LONGEST_CURSOR = 200  # characters
ANSWER_BYTES = 2 * 1024**2


class InvalidAnswer(ValueError):
    """It is none that a library's search gives."""


@dataclass(frozen=True)
class ToldWork:
    """A registration as its library tells it. metadata: digest of the record that was claimed first.

    cid: base16. record: as corrected last; described_entry: the entry that commits to it, None if it is the
    first one. accepted_at: seconds since 1970 UTC.
    """

    digest: Digest
    steward: StewardId
    license: LicenseId
    cid: str
    metadata: Digest
    record: Metadata
    revision: int
    described_entry: int | None
    accepted_at: int
    accepted_entry: int
    state: RegistrationState

    def claim(self) -> dict[str, str | int]:
        """Return the facts of the entry that took it in."""
        return {
            "cid": self.cid,
            "digest": self.digest.hex(),
            "license": self.license.hex(),
            "metadata": self.metadata.hex(),
            "steward": self.steward.hex(),
        }


@dataclass(frozen=True)
class Told:
    """An answer. works: in its order; None: one that is malformed, or not of the library that tells it.

    next: the cursor of what comes after, None at the end; total, is_more: as it counts; named: the resource
    that the typed text names there, None for none.
    """

    works: tuple[ToldWork | None, ...]
    next: str | None
    total: int
    is_more: bool
    named: Digest | None = None


def read_answer(value: Any, steward: StewardId, most: int) -> Told:
    """Return the answer of this steward's library, which was asked for so many works at most.

    Raises:
        InvalidAnswer: it is none, or has more than was asked for.
    """
    try:
        items, following, direct = value["items"], value["next"], value["direct"]
        total, is_more = _number(value["total"]), value["more"]
        if not isinstance(items, list) or not isinstance(is_more, bool) or len(items) > most:
            raise InvalidAnswer
        if following is not None and not _is_cursor(following):
            raise InvalidAnswer
        named = Digest.parse(direct["digest"]) if direct is not None and direct["sure"] else None
    except (KeyError, TypeError, ValueError, InvalidInput) as exc:
        raise InvalidAnswer from exc
    works = tuple(_work(item, steward) for item in items)
    return Told(works, following, total, is_more, named)


def _is_cursor(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text) <= LONGEST_CURSOR and text.isascii()


def _work(item: Any, steward: StewardId) -> ToldWork | None:
    """Return what an item says of a work, None if it is malformed or another library's."""
    try:
        work = _read(item)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidInput):
        return None
    return work if work.steward == steward else None


def _read(item: Mapping[str, Any]) -> ToldWork:
    told = {name: item[name] for name in (*NARROW, *FIELDS) if item.get(name) is not None}
    record = Metadata.told(told, _number(told.pop("size_bytes")))
    described, revision = item["described_entry"], _number(item["revision"])
    return ToldWork(
        digest=Digest.parse(item["digest"]),
        steward=StewardId.parse(item["steward"]),
        license=LicenseId.parse(item["license"]),
        cid=ContentId.read(item["cid"]).base16(),
        metadata=Digest.parse(item["metadata_digest"]),
        record=record,
        revision=revision,
        described_entry=None if described is None else _number(described),
        accepted_at=_number(item["accepted_at"]),
        accepted_entry=_number(item["accepted_entry"]),
        state=RegistrationState(item["state"]),
    )


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_NUMBER:
        raise ValueError("no number of ours")
    return value
