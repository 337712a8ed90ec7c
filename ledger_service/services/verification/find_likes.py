"""Find what of a library a file is like that nobody has registered."""

from __future__ import annotations

from collections.abc import Sequence

from ledger_service.domain.verification.likeness import Hint, Like
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import find_title


def find_likes(library: Library, likes: Sequence[Like]) -> list[Hint]:
    """Return those that the library holds, as they are given."""
    found = ((like, find_title(library, like.digest)) for like in likes)
    return [Hint(like, title) for like, title in found if title is not None]
