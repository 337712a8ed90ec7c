"""A work as a manifest of IIIF Presentation 3: what it is, whose it is, and what a viewer shows of it.

Source: IIIF Presentation API 3.0, §3 (properties) and §5.2 (Manifest).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ledger_service.domain.exports.forms import Style
from reading_room.interop.iiif.rules.canvases import canvases, image
from reading_room.interop.iiif.rules.hits_of_first import PROFILE as FIRST_SEARCH
from reading_room.interop.iiif.rules.language_maps import LanguageMap, language_map, plain
from reading_room.interop.iiif.rules.rights import rights_uri
from reading_room.interop.iiif.rules.shown_work import COVER, ShownWork

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
TOLD_IN = {Style.JSONLD: "JSON-LD", Style.MARCXML: "MARCXML"}
CONTENT_TYPES = {"audio": "Sound", "video": "Video", "image": "Image", "text": "Text"}
Say = Callable[..., LanguageMap]
"""Returns a text of ours in each of our languages, by its id."""


def manifest(shown: ShownWork, say: Say) -> dict[str, Any]:
    """Return the manifest of a work; of what is closed it tells no more than the page of the catalog."""
    told = {
        "@context": CONTEXT,
        "id": manifest_address(shown),
        "type": "Manifest",
        "label": label(shown),
        "summary": _summary(shown, say),
        "metadata": list(_metadata(shown, say)),
        "rights": rights_uri(shown.work.license[1]),
        "requiredStatement": _required(shown, say),
        "provider": [_provider(shown)],
        "thumbnail": thumbnail(shown),
        "homepage": [_homepage(shown.work.address, label(shown))],
        "rendering": _rendering(shown, say),
        "seeAlso": list(_see_also(shown, say)),
        "service": _search(shown),
        "items": canvases(shown),
    }
    return {name: value for name, value in told.items() if value}


def manifest_address(shown: ShownWork) -> str:
    """Return where the manifest is had."""
    return f"{shown.address}/manifest.json"


def label(shown: ShownWork) -> LanguageMap:
    """Return the titles of a work, its own first."""
    return language_map([(shown.work.title, shown.work.language), *shown.work.titles])


def thumbnail(shown: ShownWork) -> list[dict[str, Any]]:
    """Return the cover, if there is one and everybody may see it."""
    if COVER not in shown.files or shown.cover is None:
        return []
    made = shown.files[COVER]
    return [image(shown.public_url + made.path, made.media_type, *shown.cover)]


def _notice(shown: ShownWork, say: Say) -> LanguageMap | None:
    """Return why a viewer does not show the whole, if it does not."""
    pages = shown.facts.pages or 0
    if not shown.is_open:
        return say("page.iiif.closed")
    if shown.is_book_by_page and len(shown.pictures) < pages:
        return say("page.iiif.some-pages", shown=len(shown.pictures), pages=pages)
    return None


def _summary(shown: ShownWork, say: Say) -> LanguageMap | None:
    work = shown.work
    described = language_map([(work.description, work.language)]) if work.description else None
    return _notice(shown, say) or described


def _metadata(shown: ShownWork, say: Say) -> Iterator[dict[str, LanguageMap]]:
    work = shown.work
    if work.description and _notice(shown, say):
        described = language_map([(work.description, work.language)])
        yield {"label": say("page.field.description"), "value": described}
    told = {
        "page.field.creator": [person.name for person in work.people],
        "page.resource.fact.publisher": [work.publisher],
        "page.resource.fact.place": [work.place],
        "page.resource.fact.issued": [work.issued],
        "page.resource.fact.edition": [work.edition],
        "page.resource.fact.extent": [work.extent],
        "page.resource.fact.part-of": [host.title for host in work.hosts],
        "page.resource.fact.subjects": [subject.text for subject in work.subjects],
        "page.field.identifiers": [f"{scheme}: {value}" for scheme, value in work.identifiers],
    }
    for name, texts in told.items():
        if said := [text for text in texts if text]:
            yield {"label": say(name), "value": plain(*said)}
    yield {"label": plain("SHA-256"), "value": plain(work.digest)}


def _required(shown: ShownWork, say: Say) -> dict[str, LanguageMap]:
    name, uri = shown.work.license
    value = plain(f"{shown.work.steward}. {name}: {uri}")
    return {"label": say("page.resource.fact.license"), "value": value}


def _provider(shown: ShownWork) -> dict[str, Any]:
    address = f"{shown.public_url}/stewards/{shown.steward_id}"
    name = plain(shown.work.steward)
    return {
        "id": address,
        "type": "Agent",
        "label": name,
        "homepage": [_homepage(address, name)],
    }


def _homepage(address: str, name: LanguageMap) -> dict[str, Any]:
    return {"id": address, "type": "Text", "label": name, "format": "text/html"}


def _rendering(shown: ShownWork, say: Say) -> list[dict[str, Any]]:
    if not shown.work.content:
        return []
    top = shown.work.media_type.partition("/")[0]
    return [
        {
            "id": shown.work.content,
            "type": CONTENT_TYPES.get(top, "Text" if _is_read(shown) else "Dataset"),
            "label": say("page.iiif.file"),
            "format": shown.work.media_type,
        }
    ]


def _is_read(shown: ShownWork) -> bool:
    return shown.work.media_type in ("application/pdf", "application/epub+zip")


def _see_also(shown: ShownWork, say: Say) -> Iterator[dict[str, Any]]:
    for style, name in TOLD_IN.items():
        form = style.form
        yield {
            "id": f"{shown.work.address}/cite.{form.end}",
            "type": "Dataset",
            "label": plain(name),
            "format": form.media_type,
        }
    receipt = f"{shown.public_url}/api/v1/resources/{shown.work.digest}/receipt"
    yield {
        "id": f"{receipt}?steward={shown.steward_id}",
        "type": "Dataset",
        "label": say("page.iiif.proof"),
        "format": "application/json",
    }


def _search(shown: ShownWork) -> list[dict[str, str]]:
    """Return the search of today, and that of yesterday, which Mirador 4 asks for."""
    if not shown.is_searched:
        return []
    return [
        {"id": f"{shown.address}/search", "type": "SearchService2"},
        {"@id": f"{shown.address}/search1", "@type": "SearchService1", "profile": FIRST_SEARCH},
    ]
