"""Texts with their languages, as IIIF Presentation 3 has them (§4.1).

Viewers choose a text by the language of whoever looks. One that finds no tag that is the reader's takes the
first of the same language: the record's own script comes first, and Uzbek stands under plain `uz`, too.
"""

from __future__ import annotations

from collections.abc import Iterable

UZBEK = "uz"
NO_LANGUAGE = "none"
LanguageMap = dict[str, list[str]]


def language_map(texts: Iterable[tuple[str, str]]) -> LanguageMap:
    """Return texts by their language. texts: (text, language tag, or empty), the record's own first."""
    told: LanguageMap = {}
    for text, language in texts:
        tag = language or NO_LANGUAGE
        told.setdefault(tag, []).append(text)
        if tag.lower().startswith(f"{UZBEK}-"):
            told.setdefault(UZBEK, [text])
    return told


def plain(*texts: str) -> LanguageMap:
    """Return texts of which nobody said the language, such as names."""
    return {NO_LANGUAGE: list(texts)}
