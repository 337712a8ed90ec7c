"""The list of changes as an Atom feed (RFC 4287), in parts as RFC 5005 §4 has archives."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from ledger_service.domain.identifiers import Digest, StewardId
from reading_room.tidings.rules.change import Change, ChangeKind

MEDIA_TYPE = "application/atom+xml"
ATOM = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"
KINDS = "/changes.atom#"
"""Behind the library's address: what the terms of an entry's category are names in."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
        f'<link rel="{relation}" type="{MEDIA_TYPE}" href={quoteattr(feed.address + path)}/>'
        for relation, path in [("self", feed.path), *feed.links]
    ]
    about = "changes" if feed.steward is None else f"changes of {feed.steward.hex()}"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<feed xmlns="{ATOM}" xmlns:fh="{HISTORY}" xml:lang={quoteattr(feed.language)}>',
        f"<id>{_id(feed.origin, about)}</id>",
        f"<title>{_text(feed.title)}</title>",
        f"<updated>{_instant(feed.updated)}</updated>",
        f"<author><name>{_text(feed.origin)}</name></author>",
        *links,
        f'<link rel="alternate" type="text/html" href={quoteattr(feed.address + "/resources")}/>',
        *(["<fh:archive/>"] if feed.is_archive else []),
        *(_entry(feed, item, summary(item.change.kind)) for item in feed.items),
        "</feed>",
        "",
    ]
    return "\n".join(lines).encode()


def _entry(feed: Feed, item: FeedItem, summary: str) -> str:
    change, base = item.change, feed.address
    language = f" xml:lang={quoteattr(item.language)}" if item.language else ""
    term = quoteattr(change.kind.value)
    is_linked = change.other is not None and change.kind is not ChangeKind.ENDORSED
    related = _link(base, "related", change.other) if change.other and is_linked else ""
    return (
        f"<entry><id>{_id(feed.origin, str(change.entry))}</id>"
        f"<title{language}>{_text(item.title)}</title>"
        f"<updated>{_instant(change.at)}</updated>"
        f"<author><name>{_text(item.steward)}</name></author>"
        f"<category term={term} scheme={quoteattr(base + KINDS)} label={quoteattr(_clean(summary))}/>"
        f"{_link(base, 'alternate', change.digest)}{related}"
        f'<link rel="via" type="application/json" href={quoteattr(f"{base}/api/v1/entries/{change.entry}")}/>'
        f"<summary>{_text(summary)}</summary></entry>"
    )


def _link(base: str, relation: str, digest: Digest) -> str:
    address = quoteattr(f"{base}/resources/{digest.hex()}")
    return f'<link rel="{relation}" type="text/html" href={address}/>'


def _id(origin: str, name: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"muhr:{origin}:{name}").urn


def _instant(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _text(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
