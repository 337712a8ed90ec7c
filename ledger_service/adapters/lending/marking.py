"""The process that marks one copy, or reads the numbers in one file: strangers' files are parsed here only.

It is handed one order and the bytes, and answers with bytes. After it has loaded what it needs it can open
no file and no connection, and its memory and its time are bounded. Why a copy is not marked is its exit
status (`failures`). Run by `maker`.
"""

from __future__ import annotations

import codecs
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

from PIL import Image

from ledger_service.adapters.lending.epub import mark_epub, numbers_in_epub
from ledger_service.adapters.lending.failures import Failure, NotMarked
from ledger_service.adapters.lending.line import drawn_line
from ledger_service.adapters.lending.pdf import mark_pdf, numbers_in_pdf
from ledger_service.adapters.lending.picture import mark_picture, numbers_in_pixels
from ledger_service.domain import canonical_json
from ledger_service.domain.identifiers import CopyId
from ledger_service.domain.lending.lent_copy import HEAD_BYTES, MarkedKind, kind_of, marks_in

MEMORY_BYTES = 2 * 2**30  # of addresses, of which libraries take a part
PROCESSOR_SECONDS = 120
STANDARD_STREAMS = 3
LOADED_LATE = (
    "gzip",
    "lxml.etree",
    "PIL.TiffImagePlugin",
)  # by the libraries, in the midst of their work
ENCODINGS = ("ascii", "cp437", "latin-1", "utf-8", "utf-16", "utf-16-be", "utf-16-le")


def main() -> None:
    """Read an order and a file from standard input, and write what is made of it to standard output."""
    order = canonical_json.parse(sys.stdin.buffer.readline())
    line = drawn_line(order["text"]) if "text" in order else None
    _confine()
    data = sys.stdin.buffer.read()
    try:
        made = _numbers(data) if line is None else _marked(data, order, line)
    except NotMarked as exc:
        sys.exit(exc.failure)
    except (MemoryError, RecursionError):
        sys.exit(Failure.UNPACKS_TOO_FAR)
    sys.stdout.buffer.write(made)


def _confine() -> None:
    """Load what is loaded late, and then give up whatever the work does not need."""
    Image.preinit()
    for module in LOADED_LATE:
        import_module(module)
    for encoding in ENCODINGS:
        codecs.lookup(encoding)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no copy of what is closed on a disk
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (STANDARD_STREAMS, STANDARD_STREAMS))


def _marked(data: bytes, order: dict[str, Any], line: Any) -> bytes:
    copy, text = CopyId.parse(order["copy"]), str(order["text"])
    kind = kind_of(order["media_type"], data[:HEAD_BYTES])
    if kind is MarkedKind.PDF:
        return mark_pdf(data, copy, text, line)
    if kind is MarkedKind.EPUB:
        return mark_epub(data, copy, text)
    if kind is None:
        raise NotMarked(Failure.OTHER_FORM)
    return mark_picture(data, kind, copy, line)


_READERS: dict[MarkedKind | None, Callable[[bytes], list[CopyId]]] = {
    MarkedKind.PDF: numbers_in_pdf,
    MarkedKind.EPUB: numbers_in_epub,
    MarkedKind.PNG: numbers_in_pixels,
}


def _numbers(data: bytes) -> bytes:
    """Return the numbers that stand in a file, openly or not, a line of hex digits each."""
    found = marks_in(data)
    read = _READERS.get(kind_of("", data[:HEAD_BYTES]))
    if read is not None:
        with suppress(NotMarked):  # what stands openly is told all the same
            found += read(data)
    return "".join(f"{copy.hex()}\n" for copy in dict.fromkeys(found)).encode()


if __name__ == "__main__":
    main()
