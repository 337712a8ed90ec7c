"""Which form a request prefers, by the rules of RFC 9110 §12.5.1."""

from __future__ import annotations

import pytest

from reading_room.catalog.rules.accept import MOST_RANGES, preferred

HTML, JSON, BIB, CSL = "text/html", "application/json", "application/x-bibtex", "application/x+json"
OFFERED = (HTML, JSON, BIB, CSL)
CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8"


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, HTML),
        ("", HTML),
        ("*/*", HTML),
        (CHROMIUM, HTML),
        ("application/x-bibtex", BIB),
        ("application/x-bibtex, text/html;q=0.9", BIB),
        ("text/html;q=0.5, application/x-bibtex;q=0.9, */*;q=0.1", BIB),
        ("application/json, text/plain, */*", JSON),  # named, and as much liked as all others
        ("application/*", JSON),
        ("application/*;q=0.5, application/x-bibtex;q=0.6", BIB),
        ("text/html;q=0, */*", JSON),  # anything but the page
        ("*/*;q=0", None),
        ("text/turtle", None),
        ("text/*;q=0.2, application/json;q=0.1", HTML),
        ("APPLICATION/JSON ; Q=1.0", JSON),
        ('application/x+json; profile="a,b;q=0", text/html;q=0.9', CSL),
        ("application/json;q=0.333, application/x-bibtex;q=0.334", BIB),
        ("application/json;q=2, application/x-bibtex;q=0.1", BIB),  # no such weight: passed over
        ("text", HTML),  # nothing that can be read
        (";;;,,,", HTML),
        ("*/html, application/json", JSON),
    ],
)
def test_what_is_preferred(header: str | None, wanted: str | None) -> None:
    assert preferred(header, OFFERED) == wanted


def test_a_header_without_end_is_read_to_its_bound() -> None:
    many = ",".join(["text/turtle"] * (MOST_RANGES + 5)) + ",application/json"
    assert preferred(many, OFFERED) is None
    assert preferred("a" * 100_000, OFFERED) == HTML
    assert preferred('"' * 50_001 + ";q=" * 50_000, OFFERED) == HTML
