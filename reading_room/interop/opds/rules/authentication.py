"""The document that says how one signs in. Source: Authentication for OPDS 1.0.

Its id is its own address, and it is the same for everybody: it is the body of each answer 401, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger_service.domain.exports.forms.opds import FEED_TYPE, link
from reading_room.interop.opds.rules.addresses import Addresses

BASIC = "http://opds-spec.org/auth/basic"
WEB_TYPE = "text/html"
AUTHENTICATION_REL = "http://opds-spec.org/auth/document"
SHELF_REL = "http://opds-spec.org/shelf"


def authentication(addresses: Addresses, title: str, words: Mapping[str, str]) -> dict[str, Any]:
    """Return the document. words: `card` and `passphrase`, as the fields are called; `sign-in`; `shelf`."""
    base = addresses.base
    return {
        "id": addresses.authentication,
        "title": title,
        "description": words["sign-in"],
        "links": [
            link("logo", f"{base}/static/icon.svg", "image/svg+xml"),
            link("start", addresses.feed(), FEED_TYPE),
            link(SHELF_REL, addresses.shelf, FEED_TYPE, title=words["shelf"]),
            link("help", f"{base}/help", WEB_TYPE),
            link("register", f"{base}/sign-in", WEB_TYPE),
        ],
        "authentication": [
            {
                "type": BASIC,
                "labels": {"login": words["card"], "password": words["passphrase"]},
            }
        ],
    }
