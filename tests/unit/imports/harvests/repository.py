"""A repository of one record, for tests of fetching: its files and pages are where they are put."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ledger_service.adapters.imports.sources.fetching.fetcher import Bounds
from ledger_service.adapters.imports.sources.kinds import read_source
from ledger_service.adapters.imports.sources.records.oai import Fetch
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.reasons import Reason
from tests.unit.imports.harvests.oai_service import PAGE, Query, Sent, answering

HEAD = "<header><identifier>oai:l:1</identifier><datestamp>{}</datestamp></header>"
RECORD = (
    "<record>{}<metadata><dc xmlns='http://purl.org/dc/elements/1.1/'><title>Xamsa</title>{}</dc>"
    "</metadata></record>"
)
FORMATS = (
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListMetadataFormats><metadataFormat>'
    "<metadataPrefix>{}</metadataPrefix></metadataFormat></ListMetadataFormats></OAI-PMH>"
)
PDF = Sent("abc", headers={"Content-Type": "application/pdf"})


class Repository:
    """A repository of one record, whose files are where they are put; `url` is set while it answers."""

    def __init__(self) -> None:
        self.url = ""
        self.said = ""
        self.stamp = "2026-01-01"
        self.formats: dict[str, Callable[[str], str]] = {}
        self.at: dict[str, Sent] = {"/bitstream/1/a.pdf": PDF}
        self.made: dict[str, Callable[[str], Sent]] = {}
        self.asked: list[str] = []

    def answer(self, path: str, query: Query) -> Sent | str:
        base = self.url.removesuffix("/oai")
        if path != "/oai":
            self.asked.append(path)
            if path in self.made:
                return self.made[path](base)
            return self.at.get(path, Sent("", 404))
        head = HEAD.format(self.stamp)
        if query["verb"] == "ListMetadataFormats":
            return FORMATS.format(
                "</metadataPrefix><metadataPrefix>".join(["oai_dc", *self.formats])
            )
        if query["verb"] == "ListRecords":
            return PAGE.format(RECORD.format(head, self.said.replace("BASE", base)), "")
        made = self.formats[query["metadataPrefix"]](base)
        record = f"<record>{head}<metadata>{made}</metadata></record>"
        return PAGE.replace("ListRecords", "GetRecord").format(record, "")

    def read(
        self, folder: Path, *hosts: str, largest: int = 1000, most: int = 1000
    ) -> list[ImportItem]:
        """Return the items of a harvest that fetches files into the folder."""
        fetch = Fetch(hosts, Bounds(largest, most))
        with answering(self.answer) as self.url:
            pieces = read_source(self.url, "L", folder, fetch=fetch)
            return [item for item in pieces if isinstance(item, ImportItem)]


def names(items: list[ImportItem]) -> list[str]:
    """Return the name of each item's file, or of why there is none."""
    return [
        Reason.parse(item.reason).name.removeprefix("invalid-manifest.")
        if item.outcome
        else Path(item.path).name
        for item in items
    ]
