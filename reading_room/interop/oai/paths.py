"""`/oai`: the six verbs of OAI-PMH 2.0, by GET and by POST, and the schema of our proofs.

Every fault of a request is answered with status 200 and its own code, as the protocol has it (§3.6). Lists
are sent in pieces, each made when the one before has left.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response

from ledger_service import messages
from ledger_service.api.door import (
    ANY_QUERY,
    IS_HEAD,
    CutStream,
    InLibrary,
    bytes_of,
    check_content_type,
    needs,
    receive_body,
)
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.people.permission import Permission
from ledger_service.messages.languages import of_program
from ledger_service.services.library import Library
from ledger_service.services.pools import HARVESTS
from reading_room.interop.oai.rules import answers, arguments, tokens
from reading_room.interop.oai.rules.arguments import IDENTIFIER, PREFIX, TOKEN, VERB, Selection
from reading_room.interop.oai.rules.faults import Fault
from reading_room.interop.oai.rules.formats import FORMATS
from reading_room.interop.oai.verbs.get_record import check_formats, get_record
from reading_room.interop.oai.verbs.identify import identify
from reading_room.interop.oai.verbs.list_items import list_items
from reading_room.interop.oai.verbs.list_sets import list_sets

FORM = "application/x-www-form-urlencoded"
LARGEST_FORM_BYTES = 8192
MOST_ARGUMENTS = 20
SETTLED_SECONDS = 10
"""What changed in the last of these may still be on its way into the database. The time of an answer leaves
them out, so that who asks for all that changed since an answer's time misses nothing."""
SCHEMA = Path(__file__).parent / "proof.xsd"

router = APIRouter(prefix="/oai", tags=["oai"])
Pairs = Sequence[tuple[str, str]]
_NAMED = (VERB, IDENTIFIER, PREFIX, "set", "from", "until", TOKEN)
_OPERATION: dict[str, Any] = needs(Permission.RESOURCE_READ) | ANY_QUERY
_TEXT = {"type": "string"}


class Asked(NamedTuple):
    """A request. contact: how people reach whoever runs the library; now: the time of the answer."""

    library: Library
    public_url: str
    contact: str
    language: str
    pairs: Pairs
    now: int

    @property
    def base_url(self) -> str:
        return f"{self.public_url}{router.prefix}"


class Told(NamedTuple):
    """An answer. pieces: made one by one; is_whole: whether there is one."""

    pieces: Iterator[bytes]
    is_whole: bool


@router.get(
    "",
    response_class=Response,
    responses={200: bytes_of("text/xml")},
    openapi_extra=_OPERATION
    | {"parameters": [{"name": name, "in": "query", "schema": _TEXT} for name in _NAMED]},
)
async def ask(library: InLibrary, request: Request) -> Response:
    """Answer a harvester (OAI-PMH 2.0)."""
    return await _answer(library, request, request.query_params.multi_items())


@router.post(
    "",
    response_class=Response,
    responses={200: bytes_of("text/xml")},
    openapi_extra=_OPERATION
    | {
        "requestBody": {
            "required": True,
            "content": {
                FORM: {"schema": {"type": "object", "properties": dict.fromkeys(_NAMED, _TEXT)}}
            },
        }
    },
)
async def ask_by_form(library: InLibrary, request: Request) -> Response:
    """Do the same, with the arguments as a form of at most 8 KiB; those of the address count, too."""
    check_content_type(request, FORM)
    form = bytearray()

    def take(piece: bytes) -> None:
        form.extend(piece)
        if len(form) > LARGEST_FORM_BYTES:
            raise InvalidInput("form-too-long", most=LARGEST_FORM_BYTES)

    await receive_body(request, take)
    try:
        pairs = parse_qsl(
            form.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_ARGUMENTS
        )
    except ValueError as exc:
        raise InvalidInput("form-too-long", most=LARGEST_FORM_BYTES) from exc
    return await _answer(library, request, [*request.query_params.multi_items(), *pairs])


@router.get(
    "/proof.xsd",
    response_class=Response,
    responses={200: bytes_of("application/xml")},
    openapi_extra=needs(Permission.RESOURCE_READ),
)
def schema() -> Response:
    """Return the XSD of the proof that stands about each record."""
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(SCHEMA.read_bytes(), media_type="application/xml", headers=headers)


async def _answer(library: Library, request: Request, pairs: Pairs) -> Response:
    state = request.app.state
    asked = Asked(
        library,
        state.public_url,
        state.contact,
        of_program(request.headers),
        pairs,
        library.clock() - SETTLED_SECONDS,
    )
    first, told = await HARVESTS.run(partial(_begun, asked))
    if told.is_whole or IS_HEAD in request.scope:
        return Response(first, media_type=answers.MEDIA_TYPE)
    return CutStream(_all(first, told.pieces), media_type=answers.MEDIA_TYPE)


async def _all(first: bytes, rest: Iterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in HARVESTS.each(rest):
        yield piece


def _begun(asked: Asked) -> tuple[bytes, Told]:
    """Return an answer and its first piece, in which all faults show."""
    given: dict[str, str] = {}
    try:
        given = arguments.read_arguments(asked.pairs)
        told = _told(asked, given)
        return next(told.pieces), told
    except Fault as exc:
        sentence = messages.said(exc.sentence, asked.language, **exc.values)
        text = answers.fault(asked.base_url, asked.now, given, exc.code, sentence)
        return text.encode(), Told(iter(()), True)


def _told(asked: Asked, given: dict[str, str]) -> Told:
    verb, library = given[VERB], asked.library
    if verb in (arguments.LIST_RECORDS, arguments.LIST_IDENTIFIERS):
        return _list(asked, given)
    if verb == arguments.LIST_SETS:
        return _whole(asked, given, _sets(asked, given))
    if verb == arguments.LIST_FORMATS:
        if IDENTIFIER in given:
            check_formats(library, given[IDENTIFIER])
        rows = ((prefix, one.schema, one.namespace) for prefix, one in FORMATS.items())
        return _whole(asked, given, answers.formats(rows))
    if verb == arguments.GET_RECORD:
        record = _record(asked, given).decode()
        return _whole(asked, given, f"<GetRecord>\n{record}</GetRecord>\n")
    told = identify(library, asked.public_url, asked.base_url, asked.contact)
    return _whole(asked, given, answers.identify(told))


def _record(asked: Asked, given: dict[str, str]) -> bytes:
    arguments.check_format(given[PREFIX], FORMATS)
    return get_record(asked.library, asked.public_url, given[IDENTIFIER], given[PREFIX])


def _whole(asked: Asked, given: dict[str, str], told: str) -> Told:
    text = answers.head(asked.base_url, asked.now, given) + told + answers.END
    return Told(iter((text.encode(),)), True)


def _list(asked: Asked, given: dict[str, str]) -> Told:
    verb = given[VERB]
    before = _resumed(asked, given)
    if before is None:
        before = tokens.Resumption(arguments.selection_of(given, FORMATS), "", 0, None, 0)
    listed = list_items(
        asked.library, asked.public_url, before.selection, before.cursor, before.size
    )
    after = before._replace(cursor=listed.next, done=before.done + listed.items, size=listed.size)
    opening = answers.head(asked.base_url, asked.now, given) + f"<{verb}>\n"
    closing = _resumption(asked, before, after) + f"</{verb}>\n" + answers.END

    def pieces() -> Iterator[bytes]:
        for number, piece in enumerate(listed.pieces, 1):
            before = opening.encode() if number == 1 else b""
            yield before + piece + (closing.encode() if number == listed.made_of else b"")

    return Told(pieces(), listed.made_of == 1)


def _sets(asked: Asked, given: dict[str, str]) -> str:
    before = _resumed(asked, given) or tokens.Resumption(Selection(given[VERB]), "", 0, None, 0)
    page = list_sets(asked.library, before.cursor)
    sets = "".join(answers.set_of(*each) for each in page.sets)
    after = before._replace(cursor=page.next, done=before.done + len(page.sets))
    return f"<ListSets>\n{sets}{_resumption(asked, before, after)}</ListSets>\n"


def _resumed(asked: Asked, given: dict[str, str]) -> tokens.Resumption | None:
    """Return where a list goes on, None if it begins; raise Fault."""
    if TOKEN not in given:
        return None
    return tokens.parse_token(_key(asked.library), given[TOKEN], given[VERB], asked.now)


def _resumption(asked: Asked, before: tokens.Resumption, after: tokens.Resumption) -> str:
    """Return the token of what follows, an empty one at the end of a list of pages, or nothing."""
    if not after.cursor:
        return answers.resumption("", before.done, before.size, None) if before.cursor else ""
    token = tokens.format_token(_key(asked.library), after._replace(made_at=asked.now))
    expires = asked.now + tokens.SECONDS
    return answers.resumption(token, before.done, after.size, expires)


def _key(library: Library) -> bytes:
    return tokens.token_key(library.people.key())
