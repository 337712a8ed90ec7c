"""Find what a paper cites in the catalog, told in the catalog's own forms of citing."""

from __future__ import annotations

from collections.abc import Iterator

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.exports.cited_words import cite_by_apa, cite_by_gost
from ledger_service.domain.exports.cited_work import Work, work_of
from ledger_service.domain.identifiers import Digest
from ledger_service.services.exports.tell_story import shown_of
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import read_resource
from reading_room.together.output.citation import find_cited
from reading_room.together.output.paper_text import Cited

MOST_CITED = 500  # works of one paper that are looked for
BY_GOST = ("ru", "uz")
"""Languages whose readers expect the order of GOST; others get APA's."""


def find_works(library: Library, text: str, public_url: str, language: str) -> dict[str, Cited]:
    """Return what is cited and known here, by digest. language: of the words in a citation."""
    return {
        work.digest: _told(library, work, language) for work in _works(library, text, public_url)
    }


def _works(library: Library, text: str, public_url: str) -> Iterator[Work]:
    with library.store.read() as transaction:
        for name in find_cited(text)[:MOST_CITED]:
            try:
                found = read_resource(library, transaction, Digest.parse(name))
            except LedgerError:  # nobody registered it, or what is told of it cannot be relied on
                continue
            yield work_of(
                shown_of(library, found),
                public_url,
                license=("", ""),
                steward="",
                changed_at=0,
                is_open=False,
            )


def _told(library: Library, work: Work, language: str) -> Cited:
    if language.partition("-")[0] in BY_GOST:
        return Cited(work.digest, cite_by_gost(work, library.clock(), language), work.address)
    return Cited(work.digest, cite_by_apa(work), work.address)
