"""Typed links in the header Link, by which machines find their way. Source: signposting.org, FAIR level 1."""

from __future__ import annotations

from collections.abc import Sequence

from ledger_service.domain.exports.cited_work import Work
from ledger_service.domain.exports.forms.schema_org import KINDS

SCHEMA = "https://schema.org/"


def link_header(work: Work, described: Sequence[tuple[str, str]]) -> str:
    """Return the header's value. described: (address, media type) of each other form of the page."""
    doi = work.identifier("doi")
    cite_as = f"https://doi.org/{doi}" if doi else work.address
    links = [_link(cite_as, "cite-as")]
    links += [
        _link(f"https://orcid.org/{person.orcid}", "author")
        for person in work.authors
        if person.orcid
    ]
    links += [_link(SCHEMA + "AboutPage", "type"), _link(SCHEMA + KINDS[work.kind], "type")]
    links.append(_link(work.license[1], "license"))
    if work.content:
        links.append(_link(work.content, "item", work.media_type))
    links += [
        _link(address, "describedby alternate", media_type) for address, media_type in described
    ]
    return ", ".join(link for link in links if link)


def _link(target: str, relation: str, media_type: str = "") -> str:
    """Return one link; nothing for an address that no header can hold."""
    if not target.isascii() or not target.isprintable() or set('<>" ') & set(target):
        return ""
    kind = f'; type="{media_type}"' if media_type else ""
    return f'<{target}>; rel="{relation}"{kind}'
