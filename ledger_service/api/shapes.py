"""The shapes that all routes share: strictness, pages and their cursors, blocks; docs at /api/v1/docs."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from ledger_service.domain.chain.history import Block
from ledger_service.domain.errors import InvalidCursor

Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


PageSize = Annotated[int, Query(ge=1, le=200, description="most items in one answer")]


PageCursor = Annotated[
    str, Query(max_length=200, description="`next` of the page before; empty for the first page")
]


Item = TypeVar("Item")


Row = TypeVar("Row")


class Shape(BaseModel):
    """Strict: no unknown fields, no silent conversions."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Page(Shape, Generic[Item]):
    """One page of a list. next: the cursor of the page after this one, null at the end."""

    items: list[Item]
    next: str | None

    @classmethod
    def of(
        cls,
        found: Sequence[Row],
        limit: int,
        shape: Callable[[Row], Item],
        key: Callable[[Row], int | str],
    ) -> Page[Item]:
        """Return a page of rows, of which one more than `limit` was asked for to see if more follow."""
        shown = found[:limit]
        more = encode_cursor(key(shown[-1])) if len(found) > limit else None
        return cls(items=[shape(row) for row in shown], next=more)


class BlockShape(Shape):
    number: int
    hash: Hex32
    time: int

    @classmethod
    def of(cls, block: Block) -> BlockShape:
        return cls(number=block.number, hash=block.hash.hex(), time=block.time)


def encode_cursor(key: int | str) -> str:
    """Return the opaque text of a list's key; inverse of `decode_cursor`."""
    return base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def decode_cursor(text: str) -> str:
    """Return the key of a cursor; raise InvalidCursor for what no list handed out."""
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, ValueError) as exc:
        raise InvalidCursor("Take the cursor from `next` of the page before.") from exc
    if encode_cursor(key) != text or not key.isprintable():
        raise InvalidCursor("Take the cursor from `next` of the page before.")
    return key


def decode_number(text: str, before_first: int) -> int:
    """Return the whole number of a cursor, or before_first for the empty one."""
    if not text:
        return before_first
    decoded = decode_cursor(text)
    if not decoded.isascii() or not decoded.isdigit() or len(decoded) > 15:
        raise InvalidCursor("Take the cursor from `next` of the page before.")
    return int(decoded)
