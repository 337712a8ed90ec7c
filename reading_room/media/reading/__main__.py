"""The process that reads one file. It gets bytes on standard input, and tells on standard output.

It has no environment, and before it sees a byte of the file it gives up to open anything: neither a file
nor a connection. Its memory and its time are bounded. Usage: with the file's size, in bytes, and
`tiles` if these, or pictures of pages, are wanted.
"""

from __future__ import annotations

import codecs
import json
import lzma
import os
import resource
import struct
import sys
import zipfile
import zlib
from contextlib import suppress
from xml.etree.ElementTree import ParseError

import pypdfium2
from defusedxml import DefusedXmlException
from tinytag import TinyTagException

from reading_room.media.reading import epubs, images, kinds, pdfs, sounds, texts, webm
from reading_room.media.reading.asked_file import AskedFile
from reading_room.media.reading.findings import (
    LONGEST_IDENTIFIER,
    LONGEST_TITLE,
    MOST_IDENTIFIERS,
    TELL,
    TOLD,
    WITH_TILES,
    Found,
    Unreadable,
)

MOST_MEMORY_BYTES = 1024**3  # addresses, of which half is the programs themselves
MOST_CPU_SECONDS = 60
NICE = 10
CODECS = (
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "latin-1",
    "cp437",
    "cp1252",
    "ascii",
    "idna",
)
MALFORMED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    DefusedXmlException,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    ParseError,
    RecursionError,
    RuntimeError,
    SyntaxError,
    TinyTagException,
    TypeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the parsers raise, of their own and by mistake, where a file is not what it seems."""


def prepare() -> None:
    """Load what is otherwise loaded from files when it is asked for."""
    for name in CODECS:
        codecs.lookup(name)
    images.prepare()
    pypdfium2.PdfDocument.new().close()


def bound() -> None:
    """Give up what this process needs no more."""
    with suppress(OSError):
        os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def read(file: AskedFile, *, with_tiles: bool = False) -> Found:
    """Return what could be found of a file, with a problem if that is not all."""
    found = Found()
    try:
        found.facts.media_type = kinds.media_type_of(file)
        _read_as(found.facts.media_type, file, found, with_tiles=with_tiles)
    except Unreadable as exc:
        found.facts.problem = exc.problem
    except MemoryError:
        found.facts.problem = "too-large"
    except MALFORMED:
        found.facts.problem = "malformed"
    return found


def _read_as(media_type: str, file: AskedFile, found: Found, *, with_tiles: bool) -> None:
    if media_type == kinds.PDF:
        pdfs.read_pdf(file, found, with_pages=with_tiles)
    elif media_type == kinds.EPUB:
        epubs.read_epub(file, found)
    elif media_type == kinds.HTML:
        texts.read_html(file, found)
    elif media_type == kinds.PLAIN:
        texts.read_plain(file, found)
    elif media_type in images.TYPES:
        images.read_image(file, found, with_tiles=with_tiles)
    elif media_type in sounds.TYPES:
        sounds.read_sound(file, found)
    elif media_type in webm.TYPES:
        webm.read_webm(file, found)


def tell(found: Found, pipe: int) -> None:
    """Write what was found, as `process` reads it."""
    facts = found.facts
    facts.title = facts.title and facts.title[:LONGEST_TITLE]
    unique = dict.fromkeys(item[:LONGEST_IDENTIFIER] for item in facts.identifiers)
    facts.identifiers = list(unique)[:MOST_IDENTIFIERS]
    told = json.dumps(facts.to_json()).encode()
    lengths = TOLD.pack(len(told), len(found.cover), len(found.text), len(found.tiles))
    with os.fdopen(pipe, "wb", closefd=False) as out:
        out.write(TELL + lengths + told + found.cover + found.text + found.tiles)


def main() -> None:
    """Read the file of which the other side of the pipes has the bytes."""
    asks, answers = sys.stdout.fileno(), sys.stdin.fileno()
    prepare()
    bound()
    file = AskedFile(int(sys.argv[1]), asks, answers)
    tell(read(file, with_tiles=WITH_TILES in sys.argv[2:]), asks)


if __name__ == "__main__":
    main()
