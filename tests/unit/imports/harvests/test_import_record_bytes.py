"""The bytes of harvested records go with what is made of them, as they came."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from ledger_service.adapters.imports.preparer import Hashing, Preparer, pack
from ledger_service.adapters.imports.sources.kinds import read_source
from ledger_service.adapters.imports.sources.records.oai_pages import OAI, parse_page
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.source_record import LARGEST_RECORD_BYTES, SourceRecord
from ledger_service.domain.reasons import Reason
from tests.unit.imports.harvests.oai_service import PAGE, RECORD, Sent, answering, record

URL = "http://l.example/"


def kept(item: ImportItem) -> SourceRecord:
    assert item.record is not None
    return SourceRecord(*item.record)


def read(page: str | bytes, folder: Path) -> list[ImportItem]:
    with answering(lambda *_: Sent(page)) as url:
        return [item for item in read_source(url, "L", folder) if isinstance(item, ImportItem)]


def test_each_record_comes_with_its_bytes_whatever_becomes_of_it(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text("a")
    texts = [
        record("1.txt", "Ўзбек &#x41; <![CDATA[</record>]]>"),
        record("none.txt").replace("<record>", "<record  a='>' >"),
        RECORD.format(' status="deleted"', 2, "1.txt"),
    ]
    items = read("\n <!-- <record> -->" + PAGE.format("\n".join(texts), ""), tmp_path)
    found = [item for item in items if item.record is not None]
    assert [kept(item).content.decode() for item in found] == texts
    assert all(kept(item).source.endswith("/oai") for item in found)
    assert [kept(item).identifier for item in found] == ["oai:l:1.txt", "oai:l:none.txt", "oai:l:2"]
    assert kept(found[0]).head == b"<!-- <record> -->" + PAGE.split("{}")[0].encode()


def test_a_password_in_the_address_is_sent_and_neither_kept_nor_told(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text("a")
    with answering(lambda *_: Sent(PAGE.format(record("1.txt"), ""))) as url:
        found = [*read_source(url.replace("://", "://koha:sesame@"), "L", tmp_path)]
    [one] = [item for item in found if isinstance(item, ImportItem) and item.record]
    assert kept(one).source == url
    assert "sesame" not in str(found)


def test_a_fault_of_a_service_does_not_tell_its_password(tmp_path: Path) -> None:
    with answering(lambda *_: Sent("no answer of OAI")) as url:
        with pytest.raises(InvalidManifest) as found:
            list(read_source(url.replace("://", "://koha:sesame@"), "L", tmp_path))
    assert "sesame" not in str(found.value)


def test_a_record_with_what_stood_before_it_is_read_alone(tmp_path: Path) -> None:
    page = PAGE.replace("<OAI-PMH ", "<OAI-PMH xmlns:x='urn:x' ").format(
        record("1.txt") + record("2.txt", extra="<x:y/>"), ""
    )
    last = kept(read(page, tmp_path)[1])
    root = ElementTree.fromstring(last.head + last.content + b"</ListRecords></OAI-PMH>")
    assert root.find(f".//{OAI}record") is not None
    assert root.find(".//{urn:x}y") is not None


def test_records_that_are_not_well_formed_are_kept_as_they_came(tmp_path: Path) -> None:
    bad = record("2.txt", "Bad & one")
    items = read(PAGE.format(record("1.txt") + bad, ""), tmp_path)
    assert [kept(item).content.decode()[: len(bad)] for item in items[:2]] == [record("1.txt"), bad]


def test_records_of_other_encodings_are_read_and_their_bytes_are_right_or_not_told() -> None:
    page = "<?xml version='1.0' encoding='{}'?>" + PAGE.format(record("1.txt", "Éa"), "")
    assert parse_page(page.format("ISO-8859-1").encode("latin-1"), URL).texts == [
        record("1.txt", "Éa").encode("latin-1")
    ]
    assert parse_page(page.format("UTF-16").encode("utf-16"), URL).texts == [b""]


def test_a_record_that_is_too_long_is_told_and_not_kept(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text("a")
    long = record("1.txt", extra="<subject>" + "a" * LARGEST_RECORD_BYTES + "</subject>")
    item, *told = read(PAGE.format(long, ""), tmp_path)
    assert item.record is None
    assert "skipped.record-not-kept" in [Reason.parse(line.reason).name for line in told]


@pytest.mark.parametrize("name", ["1.txt", "none.txt"])
def test_claims_carry_the_record_of_their_item(tmp_path: Path, name: str) -> None:
    (tmp_path / "1.txt").write_text("a")
    item, *_ = read(PAGE.format(record(name), ""), tmp_path)
    assert pack([item])
    (claim,) = Preparer(Hashing(tmp_path / "journal.db", 100)).prepare(item)
    assert claim.record == item.record is not None
