"""XML of others: what would fill the memory is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger_service.adapters.imports.sources.records import bounded_xml
from ledger_service.adapters.imports.sources.records.bounded_xml import LARGEST_DEPTH, parse_xml
from ledger_service.adapters.imports.sources.records.marc import read_marc_xml
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.import_item import REFUSED
from ledger_service.domain.imports.import_progress import Extent

LEADER = "00000nam a2200000 a 4500"


def malformed(cause: str) -> InvalidManifest:
    return InvalidManifest("marcxml", cause=cause)


def nested(levels: int) -> bytes:
    return b"<a>" * levels + b"</a>" * levels


def test_the_deepest_document_that_is_read() -> None:
    parse_xml(nested(LARGEST_DEPTH), malformed)
    with pytest.raises(InvalidManifest, match="xml-too-large"):
        parse_xml(nested(LARGEST_DEPTH + 1), malformed)


def test_endless_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_xml, "MOST_ELEMENTS", 10)
    parse_xml(b"<a>" + b"<b/>" * 9 + b"</a>", malformed)
    with pytest.raises(InvalidManifest, match="xml-too-large"):
        parse_xml(b"<a>" + b"<b/>" * 10 + b"</a>", malformed)


@pytest.mark.parametrize(
    "data",
    [
        b"<a>",
        b'<?xml version="1.0" encoding="none"?><a/>',
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    ],
)
def test_what_is_no_plain_xml_is_malformed(data: bytes) -> None:
    with pytest.raises(InvalidManifest, match="marcxml"):
        parse_xml(data, malformed)


def test_a_record_without_end_ends_the_reading_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_xml, "MOST_LETTERS", 30)
    path = tmp_path / "records.xml"
    record = '<record xmlns="http://www.loc.gov/MARC21/slim"><leader>%s</leader></record>'
    path.write_text(f"<collection>{record % (LEADER + LEADER)}</collection>")
    [item] = read_marc_xml(path, "CC0-1.0", Extent())
    assert item.outcome == REFUSED
    assert "xml-too-large" in item.reason
