"""Where a file differs from a registered one, by the leaves of both; a hint, and never a verdict.

A leaf is 1 MiB of a file, and the CID of a registration commits to all of its leaves. Leaves tell where
files differ to the MiB; whoever may read the registered bytes can tell it to the byte.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.reasons import Reason

LEAF_BYTES = 2**20
MOST_SPANS = 8  # that are told one by one
MOST_PAGES = 40
LEAST_SAME_BYTES = 64  # any two files of a format may share as much at begin and end

Span = tuple[int, int]
"""Bytes of the file here: the first, and the one behind the last."""
HashAt = Callable[[int, int], bytes]
"""Returns the SHA-256 of the file here from a start to an end."""


@dataclass(frozen=True)
class Leaves:
    """How long a file is, and the SHA-256 of each leaf in order; an empty file has one, of no bytes."""

    size_bytes: int
    hashes: Sequence[bytes]

    def bounds(self, number: int) -> Span:
        """Return which bytes a leaf is."""
        return number * LEAF_BYTES, min(self.size_bytes, (number + 1) * LEAF_BYTES)


@dataclass(frozen=True)
class Difference:
    """Where a file differs from one that is registered.

    spans: of the file here, in order; an empty span is where bytes are missing. moved: by how many
    bytes what follows the last span is moved, None if nothing that follows is the same. is_exact: to
    the byte, not to the MiB. pages: of the PDF here that have parts in the spans, from 1.
    """

    digest: Digest
    title: str
    size_bytes: int
    spans: tuple[Span, ...]
    moved: int | None
    is_exact: bool = False
    pages: tuple[int, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is the same."""
        return self.spans == ((0, self.size_bytes),) and not self.moved

    @property
    def reason(self) -> Reason:
        """Return what a person is told of it."""
        digest, title, where = self.digest.hex(), self.title, self._where()
        if self.is_whole:
            return Reason("hint.differs-wholly", {"digest": digest, "title": title})
        if self.moved is None:
            first = self.spans[0][0]
            return Reason(
                "hint.differs-from",
                {"digest": digest, "title": title, "where": where, "first": first},
            )
        if self.moved:
            moved = f"{self.moved:+,}"
            return Reason(
                "hint.differs-moved",
                {"digest": digest, "title": title, "where": where, "moved": moved},
            )
        return Reason("hint.differs", {"digest": digest, "title": title, "where": where})

    def to_json(self) -> dict[str, Any]:
        return {
            "likeness": "differs",
            **self.reason.to_json(),
            "spans": [list(span) for span in self.spans],
            "moved": self.moved,
            "is_exact": self.is_exact,
            "pages": list(self.pages),
        }

    def _where(self) -> Reason:
        spans = [f"{start:,}–{max(start, end - 1):,}" for start, end in self.spans[:MOST_SPANS]]
        ranges = _listed(spans, len(self.spans))
        if not self.pages and self.is_exact:
            return Reason("where.bytes", {"ranges": ranges})
        if not self.pages:
            return Reason("where.about", {"ranges": ranges})
        shown = [str(page) for page in self.pages[:MOST_PAGES]]
        pages = _listed(shown, len(self.pages))
        if self.is_exact:
            return Reason("where.bytes-of-pages", {"ranges": ranges, "pages": pages})
        return Reason("where.about-of-pages", {"ranges": ranges, "pages": pages})


def _listed(shown: Sequence[str], count: int) -> str:
    return ", ".join(shown) + (" …" if count > len(shown) else "")


@dataclass(frozen=True)
class Found:
    """What leaves tell; see Difference. head, tail: how many leaves are the same from begin and end."""

    spans: tuple[Span, ...]
    moved: int | None
    head: int
    tail: int


def compare(own: Leaves, registered: Leaves, hash_at: HashAt) -> Found:
    """Return where the file here differs from the registered one, to the leaf.

    Where bytes were put in or taken out, what follows is looked for from the end, as far as it is the same.
    """
    pairs = zip(own.hashes, registered.hashes, strict=False)
    same = [mine == theirs for mine, theirs in pairs]
    head = next((at for at, is_same in enumerate(same) if not is_same), len(same))
    moved = own.size_bytes - registered.size_bytes
    tail = _same_from_end(head, registered, moved, hash_at) if moved else 0
    if moved and tail >= sum(same[head:]):
        start = min(own.bounds(head)[0], own.size_bytes)
        if not tail:
            return Found(((start, own.size_bytes),), None, head, 0)
        end = registered.bounds(len(registered.hashes) - tail)[0] + moved
        return Found(((min(start, end), end),), moved, head, tail)
    lacks = [not is_same for is_same in same] + [True] * (len(own.hashes) - len(same))
    return Found(_spans(own, lacks), None if moved else 0, head, 0)


def _same_from_end(head: int, registered: Leaves, moved: int, hash_at: HashAt) -> int:
    for tail, number in enumerate(range(len(registered.hashes) - 1, head - 1, -1)):
        start, end = registered.bounds(number)
        if start + moved < head * LEAF_BYTES or (
            hash_at(start + moved, end + moved) != registered.hashes[number]
        ):
            return tail
    return max(0, len(registered.hashes) - head)


def _spans(own: Leaves, lacks: Sequence[bool]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for number, is_other in enumerate(lacks):
        start, end = own.bounds(number)
        if is_other and spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], end)
        elif is_other:
            spans.append((start, end))
    return tuple(spans)


def is_by_chance(spans: Sequence[Span], size_bytes: int) -> bool:
    """Return whether so little of a file is the same that it tells nothing of where the file is from."""
    same = size_bytes - sum(end - start for start, end in spans)
    return same < LEAST_SAME_BYTES and 2 * same < size_bytes


def first_difference(mine: bytes, theirs: bytes) -> int:
    """Return how many bytes both begin with."""
    most = min(len(mine), len(theirs))
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if mine[:middle] == theirs[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def same_at_end(mine: bytes, theirs: bytes) -> int:
    """Return how many bytes both end with."""
    return first_difference(mine[::-1], theirs[::-1])
