"""Handing in what was done in a laboratory: signed by a key of the browser, or not at all without scripts."""

from __future__ import annotations

import base64
import binascii

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import InvalidHall, InvalidLabRecord, LedgerError, OverLimit
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.web.layout import Fields, library_of, read_fields
from reading_room.halls.pages.frame import NamedHall, SignedIn, layout, with_scene
from reading_room.halls.rules.lab_record import LabRecord
from reading_room.halls.sql import SqlHalls
from reading_room.halls.verbs.hand_in import hand_in
from reading_room.halls.verbs.show import ShownHall, show_hall

router = APIRouter(prefix="/halls", include_in_schema=False)
LONGEST_SIGNATURE = 200  # letters
REFUSALS = (InvalidHall, InvalidLabRecord, OverLimit)


@router.post("/{hall}/records")
async def take(request: Request, hall: NamedHall, caller: SignedIn) -> Response:
    """Take what somebody did; show why not above what they typed."""
    given = await read_fields(request)
    return await run_in_threadpool(_take, request, caller, hall, given)


def _take(request: Request, caller: Caller, hall: str, given: Fields) -> Response:
    library = library_of(request)
    version = given["version"]
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else None
    shown = show_hall(library, SqlHalls, caller, hall, number)
    try:
        data, signature = _record(shown, given, library.clock())
        hand_in(library, SqlHalls, caller, data, signature)
    except REFUSALS as exc:
        return _again(request, shown, exc, given, library.clock())
    return RedirectResponse("/me/laboratories", 303)


def _record(shown: ShownHall, given: Fields, now: int) -> tuple[bytes, bytes]:
    """Return the record that the browser has signed, or one of what was typed, and the signature."""
    if given["record"]:
        try:
            signature = base64.b64decode(given["signature"][:LONGEST_SIGNATURE], validate=True)
        except (binascii.Error, ValueError) as exc:
            raise InvalidLabRecord("signature") from exc
        return given["record"].encode(), signature
    begun = given["begun_at"]
    is_time = begun.isascii() and begun.isdigit() and len(begun) < 12
    answers = tuple(given[f"answer-{place}"] for place in range(len(shown.manifest.steps)))
    record = LabRecord(
        shown.manifest.hall,
        shown.manifest.version,
        Digest.of(shown.kept.manifest),
        min(int(begun), now) if is_time else now,
        now,
        answers,
    )
    return record.format(), b""


def _again(
    request: Request, shown: ShownHall, refusal: LedgerError, given: Fields, now: int
) -> Response:
    places = range(len(shown.manifest.steps))
    page = layout.page(
        request,
        "hall_laboratory.html",
        422,
        shown=shown,
        digest=Digest.of(shown.kept.manifest),
        now=now,
        hands_in=True,
        refusal=refusal,
        typed=[given[f"answer-{place}"] for place in places],
    )
    return with_scene(page)
