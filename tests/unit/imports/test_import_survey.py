"""What an import would take, as a person is shown it before they say yes."""

from __future__ import annotations

from pathlib import Path

from ledger_service.adapters.imports.sources.kinds import read_source
from ledger_service.cli.imports.survey import survey
from tests.unit.imports.marc_bytes import LINK, marc, title


def test_a_survey_counts_files_rows_and_what_is_not_taken(tmp_path: Path) -> None:
    folder = tmp_path / "books"
    folder.mkdir()
    for name in ("a.txt", "b.txt", "Thumbs.db", "desktop.ini", ".hidden"):
        (folder / name).write_bytes(b"x")
    lines = survey(read_source(str(folder), "L", None))
    assert lines[0] == "2 items to register"
    assert lines[1].startswith("2 skipped, as Thumbs.db: ")
    (tmp_path / "m.csv").write_text("path,title\na,b\n\nc,d\n")
    assert survey(read_source(str(tmp_path / "m.csv"), "L", None)) == ["2 items to register"]
    (tmp_path / "r.mrc").write_bytes(marc(title(b"T"), LINK) + marc(LINK))
    found = survey(read_source(str(tmp_path / "r.mrc"), "L", None))
    assert found == [
        "1 items to register",
        "1 refused, as r.mrc, record 2: The record has no title.",
    ]
