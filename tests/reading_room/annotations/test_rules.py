"""The form of annotations: what is taken as the standards have it, and what is refused within bounds."""

from __future__ import annotations

from typing import Any

import pytest

from ledger_service.domain.errors import AnnotationChanged, InvalidAnnotation
from ledger_service.domain.identifiers import Digest
from reading_room.annotations.rules.annotation import (
    CONTEXT,
    LONGEST_TEXT,
    Annotation,
    Source,
    read_annotation,
    written,
)
from reading_room.annotations.rules.fragments import CFI, MEDIA, PDF, Area, Span, read_fragment
from reading_room.annotations.rules.prefer import Shows, check_match, wanted
from reading_room.annotations.rules.selectors import Place, Quote, place_of, selectors_of
from reading_room.annotations.rules.told import Times, told_annotation

SOURCE = Source("https://library.example.uz", Digest.of(b"a book"))
TEXT = {"type": "TextualBody", "value": "a thought"}
PLAIN: dict[str, Any] = {
    "@context": CONTEXT,
    "type": "Annotation",
    "body": TEXT,
    "target": SOURCE.content,
}
RECT = '<svg xmlns="http://www.w3.org/2000/svg"><rect x="1" y="2" width="3" height="4"/></svg>'


def selected(*selectors: dict[str, Any]) -> dict[str, Any]:
    return PLAIN | {"target": {"source": SOURCE.content, "selector": list(selectors)}}


def refused(given: Any) -> str:
    with pytest.raises(InvalidAnnotation) as caught:
        read_annotation(given, SOURCE)
    return caught.value.reason.name


@pytest.mark.parametrize(
    "place",
    [
        Place(),
        Place(page=3),
        Place(page=3, quote=Quote("the words", "before ", " after"), position=(10, 19)),
        Place(page=3, area=Area(10, 20.5, 30, 40)),
        Place(span=Span(83, 90.5)),
        Place(span=Span(83), area=Area(0, 0, 50, 50)),
        Place(cfi="epubcfi(/6/4!/4/2,/1:0,/1:9)", quote=Quote("the words")),
        Place(area=Area(1, 2, 300, 400, is_percent=False)),
        Place(drawing=RECT),
    ],
)
def test_a_place_becomes_selectors_and_is_found_again(place: Place) -> None:
    made = written("text", place, "A. Reader", is_markdown=True)
    assert made.place == place
    told = told_annotation(made, SOURCE, "https://a.example/1", Times(1, 2))
    again = read_annotation({"@context": CONTEXT} | told, SOURCE)
    assert (again.place, again.text, again.name) == (place, "text", "A. Reader")
    assert Annotation.of_json(again.to_json()) == again
    assert place_of(selectors_of(place)) == place


def test_what_programs_of_others_send_is_taken() -> None:
    image = read_annotation(
        PLAIN
        | {
            "id": "#8f3c",
            "creator": {"id": "https://id.example/7", "name": "A.  Reader "},
            "created": "2026-01-01T00:00:00Z",
            "body": [TEXT | {"purpose": "commenting"}, TEXT | {"purpose": "tagging"}],
            "target": {
                "source": f"{SOURCE.public_url}/iiif/{SOURCE.digest}/canvas/3",
                "selector": {"type": "FragmentSelector", "value": "xywh=pixel:1,2,3,4"},
            },
        }
        | {"id": "urn:uuid:8f3c", "canonical": "https://elsewhere.example/anno/8"},
        SOURCE,
    )
    assert (image.canvas, image.name, image.text) == (3, "A. Reader", "a thought")
    assert (image.via, image.canonical) == ("urn:uuid:8f3c", "https://elsewhere.example/anno/8")
    assert image.place.area == Area(1, 2, 3, 4, is_percent=False)
    short = read_annotation(
        {"type": ["Annotation"], "bodyValue": "x", "target": f"{SOURCE.content}#t=5,9"}, SOURCE
    )
    assert (short.text, short.place.span) == ("x", Span(5, 9))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"@context": "https://evil.example/context.jsonld"}, "context"),
        ({"type": "Person"}, "form"),
        ({"stylesheet": "https://evil.example/a.css"}, "member"),
        ({"motivation": "spying"}, "motivation"),
        ({"target": "https://elsewhere.example/book"}, "source"),
        ({"target": f"{SOURCE.public_url}/iiif/{SOURCE.digest}/canvas/0"}, "source"),
        ({"target": [SOURCE.content, SOURCE.content]}, "target"),
        ({"target": {"source": SOURCE.content, "state": {}}}, "member"),
        ({"body": "https://elsewhere.example/body.html"}, "body"),
        ({"body": {"type": "Image", "id": "https://elsewhere.example/a.png"}}, "body"),
        ({"body": TEXT | {"format": "text/html"}}, "format"),
        ({"body": TEXT | {"value": "x" * (LONGEST_TEXT + 1)}}, "too-long"),
        ({"body": TEXT | {"value": " \u202e "}}, "empty"),
        ({"body": TEXT | {"value": 7}}, "text"),
        ({"body": TEXT | {"language": "no language"}}, "language"),
        ({"body": [TEXT] * 11}, "bodies"),
        ({"canonical": "x" * 2000}, "address"),
        ({"via": 'https://a.example/"<script>'}, "address"),
        ({"creator": {"name": "n" * 81}}, "too-long"),
    ],
)
def test_what_is_not_taken_is_named(changed: dict[str, Any], reason: str) -> None:
    assert refused(PLAIN | changed) == f"invalid-annotation.{reason}"


@pytest.mark.parametrize(
    ("selector", "reason"),
    [
        ({"type": "CssSelector", "value": "#a"}, "selector"),
        ({"type": "TextQuoteSelector", "exact": ""}, "empty"),
        ({"type": "TextQuoteSelector", "exact": "x" * 2001}, "too-long"),
        ({"type": "TextQuoteSelector", "exact": "x", "color": "red"}, "member"),
        ({"type": "TextPositionSelector", "start": 5, "end": 4}, "position"),
        ({"type": "TextPositionSelector", "start": True, "end": 4}, "position"),
        ({"type": "FragmentSelector", "value": "x", "conformsTo": "urn:x"}, "standard"),
        ({"type": "SvgSelector", "value": "<svg><script>1</script></svg>"}, "drawing"),
        ({"type": "SvgSelector", "value": '<svg><rect onload="x"/></svg>'}, "drawing"),
        ({"type": "SvgSelector", "value": '<svg><path fill="url(#a)"/></svg>'}, "drawing"),
        ({"type": "SvgSelector", "value": "<!DOCTYPE svg><svg><path/></svg>"}, "drawing"),
        ({"type": "SvgSelector", "value": "<svg>" + "<path/>" * 51 + "</svg>"}, "drawing"),
        ({"type": "SvgSelector", "value": "<svg></svg>"}, "drawing"),
        ("a text", "selector-form"),
    ],
)
def test_a_selector_that_is_not_taken_is_named(selector: Any, reason: str) -> None:
    assert refused(selected(selector)) == f"invalid-annotation.{reason}"


def test_selectors_are_few_and_not_deep() -> None:
    quote = {"type": "TextQuoteSelector", "exact": "x"}
    deep: dict[str, Any] = quote
    for _ in range(2):
        deep = quote | {"refinedBy": deep}
    assert len(read_annotation(selected(deep), SOURCE).selectors) == 1
    assert refused(selected(quote | {"refinedBy": deep})).endswith("selector-form")
    assert refused(selected(*[quote] * 9)).endswith("selectors")


@pytest.mark.parametrize(
    ("value", "standard"),
    [
        ("page=0", PDF),
        ("page=1e3", PDF),
        ("t=9,5", MEDIA),
        ("t=", MEDIA),
        ("t=1,2&t=3,4", MEDIA),
        ("xywh=percent:50,0,51,10", MEDIA),
        ("xywh=1,2,0,4", MEDIA),
        ("xywh=-1,2,3,4", MEDIA),
        ("epubcfi(/6/4", CFI),
        ("epubcfi(/6/4)x)", CFI),
        ("javascript:alert(1)", MEDIA),
        ("page=" + "1" * 2000, PDF),
    ],
)
def test_a_fragment_that_names_no_part_is_refused(value: str, standard: str) -> None:
    with pytest.raises(InvalidAnnotation):
        read_fragment(value, standard)


def test_what_a_client_prefers() -> None:
    assert wanted("") is None
    assert wanted(f'return=representation;include="{Shows.MINIMAL}"') is Shows.MINIMAL
    assert wanted(f'respond-async, return=representation; include="{Shows.IRIS}"') is Shows.IRIS
    both = f'return=representation;include="{Shows.MINIMAL} {Shows.DESCRIPTIONS}"'
    assert wanted(both) is Shows.DESCRIPTIONS
    with pytest.raises(InvalidAnnotation):
        wanted(f'return=representation;include="{Shows.IRIS} {Shows.DESCRIPTIONS}"')


def test_a_change_names_what_was_seen() -> None:
    check_match('"a", "b"', '"b"')
    check_match("*", '"b"')
    for header in (None, '"a"', 'W/"b"', ""):
        with pytest.raises(AnnotationChanged):
            check_match(header, '"b"')
