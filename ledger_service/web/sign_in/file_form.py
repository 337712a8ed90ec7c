"""A browser's form with a file, which streams through: memory stays the same, and no disk is used."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from ledger_service.domain.errors import InvalidInput, TruncatedUpload, WrongContentType
from ledger_service.web.sign_in.form_fields import LARGEST_FORM_BYTES, MOST_FIELDS

WITH_FILES = "multipart/form-data"
PIECE_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Part:
    """A piece of a form as it streams in: a field with its value, a file's begin, or bytes of the file.

    name: of the field; empty for bytes of the file that began last. file_name: None for a field.
    """

    name: str
    value: str = ""
    file_name: str | None = None
    data: bytes = b""


async def read_parts(request: Request) -> AsyncIterator[Part]:
    """Yield a form with a file, part by part, in its order; memory stays the same for any size.

    Raises:
        WrongContentType: the body is no such form. InvalidInput: it is malformed, has a second file, or its
        fields are too long or too many. TruncatedUpload: it ended before its end.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != WITH_FILES.encode():
        raise WrongContentType(
            wanted=WITH_FILES, given=kind.decode("latin-1")[:80] or "no content type"
        )
    boundary = options.get(b"boundary", b"")
    reader = _Reader(boundary)
    try:
        async for piece in request.stream():
            for part in reader.feed(piece):
                yield part
    except ClientDisconnect as exc:
        raise TruncatedUpload("broken-off") from exc
    if not reader.has_ended:
        raise TruncatedUpload("broken-off")


class InPieces:
    """Hands the bytes of a file on in a thread, a mebibyte or so at a time; the last ones by `end`."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write, self._waiting = write, bytearray()

    async def add(self, data: bytes) -> None:
        self._waiting += data
        if len(self._waiting) >= PIECE_BYTES:
            await self.end()

    async def end(self) -> None:
        await run_in_threadpool(self._write, bytes(self._waiting))
        self._waiting.clear()


class _Reader:
    """Turns pieces of a body into parts."""

    def __init__(self, boundary: bytes) -> None:
        self.has_ended = False
        self._made: list[Part] = []
        self._header: list[bytes] = [b"", b""]
        self._is_file, self._name, self._value = False, "", b""
        self._fields, self._bytes, self._files = 0, 0, 0
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._header_field,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._headers_finished,
                    "on_part_data": self._data,
                    "on_part_end": self._part_end,
                    "on_end": self._end,
                },
            )
        except FormParserError as exc:
            raise InvalidInput("form-malformed") from exc

    def feed(self, piece: bytes) -> list[Part]:
        try:
            self._parser.write(piece)
        except FormParserError as exc:
            raise InvalidInput("form-malformed") from exc
        made, self._made = self._made, []
        return made

    def _begin(self) -> None:
        self._header, self._disposition = [b"", b""], b""
        self._is_file, self._name, self._value = False, "", b""
        self._fields += 1
        self._check_room(0)

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header[0] += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1] += data[start:end]

    def _header_end(self) -> None:
        if self._header[0].lower() == b"content-disposition":
            self._disposition = self._header[1]
        self._header = [b"", b""]

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        named = options.get(b"filename")
        self._is_file = named is not None
        if named is not None:
            self._files += 1
            if self._files > 1:  # its bytes would be taken for those of the first
                raise InvalidInput("form-malformed")
            self._made.append(Part(self._name, file_name=named.decode("utf-8", "replace")))

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._made.append(Part("", data=data[start:end]))
            return
        self._check_room(end - start)
        self._value += data[start:end]

    def _part_end(self) -> None:
        if not self._is_file:
            self._made.append(Part(self._name, self._value.decode("utf-8", "replace")))

    def _end(self) -> None:
        self.has_ended = True

    def _check_room(self, more: int) -> None:
        self._bytes += more
        if self._bytes > LARGEST_FORM_BYTES or self._fields > MOST_FIELDS:
            raise InvalidInput("form-too-long", most=LARGEST_FORM_BYTES)
