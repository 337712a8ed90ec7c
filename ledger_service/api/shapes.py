"""The shapes that all routes share: strictness, pages of lists, blocks; docs at /api/v1/docs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from ledger_service import messages
from ledger_service.domain.chain.block import Block
from ledger_service.domain.reasons import Reason
from ledger_service.ports import paging
from ledger_service.ports.paging import MOST_ITEMS, PageRequest


def bytes_of(*kinds: str) -> dict[str, Any]:
    """Return what OpenAPI says of an answer that has bytes of one of these media types."""
    return {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}}


Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


AskedHex = Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$")]


AskedFrom = Annotated[
    int | None, Query(alias="from", ge=0, lt=2**53, description="seconds since 1970 UTC")
]


AskedUntil = Annotated[
    int | None, Query(ge=0, lt=2**53, description="seconds since 1970 UTC; not among them")
]


PageSize = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="most items in one answer")]


PageCursor = Annotated[
    str, Query(max_length=200, description="`next` of the page before; empty for the first page")
]


async def asked_page(cursor: PageCursor = "", limit: PageSize = 50) -> PageRequest:
    """Return the page that a request asks for. Async, since a plain function costs a thread a request."""
    return PageRequest(cursor, limit)


AskedPage = Annotated[PageRequest, Depends(asked_page)]


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
    def of(cls, found: paging.Page[Row], shape: Callable[[Row], Item]) -> Page[Item]:
        return cls(items=[shape(row) for row in found.items], next=found.next)


class BlockShape(Shape):
    """A block of the chain. time: seconds since 1970 UTC."""

    number: int
    hash: Hex32
    time: int

    @classmethod
    def of(cls, block: Block) -> BlockShape:
        return cls(number=block.number, hash=block.hash.hex(), time=block.time)


class ReasonShape(Shape):
    """Why something is so, for programs; values: what explains it, a cause as {reason, values}."""

    reason: str
    values: dict[str, Any]

    @classmethod
    def of(cls, stored: str | None) -> ReasonShape | None:
        """Return the reason that was stored, if one was."""
        if stored is None:
            return None
        reason = Reason.parse(stored)
        return cls(reason=reason.name, values=reason.values_to_json())


def sentence(stored: str | None) -> str | None:
    """Return the text of a reason that was stored, if one was."""
    return None if stored is None else messages.stored(stored)
