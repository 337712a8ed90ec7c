"""Lists of works as collections of IIIF Presentation 3, which viewers walk through.

The protocol has no pages of lists: what does not fit stands in a further collection, at the list's end.
Source: IIIF Presentation API 3.0, §5.1 (Collection).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reading_room.interop.iiif.rules.language_maps import LanguageMap, language_map
from reading_room.interop.iiif.rules.manifest import CONTEXT


def work_reference(
    public_url: str, digest: str, titles: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Return a work as a list names it. titles: (text, language), its own first."""
    address = f"{public_url}/iiif/{digest}/manifest.json"
    return {"id": address, "type": "Manifest", "label": language_map(titles)}


def list_reference(address: str, label: LanguageMap) -> dict[str, Any]:
    """Return a list as another names it."""
    return {"id": address, "type": "Collection", "label": label}


def collection(
    address: str, label: LanguageMap, homepage: str, items: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Return a list of works, and of lists. homepage: the address of its page for people."""
    return {
        "@context": CONTEXT,
        "id": address,
        "type": "Collection",
        "label": label,
        "homepage": [{"id": homepage, "type": "Text", "label": label, "format": "text/html"}],
        "items": list(items),
    }
