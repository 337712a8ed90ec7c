"""The addresses of all pages of resources, for search engines. Source: sitemaps.org, protocol 0.9."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated
from xml.sax.saxutils import escape

from fastapi import Path, Request, Response

from ledger_service.domain.instant import instant
from ledger_service.services.pools import PLACES
from ledger_service.web.layout import library_of
from reading_room.catalog.pages.frame import public_url, router
from reading_room.catalog.sql import SqlCatalog
from reading_room.catalog.verbs.list_places import list_changes, listed_to, places_between

WIDTH = 20_000  # entries of a part; a file may have 50,000 addresses
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
FRESH = {"Cache-Control": "public, max-age=3600"}


@router.get("/sitemap.xml", response_class=Response)
@PLACES.takes
def index(request: Request) -> Response:
    """List the parts, and when something in each last changed."""
    parts = _parts(request)
    base = public_url(request)
    lines = ((f"{base}/sitemap-{number}.xml", at) for number, at in parts)
    return _written("sitemapindex", "sitemap", lines)


@router.get("/sitemap-{number}.xml", response_class=Response)
@PLACES.takes
def part(request: Request, number: Annotated[int, Path(ge=0, lt=2**32)]) -> Response:
    """List the pages of resources that these entries took in and that stand, each with its last change."""
    first = number * WIDTH
    places = places_between(library_of(request), SqlCatalog, first, first + WIDTH)
    base = public_url(request)
    changed = {
        item.digest: item.changed_at for item in places
    }  # several libraries may have one digest
    lines = ((f"{base}/resources/{digest}", at) for digest, at in changed.items())
    return _written("urlset", "url", lines)


def _parts(request: Request) -> list[tuple[int, int]]:
    """Return the parts, which are looked for anew when the lists have changed: each look reads them all."""
    state, library = request.app.state, library_of(request)
    size = listed_to(library, SqlCatalog)
    known = getattr(state, "sitemap_parts", None)
    if known is None or known[0] != size:
        known = state.sitemap_parts = size, list_changes(library, SqlCatalog, WIDTH)
    found: list[tuple[int, int]] = known[1]
    return found


def _written(whole: str, one: str, lines: Iterable[tuple[str, int]]) -> Response:
    told = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{whole} xmlns="{NAMESPACE}">']
    told += [
        f"<{one}><loc>{escape(address)}</loc><lastmod>{instant(at)}</lastmod></{one}>"
        for address, at in lines
    ]
    body = "\n".join([*told, f"</{whole}>", ""])
    return Response(body.encode(), media_type="application/xml", headers=FRESH)
