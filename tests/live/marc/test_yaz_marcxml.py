"""MARCXML that the catalog writes, beside YAZ: it reads each record, and its ISO 2709 is the same again."""

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ledger_service.domain.exports.forms.marcxml import format_marcxml
from tests.live.conftest import INSTALL
from tests.reading_room.catalog.works import ALL

MARCXML = "{http://www.loc.gov/MARC21/slim}"


def dumped(*arguments: str) -> bytes:
    done = subprocess.run(["yaz-marcdump", *arguments], capture_output=True, check=True)
    assert not done.stderr, done.stderr
    return done.stdout


def texts(document: bytes) -> list[tuple[str, str]]:
    found = []
    for field in ElementTree.fromstring(document).iter(MARCXML + "datafield"):
        found += [(field.get("tag", ""), part.text or "") for part in field]
    return found


@pytest.mark.parametrize("name", ALL)
def test_yaz_reads_what_we_write_and_loses_nothing(tmp_path: Path, name: str) -> None:
    if shutil.which("yaz-marcdump") is None:
        pytest.fail(f"yaz is missing: {INSTALL}")
    written = format_marcxml(ALL[name]).encode()
    (tmp_path / "a.xml").write_bytes(written)
    (tmp_path / "a.mrc").write_bytes(dumped("-i", "marcxml", "-o", "marc", str(tmp_path / "a.xml")))
    again = dumped(
        "-i", "marc", "-o", "marcxml", "-f", "utf8", "-t", "utf8", str(tmp_path / "a.mrc")
    )
    assert texts(again) == texts(written)
