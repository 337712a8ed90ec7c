"""The route of who looked at what is private."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.shapes import AskedPage, Page, Shape
from ledger_service.domain.people.permission import Permission
from ledger_service.services.people.list_looks import ToldLook, list_looks

router = APIRouter(prefix="/looks", tags=["library"])


class LookShape(Shape):
    """Who was shown private parts. entries: first and last of each range; to a reader, those about them.

    colleague: the auditor's number; shown: `parts`, or `counts` of what they say.
    """

    entry: int
    at: int
    case: str
    colleague: int
    actor: str
    shown: str
    entries: list[tuple[int, int]]

    @classmethod
    def of(cls, item: ToldLook) -> LookShape:
        return cls(
            entry=item.entry,
            at=item.look.at,
            case=item.case,
            colleague=item.look.colleague,
            actor=item.look.actor.value,
            shown=item.look.shown.value,
            entries=list(item.at),
        )


@router.get("", response_model=Page[LookShape], openapi_extra=needs(Permission.LOOK_READ))
def list_(library: InLibrary, caller: InCaller, page: AskedPage) -> Page[LookShape]:
    """List who looked at private parts, newest first: to a reader, at those that are about them."""
    return Page[LookShape].of(list_looks(library.store, library.clock, caller, page), LookShape.of)
