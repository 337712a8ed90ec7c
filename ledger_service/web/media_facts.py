"""What rooms found out of a resource and made of it, for the pages of the core and of other rooms."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request

from ledger_service.domain.identifiers import Digest
from ledger_service.ports.content import MadeFile, MediaFacts
from ledger_service.services.library import Library


def media_facts(request: Request, digest: Digest | str) -> MediaFacts | None:
    """Return what a resource is by its content, as the first room tells that knows; None if none does."""
    library: Library = request.app.state.library
    wanted = digest if isinstance(digest, Digest) else Digest.parse(digest)
    tellers: list[Callable[[Library, Digest], MediaFacts | None]] = request.app.state.media_facts
    return next((facts for tell in tellers if (facts := tell(library, wanted)) is not None), None)


def made_of(request: Request, digest: Digest, kind: str) -> str | None:
    """Return the address of what a room made of a resource and everybody may see, None for none.

    kind: such as cover or tiles.
    """
    return next((made.path for made in _made(request, digest) if made.kind == kind), None)


def clock(seconds: float) -> str:
    """Return a duration as players show it: 4:05, 1:20:00."""
    hours, rest = divmod(round(seconds), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def _made(request: Request, digest: Digest) -> list[MadeFile]:
    library: Library = request.app.state.library
    return [made for tell in request.app.state.renditions for made in tell(library, digest)]
