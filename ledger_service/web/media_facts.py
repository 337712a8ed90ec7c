"""What is known of a resource, for all pages: what rooms found, its authors signed, and others reported."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request

from ledger_service.domain.identifiers import Digest
from ledger_service.ports.authorship import KeptReview
from ledger_service.ports.content import MadeFile, MediaFacts, MediaFound
from ledger_service.ports.resources import NearWork
from ledger_service.services.authorship.reviews import standings_of
from ledger_service.services.authorship.show_signed import SignedWork, signed_works
from ledger_service.services.library import Library

MOST_REVIEWS = 50  # that a page lists


def media_facts(request: Request, digest: Digest | str) -> MediaFacts | None:
    """Return what a resource is by its content, as the first room tells that knows; None if none does."""
    wanted = digest if isinstance(digest, Digest) else Digest.parse(digest)
    return next((found.facts for found in _found(request, wanted)), None)


def made_files(request: Request, digest: Digest) -> list[MadeFile]:
    """Return what rooms made of a resource and everybody may have."""
    return [made for found in _found(request, digest) for made in found.files]


def made_of(request: Request, digest: Digest, kind: str) -> str | None:
    """Return the address of what a room made of a resource and everybody may see, None for none.

    kind: such as cover or tiles.
    """
    return next((made.path for made in made_files(request, digest) if made.kind == kind), None)


def near_works(request: Request, digest: Digest | str) -> list[NearWork]:
    """Return what is near to a resource, by what each room tells; empty if none tells."""
    wanted = digest if isinstance(digest, Digest) else Digest.parse(digest)
    library: Library = request.app.state.library
    tellers: list[Callable[[Library, Digest], list[NearWork]]] = request.app.state.nearby
    return [near for tell in tellers for near in tell(library, wanted)]


def signed_by(request: Request, digest: Digest | str) -> list[SignedWork]:
    """Return what all authors of a work signed and a registrar accepted; nothing for most works."""
    wanted = digest if isinstance(digest, Digest) else Digest.parse(digest)
    library: Library = request.app.state.library
    return [work for work in signed_works(library, wanted) if work.is_accepted]


def reviews_of(request: Request, digest: Digest | str) -> list[KeptReview]:
    """Return the reports on a work and its endorsements, oldest first; nothing for most works."""
    wanted = digest if isinstance(digest, Digest) else Digest.parse(digest)
    library: Library = request.app.state.library
    return standings_of(library, wanted, MOST_REVIEWS)


def clock(seconds: float) -> str:
    """Return a duration as players show it: 4:05, 1:20:00."""
    hours, rest = divmod(round(seconds), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def _found(request: Request, digest: Digest) -> list[MediaFound]:
    """Return what each room tells that knows of a resource; each is asked once for a page."""
    known: dict[Digest, list[MediaFound]] = getattr(request.state, "media_found", {})
    if digest not in known:
        library: Library = request.app.state.library
        tellers: list[Callable[[Library, Digest], MediaFound | None]]
        tellers = request.app.state.renditions
        told = (tell(library, digest) for tell in tellers)
        known[digest] = [found for found in told if found is not None]
        request.state.media_found = known
    return known[digest]
