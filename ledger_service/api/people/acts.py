"""The route of what the library's people did."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from ledger_service.api.callers import InCaller, InLibrary, needs, shown_by
from ledger_service.api.shapes import AskedPage, Page, Shape
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Actor, Caller
from ledger_service.domain.people.permission import Permission, Thing, sees
from ledger_service.ports.people import ActFilter, KeptAct
from ledger_service.services.people.list_acts import list_acts

router = APIRouter(prefix="/acts", tags=["library"])
Number = Annotated[int | None, Query(ge=0, lt=2**53)]
Word = Annotated[str | None, Query(max_length=64)]


class ActShape(Shape):
    """What somebody of the library did. colleague: a number for them; holder: their name, null once erased.

    about: the digest, grant, license, import, intent or token that it is about. It took in `entries`
    entries from first_entry on, if it took in any. at: seconds since 1970 UTC.
    """

    number: int
    at: int
    colleague: int
    holder: Annotated[str | None, shown_by(Permission.ACT_HOLDER)]
    act: str
    about: str
    first_entry: int | None
    entries: int

    @classmethod
    def of(cls, kept: KeptAct, caller: Caller) -> ActShape:
        whose = Thing(kept.holder, Actor.STAFF)
        return cls(
            number=kept.number,
            at=kept.at,
            colleague=kept.colleague,
            holder=kept.holder if sees(caller, Permission.ACT_HOLDER, whose) else None,
            act=kept.act.kind.value,
            about=kept.act.about,
            first_entry=kept.act.first_entry,
            entries=kept.act.entries,
        )


@router.get("", response_model=Page[ActShape], openapi_extra=needs(Permission.ACT_READ))
def list_(
    library: InLibrary,
    caller: InCaller,
    page: AskedPage,
    holder: Word = None,
    kind: ActKind | None = None,
    about: Word = None,
    entry: Number = None,
    since: Number = None,
    until: Number = None,
) -> Page[ActShape]:
    """List what the library's people did, newest first: to a registrar, what they did themselves.

    about: a digest, also with the act that took it in. since, until: seconds since 1970 UTC.
    """
    which = ActFilter(holder, kind, about, entry, since, until)
    found = list_acts(library.store, caller, which, page)
    return Page[ActShape].of(found, lambda kept: ActShape.of(kept, caller))
