"""`/iiif/…`: manifests and collections by IIIF Presentation 3, and Content Search 2 within books by page.

Pages of every site may read them, with no credentials. The pictures themselves are had at the addresses that
the media room gives them, and every other file at that of its content.
"""

from reading_room.interop.iiif.paths import lists, works
from reading_room.interop.iiif.paths.frame import router

__all__ = ["lists", "router", "works"]
