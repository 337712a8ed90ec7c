"""The pages of the catalog; they need no script, and beside them stand the same facts for programs."""

from __future__ import annotations

from reading_room.catalog.pages import entry, history, lists, policy, resource, sitemap
from reading_room.catalog.pages.frame import router

LINKS = (("/resources", "page.resources.link"), ("/collections", "page.collections.link"))
"""(path, words) of the links that lead here from every page."""
PARTS = (history, resource, lists, policy, entry, sitemap)
"""The modules that add their routes."""

__all__ = ["LINKS", "PARTS", "router"]
