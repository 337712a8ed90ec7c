"""Routes below /opds, as reading apps ask for them (docs/interfaces.md)."""

from reading_room.interop.opds.paths import catalog, manifests, publications, readers, search
from reading_room.interop.opds.paths.frame import router

__all__ = ["catalog", "manifests", "publications", "readers", "router", "search"]
