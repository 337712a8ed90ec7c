"""What is near to a work: how it is kept, and what a record is compared by."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from zlib import crc32

from ledger_service.domain.resources.fold import words_of
from ledger_service.domain.resources.registration import STATES_GONE, Metadata, RegistrationState

LEFT_OUT = (*STATES_GONE, RegistrationState.SUPERSEDED)
"""What is in one of these states is near to nothing: its page leads to a newer one, or says why."""
MOST_NEAR = 6  # works that are told of one
MOST_TOGETHER = 3  # of them, that the same readers read
COLUMNS = 2**22  # features are told apart by a checksum of so many values
SUBJECT_WEIGHT, PERSON_WEIGHT, WORD_WEIGHT = 3, 2, 1
SHORTEST_WORD = 3  # letters
MOST_FEATURES = 60  # of one work
_FORM = struct.Struct(">QB")  # of an entry, and how it was found


class Near(NamedTuple):
    """A work that is near. entry: of the ledger, which took it in; is_together: the same readers read both,
    as counted with noise.
    """

    entry: int
    is_together: bool = False


def pack(near: Iterable[Near]) -> bytes:
    """Return works as they are kept, 9 bytes each."""
    return b"".join(_FORM.pack(*one) for one in near)


def unpack(kept: bytes) -> list[Near]:
    """Return what was packed."""
    return [Near(entry, bool(how)) for entry, how in _FORM.iter_unpack(kept)]


def features_of(record: Metadata) -> dict[int, int]:
    """Return the features by which a record is compared, with their weights."""
    found: dict[int, int] = {}
    for name, weight in _features(record):
        found.setdefault(crc32(name.encode()) % COLUMNS, weight)
        if len(found) == MOST_FEATURES:
            break
    return found


def subjects_of(record: Metadata) -> dict[str, str]:
    """Return each subject as it is written, by its words."""
    return {" ".join(words_of(one.text)): one.text for one in record.subjects}


def people_of(record: Metadata) -> dict[str, str]:
    """Return each name of an author or another contributor as it is written, by its words in their order."""
    return {" ".join(sorted(words_of(one.name))): one.name for one in record.people()}


def _features(record: Metadata) -> Iterator[tuple[str, int]]:
    for subject in subjects_of(record):
        yield "s " + subject, SUBJECT_WEIGHT
    for person in people_of(record):
        yield "p " + person, PERSON_WEIGHT
    for word in words_of(record.title):
        if len(word) >= SHORTEST_WORD:
            yield "w " + word, WORD_WEIGHT
