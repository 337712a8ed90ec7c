"""Hits as Content Search 1 tells them, which Mirador 4 still asks for.

Source: IIIF Content Search API 1.0, §3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from reading_room.interop.iiif.rules.hits import HITS_A_PAGE, Hit, page_address

CONTEXT = "http://iiif.io/api/search/1/context.json"
PROFILE = "http://iiif.io/api/search/1/search"


def annotation_list(
    hits: Sequence[Hit],
    address: str,
    asked: str,
    number: int,
    canvas_of: Callable[[int], str],
    ignored: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a page of hits, from 1; see `hits.hits_page`."""
    own = page_address(address, asked, number)
    first = (number - 1) * HITS_A_PAGE
    here = list(enumerate(hits[first : first + HITS_A_PAGE], start=1))
    last = max(1, -(-len(hits) // HITS_A_PAGE))
    layer: dict[str, Any] = {"@type": "sc:Layer", "total": len(hits)}
    if ignored:
        layer["ignored"] = list(ignored)
    if last > 1:
        layer |= {"first": page_address(address, asked, 1)}
        layer |= {"last": page_address(address, asked, last)}
    told = {
        "@context": ["http://iiif.io/api/presentation/2/context.json", CONTEXT],
        "@id": own,
        "@type": "sc:AnnotationList",
        "within": layer,
        "startIndex": first,
        "resources": [_resource(own, place, one, canvas_of) for place, one in here],
        "hits": [_hit(own, place, one) for place, one in here],
    }
    if number < last:
        told["next"] = page_address(address, asked, number + 1)
    return told


def _resource(own: str, place: int, hit: Hit, canvas_of: Callable[[int], str]) -> dict[str, Any]:
    return {
        "@id": f"{own}#hit-{place}",
        "@type": "oa:Annotation",
        "motivation": "sc:painting",
        "resource": {
            "@type": "cnt:ContentAsText",
            "chars": f"{hit.before}{hit.words}{hit.after}".strip(),
        },
        "on": canvas_of(hit.page),
    }


def _hit(own: str, place: int, hit: Hit) -> dict[str, Any]:
    return {
        "@type": "search:Hit",
        "annotations": [f"{own}#hit-{place}"],
        "match": hit.words,
        "before": hit.before,
        "after": hit.after,
    }
