"""The WebSocket by which a paper is written live: y-websocket's protocol, for members of its project."""

from __future__ import annotations

import asyncio
from functools import partial

from fastapi import APIRouter, FastAPI, WebSocket, WebSocketDisconnect

from ledger_service.api.door import Handshake, presences_of, shake_hands
from ledger_service.domain.errors import FormOfAnotherSite, LedgerError, NotAuthenticated
from ledger_service.services.library import Library
from reading_room.together.live.bounds import Close, Refused
from reading_room.together.live.meeting import Meeting
from reading_room.together.live.meetings import Meetings
from reading_room.together.live.visitor import Visitor
from reading_room.together.rules.project import parse_paper
from reading_room.together.sql import SqlTogether

router = APIRouter(tags=["together"])


@router.websocket("/papers/{paper}/live")
async def live(socket: WebSocket, paper: str) -> None:
    """Let a member read and write a paper; see docs/together.md for the numbers by which it is closed."""
    try:
        hands: Handshake | None = shake_hands(socket)
    except FormOfAnotherSite:
        await socket.close()  # before it is accepted: another site's page learns nothing
        return
    except NotAuthenticated:
        hands = None
    await socket.accept()
    try:
        if hands is None:
            raise Refused(Close.SIGNED_OUT, "signed out")
        await _attend(socket, hands, paper)
    except Refused as exc:
        await _close(socket, exc)
    except LedgerError as exc:
        await _close(socket, Refused(Close.TRY_LATER, exc.slug()))


async def _attend(socket: WebSocket, hands: Handshake, paper: str) -> None:
    """Be at the paper until either side ends it; raise Refused if this side does."""
    meetings = _meetings(socket.app)
    library: Library = socket.app.state.library
    try:
        which = parse_paper(paper)
    except LedgerError:
        raise Refused(Close.NOT_FOUND, "not found") from None
    meeting, visitor = await meetings.enter(which, partial(hands.caller, library))
    sending = asyncio.create_task(_send(socket, visitor))
    hearing = asyncio.create_task(_hear(socket, meeting, visitor))
    try:
        await asyncio.wait({sending, hearing}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        meetings.leave(meeting, visitor)
        for task in (sending, hearing):
            task.cancel()
        ended = await asyncio.gather(sending, hearing, return_exceptions=True)
    for failure in ended:
        if isinstance(failure, Exception) and not isinstance(failure, WebSocketDisconnect):
            raise failure


async def _hear(socket: WebSocket, meeting: Meeting, visitor: Visitor) -> None:
    loop = asyncio.get_running_loop()
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        data = message.get("bytes")
        if data is None:
            raise Refused(Close.MALFORMED, "no bytes")
        await meeting.hear(visitor, data)
        wait = visitor.spend(loop.time(), len(data))
        if wait:
            await asyncio.sleep(wait)


async def _send(socket: WebSocket, visitor: Visitor) -> None:
    while (message := await visitor.next()) is not None:
        await socket.send({"type": "websocket.send", "bytes": message})
    if visitor.end is not None:
        raise visitor.end


async def _close(socket: WebSocket, why: Refused) -> None:
    try:
        await socket.close(why.code, why.why)
    except (WebSocketDisconnect, RuntimeError):  # it has gone by itself
        return


def _meetings(app: FastAPI) -> Meetings:
    """Return the meetings of this process, made when somebody comes to the first."""
    if not hasattr(app.state, "meetings"):
        app.state.meetings = Meetings(
            app.state.library, SqlTogether, SqlTogether, presences_of(app)
        )
    made: Meetings = app.state.meetings
    return made
