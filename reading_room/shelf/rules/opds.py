"""A shelf as a feed of OPDS 2.0 (https://specs.opds.io/opds-2.0), which reading programs show as a catalog.

Of what the library does not have any more there is no publication, since each must say how it is got.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from ledger_service.domain.exports.cited_work import EDITORS, TRANSLATORS, Work
from ledger_service.domain.instant import instant

MEDIA_TYPE = "application/opds+json"
OPEN = "http://opds-spec.org/acquisition/open-access"
BORROW = "http://opds-spec.org/acquisition/borrow"
BOOK = "http://schema.org/Book"
TYPES = {
    "article": "http://schema.org/ScholarlyArticle",
    "book": BOOK,
    "sound": "http://schema.org/AudioObject",
    "film": "http://schema.org/VideoObject",
    "picture": "http://schema.org/ImageObject",
    "map": "http://schema.org/Map",
    "data": "http://schema.org/Dataset",
    "file": "http://schema.org/DigitalDocument",
}


class Volume(NamedTuple):
    """A work on a shelf, with what its reader wrote. cover: (address, media type) of a picture."""

    work: Work
    tags: tuple[str, ...]
    note: str
    cover: tuple[str, str]


def format_opds(volumes: Sequence[Volume], title: str, address: str, at: int) -> str:
    """Return the feed. address: its own; at: when it is made, in seconds since 1970 UTC."""
    publications = [_publication(one) for one in volumes if not one.work.withdrawn]
    feed: dict[str, Any] = {
        "metadata": {
            "title": title,
            "modified": instant(at),
            "numberOfItems": len(publications),
        },
        "links": [{"rel": "self", "href": address, "type": MEDIA_TYPE}],
        "publications": publications,
    }
    if not publications:  # a feed must lead somewhere
        feed["navigation"] = [{"title": title, "href": address, "type": MEDIA_TYPE}]
        del feed["publications"]
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


def _publication(one: Volume) -> dict[str, Any]:
    work = one.work
    picture, kind = one.cover
    told: dict[str, Any] = {
        "@type": TYPES[work.kind],
        "identifier": f"urn:sha256:{work.digest}",
        "title": work.title,
        "author": [{"name": person.name} for person in work.authors],
        "editor": [{"name": person.name} for person in work.of_role(EDITORS)],
        "translator": [{"name": person.name} for person in work.of_role(TRANSLATORS)],
        "language": work.language,
        "publisher": work.publisher,
        "published": str(work.year) if work.year is not None and work.year > 0 else "",
        "modified": instant(work.changed_at),
        "description": "\n\n".join(text for text in (work.description, one.note) if text),
        "subject": [subject.text for subject in work.subjects] + list(one.tags),
    }
    return {
        "metadata": {name: value for name, value in told.items() if value},
        "links": [
            _acquisition(work),
            {"rel": "alternate", "href": work.address, "type": "text/html"},
        ],
        "images": [{"href": picture, "type": kind}],
    }


def _acquisition(work: Work) -> dict[str, Any]:
    """Return the link by which it is got: its bytes, or the page where it is borrowed."""
    if work.content:
        return {"rel": OPEN, "href": work.content, "type": work.media_type}
    return {"rel": ["borrow", BORROW], "href": work.address, "type": "text/html"}
