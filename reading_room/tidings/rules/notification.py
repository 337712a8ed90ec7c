"""Notifications of others: which patterns there are, and what one must say to be taken.

Source: COAR Notify 1.0.1, over Linked Data Notifications. The JSON-LD is read by the names that the two known
contexts give: no context is ever fetched, and a document with other names for them is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger_service.domain.errors import InvalidNotification
from ledger_service.domain.identifiers import Digest
from reading_room.tidings.rules.peer import LONGEST_URI, is_web_address

LARGEST_BYTES = 65_536
MOST_TYPES = 10
STREAMS = "https://www.w3.org/ns/activitystreams"
NOTIFY = ("https://coar-notify.net", "https://purl.org/coar/notify")
"""The context's address now, and before 1.0."""
_ACTION = "coar-notify:{}Action"
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+\Z")
_PAGE = re.compile(r"/(?:api/v1/)?resources/([0-9a-f]{64})(?:[/?#]|\Z)")
_NAME = re.compile(r"hash://sha256/([0-9a-f]{64})\Z")


class Pattern(StrEnum):
    """What a notification is."""

    ANNOUNCE_ENDORSEMENT = "announce-endorsement"
    ANNOUNCE_REVIEW = "announce-review"
    ANNOUNCE_RELATIONSHIP = "announce-relationship"
    ANNOUNCE_INGEST = "announce-ingest"
    ANNOUNCE_RESULT = "announce-result"
    REQUEST_ENDORSEMENT = "request-endorsement"
    REQUEST_REVIEW = "request-review"
    REQUEST_INGEST = "request-ingest"
    ACCEPT = "accept"
    REJECT = "reject"
    TENTATIVELY_ACCEPT = "tentatively-accept"
    TENTATIVELY_REJECT = "tentatively-reject"
    UNDO = "undo"
    UNPROCESSABLE = "unprocessable"


TYPES: Mapping[Pattern, tuple[str, ...]] = {
    Pattern.ANNOUNCE_ENDORSEMENT: ("Announce", _ACTION.format("Endorsement")),
    Pattern.ANNOUNCE_REVIEW: ("Announce", _ACTION.format("Review")),
    Pattern.ANNOUNCE_RELATIONSHIP: ("Announce", _ACTION.format("Relationship")),
    Pattern.ANNOUNCE_INGEST: ("Announce", _ACTION.format("Ingest")),
    Pattern.REQUEST_ENDORSEMENT: ("Offer", _ACTION.format("Endorsement")),
    Pattern.REQUEST_REVIEW: ("Offer", _ACTION.format("Review")),
    Pattern.REQUEST_INGEST: ("Offer", _ACTION.format("Ingest")),
    Pattern.UNPROCESSABLE: ("Flag", "coar-notify:UnprocessableNotification"),
    Pattern.ANNOUNCE_RESULT: ("Announce",),
    Pattern.TENTATIVELY_ACCEPT: ("TentativeAccept",),
    Pattern.TENTATIVELY_REJECT: ("TentativeReject",),
    Pattern.ACCEPT: ("Accept",),
    Pattern.REJECT: ("Reject",),
    Pattern.UNDO: ("Undo",),
}
"""The types of each, those with more first: the first of which a notification has all is its pattern."""
OF_RESOURCE = (Pattern.ANNOUNCE_ENDORSEMENT, Pattern.ANNOUNCE_REVIEW)
"""They say something of a resource here, which is their `context`."""
OFFERS = (Pattern.REQUEST_ENDORSEMENT, Pattern.REQUEST_REVIEW, Pattern.REQUEST_INGEST)
REPLIES = (
    Pattern.ACCEPT,
    Pattern.REJECT,
    Pattern.TENTATIVELY_ACCEPT,
    Pattern.TENTATIVELY_REJECT,
    Pattern.UNDO,
    Pattern.UNPROCESSABLE,
)
"""They are about another notification, which `inReplyTo` names."""


class NotificationState(StrEnum):
    """What became of a notification."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNDONE = "undone"  # whoever sent it took it back
    NOTED = "noted"  # nothing is to be decided


@dataclass(frozen=True)
class Notification:
    """What a notification says. uri: its id; origin: the service that it comes from; object: its address.

    reply_to: the notification that it answers, empty for none; digest: of the resource here that it names,
    None if it names none.
    """

    uri: str
    pattern: Pattern
    origin: str
    object: str
    reply_to: str
    digest: Digest | None


def read_notification(value: Any, public_url: str) -> Notification:
    """Return what a JSON value says. public_url: of this library, to which it must be sent.

    Raises:
        InvalidNotification: it is none, of no known pattern, or for somebody else.
    """
    if not isinstance(value, dict):
        raise InvalidNotification("form")
    _check_context(value.get("@context"))
    pattern = _pattern(value.get("type"))
    about = _part(value, "object")
    target = _part(value, "target")
    if target.get("inbox") != f"{public_url}/inbox" and _trimmed(target.get("id")) != public_url:
        raise InvalidNotification("target", inbox=f"{public_url}/inbox")
    origin = _part(value, "origin")
    if not is_web_address(origin.get("id")) or not is_web_address(origin.get("inbox")):
        raise InvalidNotification("part", name="origin")
    reply_to = value.get("inReplyTo") or ""
    if pattern in REPLIES or reply_to:
        _check_uri("inReplyTo", reply_to)
    digest = None
    if pattern not in REPLIES:
        digest = _resource(value.get("context"), public_url) or _resource(about, public_url)
    if pattern in OF_RESOURCE and (digest is None or not isinstance(value.get("context"), dict)):
        raise InvalidNotification("context", url=f"{public_url}/resources/")
    return Notification(
        uri=_check_uri("id", value.get("id")),
        pattern=pattern,
        origin=_trimmed(origin["id"]),
        object=_check_uri("object", about.get("id")),
        reply_to=reply_to,
        digest=digest,
    )


def _check_context(given: Any) -> None:
    names = given if isinstance(given, list) else [given]
    told = {_trimmed(name) for name in names if isinstance(name, str)}
    if STREAMS not in told or not told & set(NOTIFY):
        raise InvalidNotification("names", wanted=f"{STREAMS}, {NOTIFY[0]}")


def _pattern(given: Any) -> Pattern:
    types = given if isinstance(given, list) else [given]
    told = {word for word in types[:MOST_TYPES] if isinstance(word, str)}
    for pattern, needed in TYPES.items():
        if told.issuperset(needed):
            return pattern
    raise InvalidNotification("pattern", types=", ".join(sorted(told))[:80])


def _part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name)
    if not isinstance(found, dict):
        raise InvalidNotification("part", name=name)
    return found


def _resource(part: Any, public_url: str) -> Digest | None:
    """Return the resource of this library that a part names, None if it names none."""
    if not isinstance(part, dict):
        return None
    for name in ("id", "ietf:cite-as", "as:object", "as:subject"):
        text = part.get(name)
        if not isinstance(text, str) or len(text) > LONGEST_URI:
            continue
        found = _NAME.match(text)
        if found is None and text.startswith(public_url + "/"):
            found = _PAGE.match(text[len(public_url) :])
        if found is not None:
            return Digest.parse(found[1])
    return None


def _check_uri(name: str, text: Any) -> str:
    if not isinstance(text, str) or len(text) > LONGEST_URI or not _URI.match(text):
        raise InvalidNotification("part", name=name)
    return text


def _trimmed(text: Any) -> str:
    return text.rstrip("/") if isinstance(text, str) else ""
