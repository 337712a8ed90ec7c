"""Where in a book words stand, by page, and how Content Search 2 tells it.

Words are found however they are spelled, as the library's search finds them, and by how they begin, since
Uzbek and Russian put endings to them. Source: IIIF Content Search API 2.0, §§3 and 4.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

from ledger_service.domain.resources.fold import letters_of, spellings, words_of

CONTEXT = "http://iiif.io/api/search/2/context.json"
PAGE_ENDS = "\f"
MOST_HITS = 500
MOST_WORDS = 8  # of those that are asked for
LONGEST_PAGE = 100_000  # letters
HITS_A_PAGE = 50
SHORTEST_BEGINNING = 3  # letters by which longer words are found
AROUND = 60  # letters of a hit's page that are told before it, and after it
NOT_HEEDED = ("motivation", "date", "user")
"""Parameters of the protocol that change nothing here."""
_TOKEN = re.compile(r"[^\W_]+(?:['`´ʹʺʻʼʽ‘’\u00ad][^\W_]+)*['`ʻʼ‘’]?")
_APART = re.compile(r"\s+")


class Hit(NamedTuple):
    """Where words stand. page: from 1; the texts are what stands before, the words, and what follows."""

    page: int
    before: str
    words: str
    after: str


class BookText:
    """The words of a book, by page. text: with a form feed after each page."""

    def __init__(self, text: str) -> None:
        pages = text.removesuffix(PAGE_ENDS).split(PAGE_ENDS)
        self._pages = [page[:LONGEST_PAGE] for page in pages]
        self._folded = [letters_of(page) for page in self._pages]

    def find(self, asked: str, pages: int) -> list[Hit]:
        """Return where words stand one after another, on the first `pages` pages; the first few hundred.

        Of what is asked the first few words count, and of each page as much as a page can hold.
        """
        ways = [way[:MOST_WORDS] for way in spellings(asked)]
        patterns = [_pattern(way) for way in ways]
        found: list[Hit] = []
        keys: dict[str, list[str]] = {}
        for number, page in enumerate(self._pages[:pages], start=1):
            folded = self._folded[number - 1]
            told = [pattern.search(folded) for pattern in patterns]
            here = [way for way, match in zip(ways, told, strict=True) if match]
            if here:
                hits = list(islice(_on_page(number, page, here, keys), MOST_HITS))
                found += hits or [Hit(number, "", asked.strip(), "")]
            if len(found) >= MOST_HITS:
                break
        return found[:MOST_HITS]


def _pattern(way: Sequence[str]) -> re.Pattern[str]:
    """Return what finds these words in a folded text, in one pass over it."""
    words = (
        re.escape(word) + (r"[^\W_]*+" if len(word) >= SHORTEST_BEGINNING else r"(?![^\W_])")
        for word in way
    )
    return re.compile(r"(?<![^\W_])" + r"[\W_]++".join(words))


def _on_page(
    number: int, page: str, ways: Sequence[tuple[str, ...]], keys: dict[str, list[str]]
) -> Iterator[Hit]:
    """Yield where words stand on a page. keys: of the words that were met, which this adds to."""
    tokens: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(page):
        if match[0] not in keys:
            keys[match[0]] = words_of(match[0])
        tokens += ((word, match.start(), match.end()) for word in keys[match[0]])
    at = 0
    while at < len(tokens):
        length = max((len(way) for way in ways if _stand(tokens, at, way)), default=0)
        if length:
            start, end = tokens[at][1], tokens[at + length - 1][2]
            before, after = page[max(0, start - AROUND) : start], page[end : end + AROUND]
            yield Hit(number, _line(before), _line(page[start:end]).strip(), _line(after))
        at += max(1, length)


def _stand(tokens: Sequence[tuple[str, int, int]], at: int, way: Sequence[str]) -> bool:
    """Return whether these words stand from there on."""
    return at + len(way) <= len(tokens) and all(
        tokens[place][0] == word
        or (len(word) >= SHORTEST_BEGINNING and tokens[place][0].startswith(word))
        for place, word in enumerate(way, start=at)
    )


def _line(text: str) -> str:
    return _APART.sub(" ", text)


def hits_page(
    hits: Sequence[Hit],
    address: str,
    asked: str,
    number: int,
    canvas_of: Callable[[int], str],
    ignored: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a page of hits, from 1. address: of the service; canvas_of: a canvas's address by page."""
    own = page_address(address, asked, number)
    first = (number - 1) * HITS_A_PAGE
    here = list(hits[first : first + HITS_A_PAGE])
    last = max(1, -(-len(hits) // HITS_A_PAGE))
    whole = {
        "id": f"{own}#all",
        "type": "AnnotationCollection",
        "total": len(hits),
        "first": {"id": page_address(address, asked, 1), "type": "AnnotationPage"},
        "last": {"id": page_address(address, asked, last), "type": "AnnotationPage"},
    }
    told: dict[str, Any] = {"@context": CONTEXT, "id": own, "type": "AnnotationPage"}
    if ignored:
        told["ignored"] = list(ignored)
    if last > 1:
        told |= {"partOf": whole, "startIndex": first}
    if number < last:
        told["next"] = {"id": page_address(address, asked, number + 1), "type": "AnnotationPage"}
    if number > 1:
        told["prev"] = {"id": page_address(address, asked, number - 1), "type": "AnnotationPage"}
    told["items"] = [_hit(own, place, one, canvas_of) for place, one in enumerate(here, start=1)]
    if here:
        quotes = [_quote(own, place, one) for place, one in enumerate(here, start=1)]
        told["annotations"] = [{"type": "AnnotationPage", "items": quotes}]
    return told


def page_address(address: str, asked: str, number: int) -> str:
    """Return the address of a page of hits, from 1."""
    query = {"q": asked, **({"page": str(number)} if number > 1 else {})}
    return f"{address}?{urlencode(query)}"


def _hit(own: str, place: int, hit: Hit, canvas_of: Callable[[int], str]) -> dict[str, Any]:
    return {
        "id": f"{own}#hit-{place}",
        "type": "Annotation",
        "motivation": "supplementing",
        "body": {
            "type": "TextualBody",
            "value": f"{hit.before}{hit.words}{hit.after}".strip(),
            "format": "text/plain",
        },
        "target": canvas_of(hit.page),
    }


def _quote(own: str, place: int, hit: Hit) -> dict[str, Any]:
    """Return what marks the words in the text of a hit."""
    selector = {
        "type": "TextQuoteSelector",
        "prefix": hit.before,
        "exact": hit.words,
        "suffix": hit.after,
    }
    source = f"{own}#hit-{place}"
    return {
        "id": f"{own}#quote-{place}",
        "type": "Annotation",
        "motivation": "contextualizing",
        "target": {"type": "SpecificResource", "source": source, "selector": [selector]},
    }
