"""A shelf as a feed of OPDS 2.0 (https://specs.opds.io/opds-2.0), which reading programs show as a catalog.

Of what the library does not have any more there is no publication, since each must say how it is got.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from ledger_service.domain.exports.cited_work import Work
from ledger_service.domain.exports.forms.opds import (
    BORROW,
    FEED_TYPE,
    Link,
    link,
    open_access,
    publication,
)
from ledger_service.domain.instant import instant

WEB_TYPE = "text/html"


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
        "links": [{"rel": "self", "href": address, "type": FEED_TYPE}],
        "publications": publications,
    }
    if not publications:  # a feed must lead somewhere
        feed["navigation"] = [{"title": title, "href": address, "type": FEED_TYPE}]
        del feed["publications"]
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


def _publication(one: Volume) -> dict[str, Any]:
    """Return the publication that the catalog has of a work, with what its reader wrote."""
    work, (picture, kind) = one.work, one.cover
    links = [_acquisition(work), link("alternate", work.address, WEB_TYPE)]
    told = publication(work, links, [{"href": picture, "type": kind}])
    said = told["metadata"]
    if one.tags:
        said["subject"] = [*said.get("subject", ()), *one.tags]
    if one.note:
        said["description"] = "\n\n".join(text for text in (work.description, one.note) if text)
    return told


def _acquisition(work: Work) -> Link:
    """Return the link by which it is got: its bytes, or the page where it is borrowed."""
    return open_access(work) if work.content else link(BORROW, work.address, WEB_TYPE)
