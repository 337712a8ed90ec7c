"""Documents for tests of search: made of registrations, as the worker makes them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.resources.fold import words_of
from ledger_service.domain.resources.license import LicenseTerms, rights_uri
from ledger_service.domain.resources.registration import (
    Metadata,
    Registration,
    RegistrationState,
    Route,
)
from ledger_service.ports.resources import License
from reading_room.search.rules.document import Document, document_of
from reading_room.search.rules.facet import Facet, mark, year_marks

STEWARD = StewardId.of_uri("https://library.example")
OPEN = LicenseTerms(rights_uri("CC-BY-4.0"), 1, 1, self_service=True)
CLOSED = LicenseTerms(rights_uri("InC"), 1, 86_400, self_service=False)
LICENSES = {
    "CC-BY-4.0": License(OPEN.id, "CC-BY-4.0", OPEN, "defined"),
    "reading-room": License(CLOSED.id, "reading-room", CLOSED, "defined"),
}


def registration(
    number: int,
    title: str,
    creator: str = "",
    language: str = "",
    media_type: str = "application/pdf",
    license: str = "CC-BY-4.0",
) -> Registration:
    """Return a claim that the entry of this number took in."""
    digest = Digest(hashlib.sha256(f"{number} {title}".encode()).digest())
    return Registration(
        digest=digest,
        steward=STEWARD,
        license=LICENSES[license].id,
        cid=ContentId(RAW, digest.value),
        metadata=Metadata(title, media_type, 1, creator, language),
        route=Route.BULK,
        state=RegistrationState.ACCEPTED,
        accepted_at=1_700_000_000 + number,
        accepted_entry=number,
    )


def document(
    number: int,
    title: str,
    creator: str = "",
    language: str = "",
    media_type: str = "application/pdf",
    license: str = "CC-BY-4.0",
    text: str = "",
) -> Document:
    """Return what the index holds of a claim."""
    item = registration(number, title, creator, language, media_type, license)
    return document_of(item, LICENSES[license], text=text)


def fuller(number: int, title: str, creator: str = "", **further: object) -> Document:
    """Return what the index holds of a claim whose record has further fields, given as JSON."""
    plain = registration(number, title, creator)
    record = Metadata.claimed(title, "application/pdf", 1, creator, "uz", further)
    return document_of(replace(plain, metadata=record), LICENSES["CC-BY-4.0"])


def of_year(made: Document, year: int, subjects: Sequence[str] = ()) -> Document:
    """Return a document that has a year and subjects."""
    title, creator, _, rest = made.columns
    marks = [*year_marks(year), *(mark(Facet.SUBJECT, subject) for subject in subjects)]
    about = tuple(word for subject in subjects for word in words_of(subject))
    return replace(
        made,
        columns=((*title, *marks), creator, about, rest),
        year=year,
        subjects=tuple(subjects),
    )
