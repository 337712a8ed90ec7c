"""Annotations and their containers as the Web Annotation Protocol tells them; without I/O.

Source: Web Annotation Protocol (W3C Recommendation, 2017-02-23), §3 and §4.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ledger_service.domain.errors import InvalidAnnotation
from ledger_service.domain.instant import instant
from reading_room.annotations.rules.annotation import CONTEXT, Annotation, Source
from reading_room.annotations.rules.prefer import Shows

LDP_CONTEXT = "http://www.w3.org/ns/ldp.jsonld"
NOTES_A_PAGE = 50
MEDIA_TYPE = f'application/ld+json; profile="{CONTEXT}"'
LAST_PAGE = 10_000


@dataclass(frozen=True)
class Times:
    """When an annotation was made and last changed, in seconds since 1970 UTC."""

    made_at: int
    changed_at: int


@dataclass(frozen=True)
class ToldContainer:
    """What is told of a container. address: ends with a slash; changed_at: 0 if it was never written."""

    address: str
    label: str
    total: int
    changed_at: int

    @property
    def last(self) -> int:
        """The number of its last page, from 0."""
        return max(0, (self.total - 1) // NOTES_A_PAGE)

    def page_address(self, shows: Shows, page: int) -> str:
        """Return where a page is, with its annotations or their addresses alone."""
        return f"{self.address}?iris={int(shows is Shows.IRIS)}&page={page}"

    def check_page(self, page: int) -> None:
        """Check that there is such a page; raise InvalidAnnotation."""
        if page > self.last:
            raise InvalidAnnotation("page", number=page, last=self.last)


def told_annotation(
    annotation: Annotation, source: Source, address: str, times: Times
) -> dict[str, Any]:
    """Return an annotation without its context."""
    target: dict[str, Any] = {"source": source.address(annotation.canvas)}
    if annotation.selectors:
        listed = [selector.value() for selector in annotation.selectors]
        target |= {
            "type": "SpecificResource",
            "selector": listed[0] if len(listed) == 1 else listed,
        }
    told: dict[str, Any] = {
        "id": address,
        "type": "Annotation",
        "motivation": annotation.motivation,
        "created": instant(times.made_at),
        "modified": instant(times.changed_at),
        "target": target if annotation.selectors else target["source"],
    }
    if annotation.bodies:
        bodies = [body.to_json() for body in annotation.bodies]
        told["body"] = bodies[0] if len(bodies) == 1 else bodies
    if annotation.name:
        told["creator"] = {"type": "Person", "name": annotation.name}
    for name in ("via", "canonical"):
        if getattr(annotation, name):
            told[name] = getattr(annotation, name)
    return told


def told_container(
    container: ToldContainer, shows: Shows, items: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Return a container, with its first page in it unless the minimal one is wanted."""
    told: dict[str, Any] = {
        "@context": [CONTEXT, LDP_CONTEXT],
        "id": container.address,
        "type": ["BasicContainer", "AnnotationCollection"],
        "label": container.label,
        "total": container.total,
    }
    if container.changed_at:
        told["modified"] = instant(container.changed_at)
    if not container.total:
        return told
    if shows is Shows.MINIMAL:
        told["first"] = container.page_address(Shows.DESCRIPTIONS, 0)
    else:
        told["first"] = _page(container, shows, 0, items)
    of_last = Shows.DESCRIPTIONS if shows is Shows.MINIMAL else shows
    told["last"] = container.page_address(of_last, container.last)
    return told


def told_page(
    container: ToldContainer, shows: Shows, page: int, items: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Return a page by itself."""
    whole: dict[str, Any] = {
        "id": container.address,
        "type": "AnnotationCollection",
        "total": container.total,
    }
    if container.changed_at:
        whole["modified"] = instant(container.changed_at)
    return {"@context": CONTEXT, **_page(container, shows, page, items), "partOf": whole}


def _page(
    container: ToldContainer, shows: Shows, page: int, items: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": container.page_address(shows, page),
        "type": "AnnotationPage",
        "startIndex": page * NOTES_A_PAGE,
    }
    if page > 0:
        told["prev"] = container.page_address(shows, page - 1)
    if page < container.last:
        told["next"] = container.page_address(shows, page + 1)
    told["items"] = [item["id"] for item in items] if shows is Shows.IRIS else list(items)
    return told


def written(told: dict[str, Any]) -> bytes:
    """Return a document as it is sent."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def tag_of(body: bytes) -> str:
    """Return the ETag of a document: the same bytes have the same."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'
