"""Typed links by which machines find their way, as the FAIR Signposting Profile of 2023-10-02 has them.

At its level 1 they stand in the header Link of each answer, at level 2 all in one set of links (RFC 9264).
`cite-as` is the library's own name; that of a publisher, such as a DOI, is only `related`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ledger_service.domain.exports.cited_work import Work
from ledger_service.domain.exports.forms.schema_org import KINDS
from ledger_service.domain.exports.identifier_address import identifier_link

SCHEMA = "https://schema.org/"
LINKSET_TYPE = "application/linkset+json"
MOST_IN_HEADER = 10  # of items, authors and related names; who wants more reads the set of links


class Signpost(NamedTuple):
    """A link. relation: one or several, with spaces between; profile: URI of what a form follows."""

    target: str
    relation: str
    media_type: str = ""
    profile: str = ""

    @property
    def fits_a_header(self) -> bool:
        """Whether a header can hold the address."""
        return (
            self.target.isascii()
            and self.target.isprintable()
            and not set('<>" ') & set(self.target)
        )


def linkset_address(work: Work) -> str:
    """Return where the set of links of a resource is."""
    return f"{work.address}/linkset.json"


def link_header(work: Work, forms: Sequence[Signpost]) -> str:
    """Return the header's value on the page of a resource. forms: `describedby` of each other form."""
    few = [*_few(_authors(work)), *_few(_items(work)), *_few(_related(work))]
    return _header([*_named(work), *few, *forms, _linkset(work)])


def form_header(work: Work) -> str:
    """Return the header's value on a form of a resource that has an address of its own."""
    page = Signpost(work.address, "describes", "text/html")
    return _header([page, Signpost(work.license[1], "license"), _linkset(work)])


def linkset(work: Work, forms: Sequence[Signpost]) -> dict[str, Any]:
    """Return all links of a resource's page, its content and its forms, as RFC 9264 has them in JSON."""
    page = [*_named(work), *_authors(work), *_items(work), *_related(work), *forms]
    contexts = [_context(work.address, page)]
    collection = Signpost(work.address, "collection", "text/html")
    for item in _items(work):
        links = [
            Signpost(work.cite_as, "cite-as"),
            collection,
            Signpost(work.license[1], "license"),
        ]
        contexts.append(_context(item.target, links))
    describes = Signpost(work.address, "describes", "text/html")
    contexts += [_context(form.target, [describes]) for form in forms]
    return {"linkset": contexts}


def _named(work: Work) -> Iterator[Signpost]:
    yield Signpost(work.cite_as, "cite-as")
    yield Signpost(SCHEMA + "AboutPage", "type")
    yield Signpost(SCHEMA + KINDS[work.kind], "type")
    yield Signpost(work.license[1], "license")


def _authors(work: Work) -> Iterator[Signpost]:
    for person in work.authors:
        if person.address:
            yield Signpost(person.address, "author")


def _items(work: Work) -> Iterator[Signpost]:
    if work.content:
        yield Signpost(work.content, "item", work.media_type)


def _related(work: Work) -> Iterator[Signpost]:
    for scheme, value in work.identifiers:
        if address := identifier_link(scheme, value):
            yield Signpost(address, "related")


def _few(links: Iterator[Signpost]) -> list[Signpost]:
    """Return the links, or none of them if there are too many for a header."""
    found = list(links)
    return found if len(found) <= MOST_IN_HEADER else []


def _linkset(work: Work) -> Signpost:
    return Signpost(linkset_address(work), "linkset", LINKSET_TYPE)


def _header(links: Sequence[Signpost]) -> str:
    told = []
    for link in links:
        if link.fits_a_header:
            kind = f'; type="{link.media_type}"' if link.media_type else ""
            profile = f'; profile="{link.profile}"' if link.profile else ""
            told.append(f'<{link.target}>; rel="{link.relation}"{kind}{profile}')
    return ", ".join(told)


def _context(anchor: str, links: Sequence[Signpost]) -> dict[str, Any]:
    told: dict[str, Any] = {"anchor": anchor}
    for link in links:
        target = {"href": link.target}
        if link.media_type:
            target["type"] = link.media_type
        if link.profile:
            target["profile"] = link.profile
        for relation in link.relation.split():
            told.setdefault(relation, []).append(target)
    return told
