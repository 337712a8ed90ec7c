"""Routes of halls: which there are, the manifest of one with its proof, and assets by their digest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, FastAPI, Path, Response, WebSocket, WebSocketDisconnect
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from ledger_service.api.door import (
    TELLS_MORE,
    CutStream,
    InCaller,
    InLibrary,
    JsonRoute,
    Shape,
    bytes_of,
    needs,
    presences_of,
    shake_hands,
)
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from reading_room.halls.presence.company import Company, Guest, HallCompany
from reading_room.halls.presence.wire import read_state
from reading_room.halls.rules.glb_file import MEDIA_TYPE
from reading_room.halls.rules.manifest import PICTURES
from reading_room.halls.sql import SqlHalls
from reading_room.halls.verbs.assets import open_asset
from reading_room.halls.verbs.be_seen import check_seen
from reading_room.halls.verbs.show import ProvedManifest, ShownHall, list_halls, prove_manifest

router = APIRouter(route_class=JsonRoute, prefix="/halls", tags=["halls"])
READ = needs(Permission.RESOURCE_READ)
TICK_SECONDS = 0.1
LOOK_SECONDS = 10.0  # between two looks whether somebody still may
LONGEST_SECONDS = 3_600
NOT_ANY_MORE, COME_AGAIN = 1008, 1012
"""By which a socket is closed: for what is no presence, and who is signed out; after an hour."""
NamedHall = Annotated[str, Path(pattern=r"^[0-9a-f]{1,64}$")]
NamedDigest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class HallShape(Shape):
    """A hall as it stands. kind: hall or laboratory; entry: that attests its manifest."""

    hall: str
    kind: str
    title: str
    about: str
    version: int
    made_at: int
    entry: int

    @classmethod
    def of(cls, shown: ShownHall) -> HallShape:
        manifest = shown.manifest
        return cls(
            hall=manifest.hall,
            kind=manifest.kind.value,
            title=manifest.title,
            about=manifest.about,
            version=manifest.version,
            made_at=manifest.made_at,
            entry=shown.kept.entry,
        )


class HallsShape(Shape):
    """All halls, that which was published last first."""

    items: list[HallShape]


class ManifestShape(Shape):
    """A manifest as its text, and what proves it.

    note: signed, names the manifest's digest; key: a vkey, by which it is; ledger: the ledger's vkey.
    body: the entry that attests the note, at this index; proof, checkpoint: null while none covers it.
    """

    manifest: str
    note: str
    key: str
    ledger: str
    entry: int
    body: str
    proof: list[str] | None
    checkpoint: str | None

    @classmethod
    def of(cls, proved: ProvedManifest) -> ManifestShape:
        kept = proved.shown.kept
        return cls(
            manifest=kept.manifest.decode(),
            note=kept.note,
            key=proved.key,
            ledger=proved.ledger,
            entry=kept.entry,
            body=proved.body.decode(),
            proof=None if proved.proof is None else [item.hex() for item in proved.proof],
            checkpoint=proved.checkpoint,
        )


@router.get("", openapi_extra={**READ, **TELLS_MORE})
def halls(library: InLibrary, caller: InCaller) -> HallsShape:
    """List the halls and laboratories."""
    found = list_halls(library, SqlHalls, caller)
    return HallsShape(items=[HallShape.of(one) for one in found])


@router.get("/{hall}/manifest", openapi_extra={**READ, **TELLS_MORE})
def manifest(
    response: Response, library: InLibrary, caller: InCaller, hall: NamedHall
) -> ManifestShape:
    """Return the manifest of a hall as it stands, with its signature and its proof."""
    response.headers["Cache-Control"] = "no-cache"
    return ManifestShape.of(prove_manifest(library, SqlHalls, caller, hall))


@router.get(
    "/assets/{digest}",
    openapi_extra=READ,
    response_class=Response,
    responses={200: bytes_of(MEDIA_TYPE, *PICTURES)},
)
def asset(library: InLibrary, digest: NamedDigest) -> StreamingResponse:
    """Send a model or a picture of a hall. It never changes; whoever places it hashes it."""
    kept, pieces = open_asset(library, SqlHalls, Digest.parse(digest))
    headers = {
        "Content-Length": str(kept.size_bytes),
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "ETag": f'"{digest}"',
    }
    return CutStream(pieces, headers=headers, media_type=kept.media_type)


@router.websocket("/{hall}/presence")
async def presence(socket: WebSocket, hall: str) -> None:
    """Let somebody be seen in a hall, and see others: awareness of y-protocols, of those who wish it."""
    try:
        hands = shake_hands(socket)
        asks = partial(check_seen, socket.app.state.library, SqlHalls, hands.caller, hall[:64])
        reader = await run_in_threadpool(asks)
    except LedgerError:
        await socket.close()  # before it is accepted
        return
    company = _company(socket.app)
    guest = company.enter(hall, reader)
    if guest is None:
        await socket.close()
        return
    presences, place = presences_of(socket.app), f"hall:{hall}"
    here = HallCompany(company, hall)
    presences.open(place, here)

    def tell(clock: int, state: str) -> None:
        company.tell(hall, guest, clock, state)
        presences.changed(place)

    try:
        await socket.accept()
        await _attend(socket, guest, tell, asks)
    except (WebSocketDisconnect, RuntimeError):  # it has gone by itself
        pass
    finally:
        company.leave(hall, guest)
        presences.changed(place)
        if company.is_empty(hall):
            presences.close(place, here)


async def _attend(
    socket: WebSocket, guest: Guest, tell: Callable[[int, str], None], asks: Callable[[], str]
) -> None:
    """Tell and hear, at most so often, until the page goes, may be here no more, or its time is over."""
    loop = asyncio.get_running_loop()
    ends_at, look_at = loop.time() + LONGEST_SECONDS, loop.time() + LOOK_SECONDS
    hearing = asyncio.create_task(socket.receive_bytes())
    try:
        while loop.time() < ends_at:
            await asyncio.wait({hearing}, timeout=TICK_SECONDS)
            try:
                if loop.time() >= look_at:
                    await run_in_threadpool(asks)
                    look_at = loop.time() + LOOK_SECONDS
                if hearing.done():
                    tell(*read_state(hearing.result()))
            except (LedgerError, KeyError):
                await socket.close(NOT_ANY_MORE)
                return
            if hearing.done():
                hearing = asyncio.create_task(socket.receive_bytes())
                await asyncio.sleep(TICK_SECONDS)
            unsent, guest.unsent = guest.unsent, []
            for message in unsent:
                await socket.send_bytes(message)
        await socket.close(COME_AGAIN)
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)


def _company(app: FastAPI) -> Company:
    """Return the guests of this process."""
    if not hasattr(app.state, "halls_company"):
        app.state.halls_company = Company()
    made: Company = app.state.halls_company
    return made
