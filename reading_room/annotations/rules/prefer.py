"""What a client wants of a container, and which version it has seen: the headers Prefer and If-Match.

Sources: Web Annotation Protocol §4.2, RFC 7240, RFC 9110 §13.1.
"""

from __future__ import annotations

import re
from enum import StrEnum

from ledger_service.domain.errors import AnnotationChanged, InvalidAnnotation


class Shows(StrEnum):
    """How much of what is in a container is shown."""

    MINIMAL = "http://www.w3.org/ns/ldp#PreferMinimalContainer"
    IRIS = "http://www.w3.org/ns/oa#PreferContainedIRIs"
    DESCRIPTIONS = "http://www.w3.org/ns/oa#PreferContainedDescriptions"


LONGEST_HEADER = 1_000
_INCLUDE = re.compile(r'include\s*=\s*"([^"]*)"|include\s*=\s*([^\s;,"]+)', re.IGNORECASE)


def wanted(header: str) -> Shows | None:
    """Return what a header Prefer asks for; None if it says nothing of it.

    Raises:
        InvalidAnnotation: it asks for two that cannot be had together.
    """
    found = _INCLUDE.search(header[:LONGEST_HEADER])
    named = (found[1] or found[2] or "").split() if found else []
    asked = [shows for shows in Shows if shows.value in named]
    if Shows.IRIS in asked and Shows.DESCRIPTIONS in asked:
        raise InvalidAnnotation("prefer")
    return asked[-1] if asked else None


def check_match(header: str | None, tag: str) -> None:
    """Check that If-Match names what stands; raise AnnotationChanged, `unseen` if there is no such header."""
    if header is None:
        raise AnnotationChanged("unseen")
    if header.strip() != "*" and tag not in _strong(header):
        raise AnnotationChanged()


def _strong(header: str) -> list[str]:
    return [one.strip() for one in header[:LONGEST_HEADER].split(",")]
