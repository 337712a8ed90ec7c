"""The list of changes as an Atom feed (RFC 4287), in parts as RFC 5005 §4 has archives."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ledger_service.domain.exports.forms.xml_text import xml_attribute, xml_text
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.instant import instant
from reading_room.tidings.rules.change import Change, ChangeKind

MEDIA_TYPE = "application/atom+xml"
ATOM = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"
KINDS = "/changes.atom#"
"""Behind the library's address: what the terms of an entry's category are names in."""


@dataclass(frozen=True)
class FeedItem:
    """A change as an entry of the feed. title: as the record has it, in its language; steward: a name."""

    change: Change
    title: str
    language: str
    steward: str


@dataclass(frozen=True)
class Feed:
    """A document of the feed.

    origin: the ledger's name, by which ids are made, so that they outlive the library's address. links:
    (relation, path behind the address); is_archive: whether it never changes any more.
    """

    origin: str
    address: str
    path: str
    title: str
    language: str
    updated: int
    items: Sequence[FeedItem]
    links: Sequence[tuple[str, str]]
    steward: StewardId | None = None
    is_archive: bool = False


def format_feed(feed: Feed, summary: Callable[[ChangeKind], str]) -> bytes:
    """Return the document. summary: says in the feed's language what a kind of change is."""
    links = [
        f'<link rel="{relation}" type="{MEDIA_TYPE}" href={xml_attribute(feed.address + path)}/>'
        for relation, path in [("self", feed.path), *feed.links]
    ]
    about = "changes" if feed.steward is None else f"changes of {feed.steward.hex()}"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<feed xmlns="{ATOM}" xmlns:fh="{HISTORY}" xml:lang={xml_attribute(feed.language)}>',
        f"<id>{_id(feed.origin, about)}</id>",
        f"<title>{xml_text(feed.title)}</title>",
        f"<updated>{instant(feed.updated)}</updated>",
        f"<author><name>{xml_text(feed.origin)}</name></author>",
        *links,
        f'<link rel="alternate" type="text/html" href={xml_attribute(feed.address + "/resources")}/>',
        *(["<fh:archive/>"] if feed.is_archive else []),
        *(_entry(feed, item, summary(item.change.kind)) for item in feed.items),
        "</feed>",
        "",
    ]
    return "\n".join(lines).encode()


def _entry(feed: Feed, item: FeedItem, summary: str) -> str:
    change, base = item.change, feed.address
    language = f" xml:lang={xml_attribute(item.language)}" if item.language else ""
    term = xml_attribute(change.kind.value)
    proof = xml_attribute(f"{base}/api/v1/entries/{change.entry}")
    is_linked = change.other is not None and change.kind is not ChangeKind.ENDORSED
    related = _link(base, "related", change.other) if change.other and is_linked else ""
    return (
        f"<entry><id>{_id(feed.origin, str(change.entry))}</id>"
        f"<title{language}>{xml_text(item.title)}</title>"
        f"<updated>{instant(change.at)}</updated>"
        f"<author><name>{xml_text(item.steward)}</name></author>"
        f"<category term={term} scheme={xml_attribute(base + KINDS)} label={xml_attribute(summary)}/>"
        f"{_link(base, 'alternate', change.digest)}{related}"
        f'<link rel="via" type="application/json" href={proof}/>'
        f"<summary>{xml_text(summary)}</summary></entry>"
    )


def _link(base: str, relation: str, digest: Digest) -> str:
    address = xml_attribute(f"{base}/resources/{digest.hex()}")
    return f'<link rel="{relation}" type="text/html" href={address}/>'


def _id(origin: str, name: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"muhr:{origin}:{name}").urn
