"""What the index holds of a registration: the words of its record, and by what it is told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ledger_service.domain.content.content_id import RAW
from ledger_service.domain.resources.fold import words_of
from ledger_service.domain.resources.registration import (
    STATES_GONE,
    Metadata,
    Registration,
)
from ledger_service.domain.resources.title_order import title_key
from ledger_service.ports.resources import License
from reading_room.search.rules.facet import (
    EDGE,
    FIRST_YEAR,
    LAST_YEAR,
    STEWARD_DIGITS,
    Access,
    Facet,
    Kind,
    mark,
    named_mark,
    year_marks,
)

MOST_WORDS = 12_000  # of a record and its text that have a place, so that phrases find them
MOST_TEXT_BYTES = 500_000  # of different words of a file; PostgreSQL holds a million in all
MOST_PLACES = 250  # of one word: PostgreSQL holds no more
MOST_SUBJECTS = 20
LONGEST_SUBJECT = 100  # characters
LONGEST_LANGUAGE = 12
HIDDEN = STATES_GONE
"""What is in one of these states is not found by words, but by its digest."""


@dataclass(frozen=True)
class Document:
    """What the index holds of one registration.

    number: the entry that commits to the record, newer ones being higher; accepted: the entry of the claim.
    columns: keys of words, of title, with all marks, creator, subject and the rest. year: None if unknown.
    license: its name; steward: 64 hex digits.
    """

    number: int
    accepted: int
    digest: bytes
    columns: tuple[tuple[str, ...], ...]
    title_key: bytes
    title_words: int
    kind: str
    language: str
    license: str
    access: str
    steward: str
    year: int | None
    subjects: tuple[str, ...]


def document_of(
    item: Registration,
    license_: License | None,
    former: Sequence[Metadata] = (),
    text: str = "",
) -> Document:
    """Return what the index holds of a registration.

    former: records that were corrected, whose words still find it; text: of the file itself, if it is open.
    """
    record = item.record
    title = _words(record.title, *(one.text for one in record.titles))
    creators = _words(record.creator, *(one.name for one in record.contributors))
    subjects = _subjects(record)
    about = _words(*subjects)
    is_open = license_ is not None and license_.terms.is_open
    language = record.language.lower()[:LONGEST_LANGUAGE]
    license_name = item.license.hex() if license_ is None else license_.name
    access = Access.OPEN if is_open else Access.CLOSED
    kind, year = Kind.of(record.media_type), _year(record)
    rest = _words(*_others(record), *_titles(former))
    marks = [
        mark(Facet.KIND, kind),
        mark(Facet.ACCESS, access),
        mark(Facet.LICENSE, license_name),
        mark(Facet.STEWARD, item.steward.hex()),
        *(mark(Facet.LANGUAGE, tag) for tag in _languages(record)),
        *(mark(Facet.SUBJECT, subject) for subject in subjects),
        *([] if year is None else year_marks(year)),
        *(named_mark(*key) for key in _identifiers(item, record)),
    ]
    # Marks stand after the title's words: in the first column they take the fewest bytes.
    columns = _bounded([(EDGE, *title, *marks), creators, about, rest])
    if text:
        columns = (*columns[:3], (*columns[3], *_body(text, columns)))
    return Document(
        number=item.accepted_entry if item.described is None else item.described.entry,
        accepted=item.accepted_entry,
        digest=item.digest.value,
        columns=columns,
        title_key=title_key(record.title),
        title_words=min(len(title), 99),
        kind=kind.value,
        language=language,
        license=license_name,
        access=access.value,
        steward=item.steward.hex(),
        year=year,
        subjects=subjects,
    )


def title_columns(record: Metadata) -> tuple[tuple[str, ...], ...]:
    """Return the columns of what the record itself tells of title, creators and subjects; no marks."""
    title = _words(record.title, *(one.text for one in record.titles))
    creators = _words(record.creator, *(one.name for one in record.contributors))
    return _bounded([(EDGE, *title), creators, _words(*_subjects(record)), ()])


def values_of(made: Document) -> list[tuple[Facet, str]]:
    """Return by what a document is counted."""
    found = [
        (Facet.KIND, made.kind),
        (Facet.LANGUAGE, made.language),
        (Facet.LICENSE, made.license),
        (Facet.ACCESS, made.access),
        (Facet.STEWARD, made.steward[:STEWARD_DIGITS]),
        (Facet.YEAR, "" if made.year is None else str(made.year)),
        *((Facet.SUBJECT, subject) for subject in made.subjects),
    ]
    return [(facet, value) for facet, value in found if value]


def _year(record: Metadata) -> int | None:
    year = record.year
    return year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else None


def _subjects(record: Metadata) -> tuple[str, ...]:
    said = (one.text.strip()[:LONGEST_SUBJECT] for one in record.subjects)
    return tuple(dict.fromkeys(one for one in said if one))[:MOST_SUBJECTS]


def _languages(record: Metadata) -> Iterable[str]:
    tags = [tag.lower()[:LONGEST_LANGUAGE] for tag in record.all_languages]
    return dict.fromkeys(part for tag in tags for part in (tag, tag.partition("-")[0]))


def _titles(former: Iterable[Metadata]) -> Iterator[str]:
    for record in former:
        yield record.title
        yield record.creator


def _others(record: Metadata) -> Iterator[str]:
    yield from (one.text for one in record.description)
    yield from (record.publisher, record.place, record.rights_holder, record.edition)
    yield from record.courses
    yield from (one.title for one in record.part_of)
    yield from (one.value for one in record.identifiers)


def _identifiers(item: Registration, record: Metadata) -> Iterator[tuple[str, str]]:
    if item.cid.codec != RAW:
        yield "cid", item.cid.base16()
    yield from ((one.scheme, one.value) for one in record.identifiers)
    for one in record.contributors:
        yield from (item for item in (("orcid", one.orcid), ("ror", one.ror)) if item[1])


def _words(*texts: str) -> tuple[str, ...]:
    """Return the words of texts, between which no phrase goes on."""
    found: list[str] = []
    for text in texts:
        words = words_of(text)
        if words:
            found += [EDGE, *words] if found else words
    return tuple(found)


def _bounded(columns: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    room = MOST_WORDS
    kept = []
    for words in columns:
        kept.append(words[:room])
        room -= len(kept[-1])
    return tuple(kept)


def _body(text: str, columns: Sequence[tuple[str, ...]]) -> list[str]:
    """Return the words of a file: the first in their order, the further ones once each and apart."""
    places = max(0, MOST_WORDS - sum(len(column) for column in columns))
    room = MOST_TEXT_BYTES
    seen: dict[str, int] = {}
    found = [EDGE]
    for at, word in enumerate(words_of(text)):
        times = seen.get(word, 0) + 1
        if times == 1:
            room -= len(word.encode()) + 8
        if room < 0:
            break
        seen[word] = times
        if at < places:
            found.append(word if times <= MOST_PLACES else EDGE)
        elif times == 1:
            found += [EDGE, word]
    return found
