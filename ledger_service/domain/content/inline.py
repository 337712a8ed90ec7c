"""What browsers show by themselves and that can hold no script for the page: the list of what may be shown.

HTML, SVG and XML are on no list: they could act at the library's address. Whatever is not named here is a
file to keep.
"""

from __future__ import annotations

from enum import StrEnum


class Inline(StrEnum):
    """As what something is shown."""

    VIDEO = "video"
    AUDIO = "audio"
    IMAGE = "image"
    PDF = "pdf"


_SUBTYPES = {
    Inline.VIDEO: ("mp4", "webm", "ogg", "quicktime", "x-m4v", "mpeg"),
    Inline.AUDIO: (
        *("mpeg", "mp4", "aac", "ogg", "opus", "flac", "x-flac", "webm"),
        *("wav", "x-wav", "vnd.wave", "x-m4a", "m4a"),
    ),
    Inline.IMAGE: ("jpeg", "png", "gif", "webp", "avif", "bmp"),
}
_KINDS = {
    "application/pdf": Inline.PDF,
    "application/ogg": Inline.AUDIO,
    **{f"{kind}/{subtype}": kind for kind, subtypes in _SUBTYPES.items() for subtype in subtypes},
}


def inline_as(media_type: str) -> Inline | None:
    """Return as what this media type is shown; None for what is kept as a file. media_type: lower case."""
    return _KINDS.get(media_type)
