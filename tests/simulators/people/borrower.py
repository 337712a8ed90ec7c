"""A library that lends from ours over ODL: it follows what the feed says, and knows no other address."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx

FEED, INFO = "application/opds+json", "application/vnd.odl.info+json"
STATUS = "application/vnd.readium.license.status.v1.0+json"
BORROW = "http://opds-spec.org/acquisition/borrow"
Document = dict[str, Any]


def link_of(document: Document, rel: str) -> Document:
    """Return the one link of this relation."""
    [found] = [one for one in document["links"] if rel in ([one["rel"]], one["rel"])]
    return found


def expanded(link: Document, **values: str) -> str:
    """Return the address of a templated link (RFC 6570, form-style query) with the values that it takes."""
    assert link["templated"] is True
    [names] = re.findall(r"\{\?([\w,]+)\}\Z", link["href"])
    given = {name: values[name] for name in names.split(",") if name in values}
    return link["href"].partition("{")[0] + ("?" + urlencode(given) if given else "")


def iso(at: float) -> str:
    """Return a time as Palace writes it."""
    return datetime.fromtimestamp(at, UTC).isoformat()


class Borrower:
    """client: has the token of the other library, and asks nothing but what links name."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def publications(self, limit: int = 100) -> list[Document]:
        """Return all that the feed has, page after page."""
        found, address = [], f"/odl/?limit={limit}"
        while address:
            answer = self.client.get(address)
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-type"] == FEED
            page = answer.json()
            found += page["publications"]
            address = next((one["href"] for one in page["links"] if one["rel"] == "next"), "")
        return found

    def license_of(self, digest: str) -> Document:
        """Return the one license of a resource in the feed."""
        [found] = [one for one in self.publications() if digest in str(one["metadata"])]
        [license] = found["licenses"]
        return license

    def info(self, license: Document) -> Document:
        """Return the License Info Document."""
        answer = self.client.get(link_of(license, "self")["href"])
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == INFO
        return answer.json()

    def ask(self, license: Document, patron: str, **values: str) -> httpx.Response:
        """Return the answer to a checkout, by a new name if none is given."""
        given = {
            "id": license["metadata"]["identifier"],
            "checkout_id": secrets.token_hex(8),
            "patron_id": patron,
            **values,
        }
        return self.client.post(expanded(link_of(license, BORROW), **given))

    def borrow(self, license: Document, patron: str, **values: str) -> Document:
        """Return the status of a new loan."""
        answer = self.ask(license, patron, **values)
        assert answer.status_code == 201, answer.text
        assert answer.headers["content-type"] == STATUS
        assert answer.headers["location"] == link_of(answer.json(), "self")["href"]
        return answer.json()
