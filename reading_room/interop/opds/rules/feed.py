"""A feed of OPDS 2.0: what it has in which place. Source: OPDS 2.0 §§2-4.

Palace refuses a feed that has no self link or two, a facet of fewer than two links, and a group without
anything in it; so none is ever written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger_service.domain.exports.forms.opds import FEED_TYPE, Link, link


@dataclass(frozen=True)
class Group:
    """Some of what another feed has. href: of that feed; works: how many it has, None if nobody counted."""

    title: str
    href: str
    publications: Sequence[dict[str, Any]] = ()
    navigation: Sequence[Link] = ()
    works: int | None = None

    def told(self) -> dict[str, Any]:
        """Return the group as a feed has it."""
        kept = (
            {"publications": [*self.publications]}
            if self.publications
            else {"navigation": [*self.navigation]}
        )
        return {
            "metadata": _metadata(self.title, self.works),
            "links": [link("self", self.href, FEED_TYPE)],
            **kept,
        }


@dataclass(frozen=True)
class Facet:
    """Ways to narrow what a feed has. links: each with its title; one that is chosen is a `self`, too."""

    title: str
    links: Sequence[Link]


@dataclass(frozen=True)
class Feed:
    """A feed. address: its own; links: beside that; works: how many it has on all its pages."""

    title: str
    address: str
    links: Sequence[Link] = ()
    publications: Sequence[dict[str, Any]] = ()
    navigation: Sequence[Link] = ()
    groups: Sequence[Group] = ()
    facets: Sequence[Facet] = ()
    works: int | None = None
    page_size: int | None = field(default=None)

    def told(self) -> dict[str, Any]:
        """Return the feed as JSON; what is empty is left out."""
        metadata = _metadata(self.title, self.works)
        if self.page_size is not None:
            metadata["itemsPerPage"] = self.page_size
        told: dict[str, Any] = {
            "metadata": metadata,
            "links": [link("self", self.address, FEED_TYPE), *self.links],
        }
        groups = [one.told() for one in self.groups if one.publications or one.navigation]
        facets = [
            {"metadata": {"title": one.title}, "links": [*one.links]}
            for one in self.facets
            if len(one.links) > 1
        ]
        kept = {
            "facets": facets,
            "navigation": [*self.navigation],
            "publications": [*self.publications],
            "groups": groups,
        }
        return {**told, **{name: value for name, value in kept.items() if value}}


def leads_to(title: str, href: str, rel: str = "subsection", works: int | None = None) -> Link:
    """Return a link of navigation."""
    properties = {} if works is None else {"numberOfItems": works}
    return link(rel, href, FEED_TYPE, title=title, properties=properties)


def _metadata(title: str, works: int | None) -> dict[str, Any]:
    return {"title": title, **({} if works is None else {"numberOfItems": works})}
