"""The pages of search: by words, and by a name alone. Neither needs a script."""

from __future__ import annotations

from reading_room.search.pages import find, resolve
from reading_room.search.pages.frame import router

LINKS = (("/search", "page.search.link"),)
"""(path, id of the words) of the links that lead here from every page."""
PARTS = (find, resolve)
"""The modules that add their routes."""

__all__ = ["LINKS", "PARTS", "router"]
