"""`/annotations/…`: the Web Annotation Protocol, with bearer tokens or in the session of a page of ours."""

from reading_room.annotations.paths import containers, notes
from reading_room.annotations.paths.frame import router

__all__ = ["containers", "notes", "router"]
