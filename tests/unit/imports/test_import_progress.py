"""How far an import has come, as its sources tell, and what its report says."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import bagit
import pytest

from ledger_service.adapters.imports.sources import rows
from ledger_service.adapters.imports.sources.blocks import FileBlock
from ledger_service.adapters.imports.sources.kinds import read_source
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.import_progress import Extent, Progress
from ledger_service.domain.imports.import_report import (
    COLUMNS,
    report_lines,
)
from ledger_service.domain.imports.prepared_claim import ImportResult, reason_of
from ledger_service.messages.import_report import shown_lines, with_header
from tests.unit.imports.harvests.oai_service import PAGE, RECORD, oai_service
from tests.unit.imports.test_import_sources import marc_record

ROWS = 50


def sources(folder: Path) -> dict[str, Path]:
    """Return a source of each kind that is on disk, with 50 items or a few more."""
    books = folder / "books"
    (books / "part").mkdir(parents=True)
    for number in range(ROWS):
        (books / ("part" if number % 2 else "") / f"{number}.txt").write_text(str(number))
    (books / ".hidden").mkdir()
    (books / ".hidden" / "not-counted").touch()
    bag = folder / "bag"
    bag.mkdir()
    for number in range(ROWS):
        (bag / f"{number}.txt").write_text(str(number))
    bagit.make_bag(str(bag), checksums=["sha256"])
    lines = "".join(json.dumps({"path": f"{number}.txt"}) + "\n" for number in range(ROWS))
    (folder / "m.jsonl").write_text(lines)
    (folder / "m.csv").write_text("path\n" + "".join(f"{number}.txt\n" for number in range(ROWS)))
    record = marc_record("book.txt").as_marc()
    (folder / "m.mrc").write_bytes(record * ROWS)
    (folder / "m.xml").write_text("<collection>" + "<x/>" * ROWS + "</collection>")
    return {"folder": books, "bag": bag, **{f"m{path.suffix}": path for path in folder.glob("m.*")}}


@pytest.mark.parametrize("kind", ["bag", "m.mrc"])
def test_a_source_tells_how_much_there_is_and_how_much_was_read(tmp_path: Path, kind: str) -> None:
    extent = Extent()
    items = read_source(str(sources(tmp_path)[kind]), "L", None, extent)
    assert extent.expected_items() is None
    for _ in range(ROWS // 2):
        next(items)
    halfway = extent.expected_items()
    assert halfway is not None
    assert abs(halfway - ROWS) <= 10
    rest = list(items)
    assert extent.items == ROWS // 2 + len(rest)
    assert (extent.total or 0) >= extent.read > 0
    assert extent.expected_items() == extent.items


@pytest.mark.parametrize("kind", ["m.jsonl", "m.csv"])
def test_lines_are_counted_block_by_block(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "FILES_BLOCK_BYTES", 100)
    extent = Extent()
    blocks = read_source(str(sources(tmp_path)[kind]), "L", None, extent)
    next(blocks)
    assert 0 < extent.items < ROWS
    assert abs((extent.expected_items() or 0) - ROWS) <= 10
    assert list(blocks)
    assert (extent.items, extent.expected_items(), extent.read) == (ROWS, ROWS, extent.total)


def test_the_files_of_a_folder_are_counted_as_they_are_read(tmp_path: Path, wait: object) -> None:
    extent = Extent()
    pieces = list(read_source(str(sources(tmp_path)["folder"]), "L", None, extent))
    wait(lambda: extent.total is not None, "nobody counts")  # type: ignore[operator]
    items = sum(len(piece.names) if isinstance(piece, FileBlock) else 1 for piece in pieces)
    assert items == extent.items == extent.total == extent.read == extent.expected_items()
    assert items == ROWS + 1


def test_nobody_knows_how_many_records_a_service_has(tmp_path: Path) -> None:
    (tmp_path / "1.txt").touch()
    extent = Extent()
    with oai_service({"": PAGE.format(RECORD.format("", "1", "1.txt"), "")}) as url:
        assert len(list(read_source(url, "L", tmp_path, extent))) == 1
    assert (extent.items, extent.expected_items()) == (1, None)


@pytest.mark.parametrize(
    ("progress", "line", "left"),
    [
        (Progress(0, 0.0, None), "0 items, 0 a second", None),
        (Progress(0, 2.0, 10), "0 of about 10 items, 0 a second", None),
        (Progress(5000, 2.0, None), "5,000 items, 2,500 a second", None),
        (Progress(10, 5.0, 100), "10 of about 100 items, 2 a second, 0:45 left", 45),
        (
            Progress(1, 10.0, 1000),
            "1 of about 1,000 items, 0 a second, 2:46:30 left",
            9990,
        ),
        (Progress(100, 5.0, 90), "100 of about 100 items, 20 a second, 0:00 left", 0),
    ],
    ids=str,
)
def test_progress_is_told_in_a_line(progress: Progress, line: str, left: int | None) -> None:
    assert str(progress) == line
    assert progress.seconds_left == left


def test_both_forms_of_a_report_tell_the_same() -> None:
    refused = InvalidManifest("item-unreadable", cause='a "quoted", \ud800 thing')
    results = [
        ImportResult("m:1", b"\x01" * 32, 7, "registered"),
        ImportResult("m:2", b"", None, "refused", reason_of(refused)),
    ]
    stored = report_lines(results)
    lines = [json.loads(line) for line in shown_lines(stored).encode().splitlines()]
    rows = list(csv.reader("".join(with_header(iter([stored]))).splitlines()))
    assert rows[0] == list(COLUMNS)
    assert lines[0]["index"] == 7
    assert lines[1]["reason"] == rows[2][4] == "invalid-manifest.item-unreadable"
    assert lines[1]["values"] == {"cause": 'a "quoted", ? thing'}
    assert lines[1]["detail"] == rows[2][5] == 'The item cannot be read: a "quoted", ? thing.'
    assert [[str(line.get(name) or "") for name in COLUMNS] for line in lines] == rows[1:]


def test_a_line_of_an_earlier_version_keeps_its_sentence() -> None:
    kept = '{"place": "m:1", "reason": "unknown-license: There is none."}\n'
    shown = {"reason": "unknown-license", "values": {}, "detail": "There is none."}
    assert json.loads(shown_lines(kept)) == {"place": "m:1", **shown}
