"""What values of facets are called in a language, in the words of the search's page."""

from __future__ import annotations

from ledger_service import messages


def value_name(facet: str, value: str, language: str) -> str:
    """Return what a value is called; as it is written, if the catalog has no name for it."""
    if facet == "language":
        return (
            _named("page.language.", value.lower(), value.partition("-")[0].lower(), language)
            or value
        )
    if facet in ("kind", "access"):
        return _named(f"page.search.{facet}.", value, value, language) or value
    return value


def _named(prefix: str, name: str, wider: str, language: str) -> str:
    for one in (name, wider):
        told = messages.said(prefix + one, language)
        if told != prefix + one:
            return told
    return ""
