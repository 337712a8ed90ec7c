"""Holds manifests, collections and pages of hits to the rules of IIIF, since none of their readers does.

Written from the specifications: Presentation API 3.0 §§3 to 5, Image API 3.0 §5, Content Search API 2.0 §3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
IMAGE_CONTEXT = "http://iiif.io/api/image/3/context.json"
SEARCH_CONTEXT = "http://iiif.io/api/search/2/context.json"
RIGHTS = re.compile(
    r"http://(creativecommons\.org/(licenses|publicdomain)/[a-z-]+/\d\.\d/"
    r"|rightsstatements\.org/vocab/[A-Za-z-]+/1\.0/)"
)
TAG = re.compile(r"[a-z]{2,8}(-[A-Za-z0-9]{1,8})*|none")
CONTENT_TYPES = {"Image", "Sound", "Video", "Text", "Dataset", "Model"}
KNOWN = {
    "Collection": {
        "@context", "id", "type", "label", "summary", "metadata", "rights", "requiredStatement",
        "provider", "thumbnail", "homepage", "seeAlso", "rendering", "service", "items", "partOf",
    },
    "Manifest": {
        "@context", "id", "type", "label", "summary", "metadata", "rights", "requiredStatement",
        "provider", "thumbnail", "homepage", "rendering", "seeAlso", "service", "items", "partOf",
    },
    "Canvas": {
        "@context", "id", "type", "label", "width", "height", "duration", "thumbnail", "items",
        "annotations",
    },
}  # fmt: skip


def check_manifest(told: dict[str, Any]) -> None:
    """Check a manifest, with all that is in it."""
    assert told["@context"] == CONTEXT
    assert told["type"] == "Manifest"
    _described(told)
    assert told["items"], "at least one canvas"
    for canvas in told["items"]:
        check_canvas(canvas)
    for service in told.get("service", []):
        kind = service.get("type", service.get("@type"))
        assert kind in ("SearchService2", "SearchService1")
        assert kind == "SearchService2" or service["profile"].endswith("/search/1/search")
        _address(service.get("id", service.get("@id")))
    named = [one["id"] for one in _nodes(told["items"]) if one.get("type") != "ImageService3"]
    own = [name for name in named if "/iiif/" in name and "/canvas/" in name]
    assert len(own) == len(set(own)), "an id names one thing"


def check_collection(told: dict[str, Any]) -> None:
    """Check a collection; its items are references."""
    assert told["@context"] == CONTEXT
    assert told["type"] == "Collection"
    _described(told)
    for item in told["items"]:
        assert item["type"] in ("Manifest", "Collection")
        _address(item["id"])
        _language_map(item["label"])


def check_canvas(canvas: dict[str, Any]) -> None:
    """Check a canvas: an extent, and content that is painted on this canvas and no other."""
    assert canvas["type"] == "Canvas"
    assert set(canvas) <= KNOWN["Canvas"], set(canvas) - KNOWN["Canvas"]
    _address(canvas["id"])
    assert "#" not in canvas["id"]
    assert ("width" in canvas) == ("height" in canvas)
    assert "width" in canvas or "duration" in canvas
    for name in ("width", "height"):
        assert name not in canvas or (type(canvas[name]) is int and canvas[name] > 0)
    assert "duration" not in canvas or canvas["duration"] > 0
    if "label" in canvas:
        _language_map(canvas["label"])
    for kind, motivation in (("items", "painting"), ("annotations", "supplementing")):
        for page in canvas.get(kind, []):
            assert page["type"] == "AnnotationPage"
            _address(page["id"])
            for item in page["items"]:
                assert (item["type"], item["motivation"]) == ("Annotation", motivation)
                assert item["target"] == canvas["id"]
                _address(item["id"])
                _content(item["body"])
    painted = canvas["items"][0]["items"][0]["body"]
    if painted["type"] in ("Sound", "Video"):
        assert canvas["duration"] >= painted["duration"] > 0
    if painted["type"] in ("Image", "Video"):
        assert canvas["width"]
    for one in canvas.get("thumbnail", []):
        _content(one)


def check_image_service(info: dict[str, Any], get: Callable[[str], Any]) -> None:
    """Check an info.json, and that each size and tile that it tells is there and as large as it says.

    get: returns an answer of an address, with `status_code`, and the size of its picture as `extent`.
    """
    assert info["@context"] == IMAGE_CONTEXT
    assert (info["type"], info["protocol"]) == ("ImageService3", "http://iiif.io/api/image")
    assert info["profile"] == "level0"
    width, height = info["width"], info["height"]
    assert width > 0
    assert height > 0
    asked = {f"full/{one['width']},{one['height']}": one for one in info["sizes"]}
    assert asked
    largest = info["sizes"][-1]
    asked["full/max"] = largest
    most = info.get("maxWidth", width), info.get("maxHeight", height)
    assert (largest["width"], largest["height"]) == most
    for tiles in info.get("tiles", []):
        for factor in tiles["scaleFactors"]:
            side = tiles["width"] * factor
            for y in range(0, height, side):
                for x in range(0, width, side):
                    w, h = min(side, width - x), min(side, height - y)
                    size = {"width": -(-w // factor), "height": -(-h // factor)}
                    region = "full" if (w, h) == (width, height) else f"{x},{y},{w},{h}"
                    asked[f"{region}/{size['width']},{size['height']}"] = size
    for path, size in asked.items():
        answer = get(f"{info['id']}/{path}/0/default.jpg")
        assert answer.status_code == 200, path
        assert answer.extent == (size["width"], size["height"]), path


def check_hits(told: dict[str, Any], canvases: set[str]) -> None:
    """Check a page of hits; each is on one of these canvases."""
    assert told["@context"] == SEARCH_CONTEXT
    assert told["type"] == "AnnotationPage"
    _address(told["id"])
    named = set()
    for item in told["items"]:
        assert item["type"] == "Annotation"
        assert item["body"]["type"] == "TextualBody"
        assert item["target"].partition("#")[0] in canvases
        named.add(item["id"])
    assert len(named) == len(told["items"])
    for page in told.get("annotations", []):
        for quote in page["items"]:
            assert quote["target"]["source"] in named
            assert quote["target"]["selector"][0]["type"] == "TextQuoteSelector"
            assert quote["target"]["selector"][0]["exact"]


def addresses(told: dict[str, Any]) -> list[str]:
    """Return every address in a document that must answer, each once; those of rights are names."""
    return list(dict.fromkeys(one["id"] for one in _nodes([told])))


def _nodes(items: list[Any]) -> Iterator[dict[str, Any]]:
    for item in items:
        if isinstance(item, dict):
            if "id" in item:
                yield item
            yield from _nodes(list(item.values()))
        elif isinstance(item, list):
            yield from _nodes(item)


def _described(told: dict[str, Any]) -> None:
    assert set(told) <= KNOWN[told["type"]], set(told) - KNOWN[told["type"]]
    _address(told["id"])
    _language_map(told["label"])
    if "summary" in told:
        _language_map(told["summary"])
    pairs = [*told.get("metadata", []), *filter(None, [told.get("requiredStatement")])]
    for pair in pairs:
        assert set(pair) == {"label", "value"}
        _language_map(pair["label"])
        _language_map(pair["value"])
    if "rights" in told:
        assert RIGHTS.fullmatch(told["rights"]), told["rights"]
    for agent in told.get("provider", []):
        assert agent["type"] == "Agent"
        _address(agent["id"])
        _language_map(agent["label"])
        for page in agent["homepage"]:
            _linked(page)
    for name in ("homepage", "rendering", "seeAlso", "thumbnail"):
        assert isinstance(told.get(name, []), list)
        for one in told.get(name, []):
            _linked(one) if name != "thumbnail" else _content(one)


def _linked(told: dict[str, Any]) -> None:
    _content(told)
    _language_map(told["label"])
    assert told["format"]


def _content(told: dict[str, Any]) -> None:
    _address(told["id"])
    assert told["type"] in CONTENT_TYPES, told["type"]
    for name in ("width", "height", "duration"):
        assert name not in told or told[name] > 0
    for service in told.get("service", []):
        assert service["type"] == "ImageService3"
        assert service["profile"] == "level0"
        _address(service["id"])


def _language_map(told: dict[str, list[str]]) -> None:
    assert isinstance(told, dict)
    assert told
    for tag, texts in told.items():
        assert TAG.fullmatch(tag), tag
        assert texts
        assert all(isinstance(text, str) and text for text in texts)


def _address(told: str) -> None:
    assert re.match(r"https?://[^\s/]+/", told), told
