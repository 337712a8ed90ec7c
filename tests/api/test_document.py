"""The document of the API, as programs read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.permissions import document


def references(value: Any) -> Iterator[str]:
    """Yield all that a part of the document refers to."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_every_reference_leads_to_a_shape() -> None:
    """Two shapes of one name are told by longer names, of which what is written by hand knows nothing."""
    told = document()
    known = {
        f"#/components/{kind}/{name}"
        for kind, named in told["components"].items()
        for name in named
    }
    found = set(references(told))
    assert len(found) > 50
    assert found - known == set()
