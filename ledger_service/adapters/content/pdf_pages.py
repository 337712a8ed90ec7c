"""Which pages of a PDF have parts in given bytes: a whole reader of the format says what a page consists of.

This runs on the machine of whoever verifies, on a file of theirs.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pikepdf

LARGEST_BYTES = 512 * 2**20
MOST_PAGES = 5000
MOST_PARTS = 2000  # of one page
BEGINS = re.compile(rb"(?<![0-9])(\d{1,10})[ \r\n]+(\d{1,5})[ \r\n]+obj\b")
ABOVE = ("/Parent", "/P", "/Prev", "/Next", "/Dest", "/A")  # lead from a page to others

Part = tuple[int, int]
"""Number and generation of an object."""


def pages_in(path: Path, spans: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Return the numbers of pages, from 1, of which an object lies in one of these spans of bytes.

    None are returned of a file that is no PDF, is broken, locked, or too large to look through.
    """
    if not 0 < path.stat().st_size <= LARGEST_BYTES:
        return ()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:5] != b"%PDF-":
            return ()
        there = set(_objects_in(data, spans))
    try:
        with pikepdf.open(path) as document:
            pages = list(document.pages)[:MOST_PAGES]
            return tuple(
                number
                for number, page in enumerate(pages, 1)
                if not there.isdisjoint(_parts(page.obj))
            )
    except (pikepdf.PikepdfError, ValueError, TypeError, KeyError, RuntimeError):
        return ()


def title_of(path: Path) -> str | None:
    """Return the title that a PDF gives itself, None if it gives none or cannot be read."""
    try:
        with path.open("rb") as file:
            is_pdf = file.read(5) == b"%PDF-"
        if not is_pdf or path.stat().st_size > LARGEST_BYTES:
            return None
        with pikepdf.open(path) as document:
            return str(document.docinfo.get("/Title", "")).strip() or None
    except (OSError, pikepdf.PikepdfError, ValueError, TypeError, KeyError, RuntimeError):
        return None


def _objects_in(data: mmap.mmap, spans: Sequence[tuple[int, int]]) -> Iterator[Part]:
    begun = [(found.start(), (int(found[1]), int(found[2]))) for found in BEGINS.finditer(data)]
    ends = [start for start, _ in begun[1:]] + [len(data)]
    for (start, part), end in zip(begun, ends, strict=True):
        if any(start < max(last, first + 1) and first < end for first, last in spans):
            yield part


def _parts(page: Any) -> set[Part]:
    """Return the objects that a page consists of."""
    found: set[Part] = {page.objgen}
    todo = [page]
    while todo and len(found) < MOST_PARTS:
        thing = todo.pop()
        if isinstance(thing, pikepdf.Array):
            inner = list(thing)
        elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            inner = [thing[name] for name in thing.keys() if name not in ABOVE]  # noqa: SIM118
        else:
            continue
        for one in inner:
            if not isinstance(one, pikepdf.Object) or (one.is_indirect and one.objgen in found):
                continue
            if one.is_indirect:
                found.add(one.objgen)
            todo.append(one)
    return found
