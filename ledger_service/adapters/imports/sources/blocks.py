"""Pieces of a source as whoever reads it sends them to the processes that prepare claims.

A list of items is the general piece. Blocks are for what comes by the thousand, and leave all but the
finding to those processes: names of files in one folder, and lines of JSON or CSV that nobody has parsed.
"""

from __future__ import annotations

from typing import NamedTuple


class FileBlock(NamedTuple):
    """Files of one folder that are there to be imported, in order of their names.

    folder: its absolute path; within: what stands before a name to make a place, for people.
    about_bytes: how many the files have, were they all as large as the first.
    """

    folder: str
    within: str
    names: list[str]
    license: str
    about_bytes: int


class LineBlock(NamedTuple):
    """Whole lines of a file, each at most LARGEST_ROW_BYTES or cut off above it.

    name: of the file, for people; first: number of the first line; license: for lines that name
    none; base: of relative paths, None if no line may name a file.
    """

    name: str
    first: int
    data: bytes
    license: str
    base: str | None


class RowBlock(NamedTuple):
    """Whole rows of a CSV file; what LineBlock has, and the columns and what stands between values."""

    name: str
    first: int
    data: bytes
    license: str
    base: str | None
    header: list[str]
    delimiter: str
