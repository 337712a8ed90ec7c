"""Harvests of the shared library, each answer held against the schemas of OAI-PMH."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from lxml import etree

SCHEMAS = Path(__file__).parents[3] / "vectors" / "oai" / "all.xsd"
OAI = "{http://www.openarchives.org/OAI/2.0/}"


class Harvester:
    """Asks `/oai` of a library. Whatever it answers is valid, or the test fails."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, trust_env=False, timeout=60)
        self.schema = etree.XMLSchema(etree.parse(SCHEMAS))

    def ask(self, by: str = "GET", pairs: object = None, **asked: str) -> etree._Element:
        """Return the answer to arguments; `from` is written `from_`."""
        given = pairs or {name.rstrip("_"): text for name, text in asked.items()}
        if by == "POST":
            answer = self.client.post("/oai", data=given)
        else:
            answer = self.client.get("/oai", params=given)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        root = etree.fromstring(answer.content)
        self.schema.assertValid(root)
        return root

    def fault(self, **asked: object) -> str:
        """Return the code of the fault that an answer tells."""
        root = self.ask(**asked)
        [error] = root.findall(f"{OAI}error")
        assert error.text
        assert not error.text.startswith("page.oai")
        return str(error.get("code"))

    def pages(self, verb: str, **asked: str) -> Iterator[etree._Element]:
        """Yield the answers of a list, page after page."""
        page = self.ask(verb=verb, **asked)
        while True:
            yield page
            token = page.findtext(f"{OAI}{verb}/{OAI}resumptionToken")
            if not token:
                return
            page = self.ask(verb=verb, resumptionToken=token)

    def headers(self, **asked: str) -> dict[str, etree._Element]:
        """Return the headers of a list, by the items' names."""
        return {
            str(header.findtext(f"{OAI}identifier")): header
            for page in self.pages("ListIdentifiers", **{"metadataPrefix": "oai_dc", **asked})
            for header in page.iter(f"{OAI}header")
        }


@pytest.fixture(scope="session")
def harvester_of() -> Callable[[str], Harvester]:
    """Return what makes a harvester of the library at an address."""
    return Harvester


@pytest.fixture(scope="module")
def harvester(library) -> Iterator[Harvester]:
    """Return a harvester of the library that all tests share."""
    made = Harvester(library.url)
    yield made
    made.client.close()
