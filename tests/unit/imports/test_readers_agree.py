"""Our readers beside those of the field, on records that chance has damaged.

No reader ends in an error of a parser; every record has a result; and what both read, both read alike.
MUHR_READER_RUNS: how many records each reader is given.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import logging
import os
import unicodedata
import warnings
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import bagit
import pymarc
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ledger_service.adapters.imports.sources import rows
from ledger_service.adapters.imports.sources.kinds import read_source
from ledger_service.adapters.imports.sources.records.marc import NAMESPACE
from ledger_service.adapters.imports.sources.records.marc_field import INDICATORS
from ledger_service.adapters.imports.sources.records.marc_record import (
    MarcRecord,
    parse_record,
    read_frames,
    without_signs,
)
from ledger_service.adapters.imports.sources.records.oai_pages import (
    OAI,
    Page,
    TokenRefused,
    parse_page,
)
from ledger_service.adapters.imports.sources.records.oai_records import RecordReader
from ledger_service.adapters.imports.sources.records.said import DC
from ledger_service.adapters.imports.sources.records.unused import Unused
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.import_progress import Extent
from ledger_service.domain.imports.prepared_claim import REFUSED, SKIPPED
from tests.unit.imports.harvests.oai_service import PAGE, record
from tests.unit.imports.marc_bytes import LINK, marc
from tests.unit.imports.test_import_bags import DECLARED

pytestmark = pytest.mark.slow
RUNS = int(os.environ.get("MUHR_READER_RUNS", "2500"))
many = settings(max_examples=RUNS, suppress_health_check=list(HealthCheck), deadline=None)
few = settings(many, max_examples=max(RUNS // 5, 1))  # of what is on disk

WORDS = st.sampled_from(
    [
        "Xamsa",
        "O'zbek",
        "Ўзбек",
        "Йўл",
        "И\u0306",
        "Éa",
        "книга на",
        "a /",
        "b :",
        " ",
        "",
        "\u02bb",
        "\x98A\x9c",
    ]
)
ENCODINGS = st.sampled_from(["utf-8", "cp1251", "latin-1"])
RAW = st.binary(max_size=6) | st.sampled_from(
    [b"\x1b(NuZBEK\x1b(B", b"\x1b)N\xf5\xda", b"\xe2E", b"\x1bb2\x1bs", b"\x1b$1!0!", b"\x1b(Q"]
)
DAMAGE = st.lists(
    st.tuples(st.integers(0, 10_000), st.binary(max_size=3), st.integers(0, 3)), max_size=2
)


def damaged(data: bytes, damage: list[tuple[int, bytes, int]]) -> bytes:
    """Return the data with bytes put in at places, instead of so many that stood there."""
    for at, instead, count in damage:
        place = at % (len(data) + 1)
        data = data[:place] + instead + data[place + count :]
    return data


@st.composite
def marc_files(draw: st.DrawFn) -> bytes:
    data = b""
    for _ in range(draw(st.integers(1, 3))):
        fields = [LINK]
        for tag in draw(
            st.lists(st.sampled_from(["245", "100", "880", "041", "200", "700"]), max_size=4)
        ):
            text = draw(WORDS).encode(draw(ENCODINGS), "replace") + draw(RAW)
            fields.append((tag, b"10\x1f" + draw(st.sampled_from([b"a", b"b", b"6"])) + text))
        made = marc(*fields, coding=draw(st.sampled_from([b" ", b"a"])))
        data += damaged(made, draw(DAMAGE)) + draw(st.sampled_from([b"", b"\r\n", b"\x1d"]))
    return data


def by_pymarc(frame: bytes, is_utf_8: bool) -> Any:
    """Return the record as pymarc reads it, None if it cannot or says that something is amiss."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), warnings.catch_warnings():
            warnings.simplefilter("error")
            found = pymarc.Record(frame + b"\x1d", force_utf8=is_utf_8)
    except Exception:
        return None
    return None if said.getvalue() else found


def is_of_a_record(item: Any) -> bool:
    """Return whether it is an item, and no count of what a file has beside."""
    return isinstance(item, ImportItem) and item.outcome != SKIPPED


def texts(found: MarcRecord | Any, tag: str) -> list[list[tuple[str, str]]]:
    if isinstance(found, MarcRecord):
        fields = found.fields.get(tag, [])
        return [[part for part in field if part[0] != INDICATORS] for field in fields]
    fields = [field for field in found.get_fields(tag) if not field.control_field]
    return [[(code, without_signs(text)) for code, text in field.subfields] for field in fields]


@many
@given(marc_files())
def test_marc_records_have_results_and_letters_that_pymarc_reads(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    logging.getLogger("pymarc").setLevel(logging.CRITICAL)
    frames = list(read_frames(io.BytesIO(data), Extent()))
    path = tmp_path_factory.getbasetemp() / "fuzz.mrc"
    path.write_bytes(data)
    items = [item for item in read_source(str(path), "L", None) if is_of_a_record(item)]
    numbers = {item.place.split("record ")[1].split(",")[0] for item in items}
    assert numbers == {str(number) for number in range(1, len(frames) + 1)}
    for frame in frames:
        try:
            ours = parse_record(frame, "")
        except InvalidManifest:
            continue
        try:
            frame.decode()
            is_utf_8 = 0x1B not in frame or frame[9:10] == b"a"
        except UnicodeDecodeError:
            is_utf_8 = False
        theirs = by_pymarc(frame, is_utf_8)
        if theirs is not None and not ours.is_unimarc:
            for tag in ("245", "100", "856"):
                assert texts(ours, tag) == texts(theirs, tag)


@many
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=3), DAMAGE)
def test_marcxml_records_have_results_and_titles_that_pymarc_reads(
    tmp_path_factory: pytest.TempPathFactory, titles: list[tuple[str, str]], damage: Any
) -> None:
    one = (
        "<record><leader>00000nam a2200000 a 4500</leader><datafield tag='245' ind1='1' ind2='0'>"
        "<subfield code='a'>{}</subfield><subfield code='c'>{}</subfield></datafield><datafield "
        "tag='856' ind1='4' ind2='0'><subfield code='u'>book.txt</subfield></datafield></record>"
    )
    inner = "".join(one.format(*both) for both in titles)
    text = f"<collection xmlns='http://www.loc.gov/MARC21/slim'>{inner}</collection>"
    path = tmp_path_factory.getbasetemp() / "fuzz.xml"
    data = damaged(text.encode("utf-8", "replace"), damage)
    if f"'{NAMESPACE}'".encode() not in data:
        return  # pymarc takes elements of any
    path.write_bytes(data)
    try:
        items = [item for item in read_source(str(path), "L", None) if is_of_a_record(item)]
    except InvalidManifest:
        return
    try:
        theirs = pymarc.parse_xml_to_array(str(path))
    except Exception:
        assert items
        return
    assert len({item.place.split(",")[1] for item in items}) == len(theirs)
    taken = [item for item in items if not item.outcome]
    named = [found.get("245") for found in theirs]
    read = {" ".join(without_signs(field.get("a", "")).split()) for field in named if field}
    assert all(item.title in {text.rstrip(" /:;,=") for text in read} for item in taken)


CELLS = st.sampled_from(
    [
        "a",
        "Xamsa",
        "",
        'say "x"',
        "two\nlines",
        '5" disk',
        '"open',
        'close"',
        "a;b",
        "Ўзбек",
        "\r",
        '"',
    ]
)


@many
@given(st.lists(st.tuples(CELLS, st.booleans()), max_size=8), st.integers(1, 60), DAMAGE)
def test_rows_of_csv_have_results_and_values_that_csv_reads(
    tmp_path_factory: pytest.TempPathFactory, cells: Any, size: int, damage: Any
) -> None:
    digest = hashlib.sha256(b"x").hexdigest()
    lines = []
    for cell, is_quoted in cells:
        text = '"' + cell.replace('"', '""') + '"' if is_quoted else cell
        lines.append(f"{digest},1,text/plain,{text}\n")
    body = damaged("".join(lines).encode(), damage)
    data = b"digest,size_bytes,media_type,title\n" + body
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    path.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "BLOCK_BYTES", size)
        pieces = list(read_source(str(path), "L", None))
        found = [claim for piece in pieces for claim in rows.prepare_rows(piece, 100)]  # type: ignore[arg-type]
    lined = iter(io.StringIO(data.decode("utf-8", "surrogateescape"), newline="\n"))
    theirs: list[list[str] | None] = []
    reader = csv.reader(lined, strict=True)
    next(reader)
    while True:
        try:
            theirs.append(next(reader))
        except StopIteration:
            break
        except csv.Error:
            theirs.append(None)
    theirs = [row for row in theirs if row != []]
    assert len(found) == len(theirs)
    for claim, row in zip(found, theirs, strict=True):
        if row is None:
            assert claim.outcome == REFUSED
        elif not claim.outcome:
            assert claim.title == unicodedata.normalize("NFC", row[3]) or not row[3]


@many
@given(st.lists(WORDS, min_size=1, max_size=4), DAMAGE)
def test_records_of_oai_pmh_have_results_and_titles_that_any_parser_reads(
    tmp_path_factory: pytest.TempPathFactory, titles: list[str], damage: Any
) -> None:
    folder = tmp_path_factory.getbasetemp() / "fuzz-oai"
    folder.mkdir(exist_ok=True)
    for number in range(4):
        (folder / f"{number}.txt").touch()
    records = "".join(record(f"{number}.txt", title) for number, title in enumerate(titles))
    body = damaged(PAGE.format(records, "t").encode(), damage)
    try:
        page = parse_page(body, "http://l.example/")
    except (InvalidManifest, TokenRefused):
        page = Page()
    items = list(RecordReader(str(folder), "L", Unused()).items(page))
    assert len(items) >= len(page.records) + len(page.faults)
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return
    theirs = {" ".join((found.text or "").split()) for found in root.iter(DC + "title")}
    assert {item.title for item in items if not item.outcome} <= theirs
    if page.records:
        assert len(page.records) == len(root.findall(f"{OAI}ListRecords/{OAI}record"))


NAMES = st.sampled_from(["a.txt", "100%.txt", "a%25b.txt", "a\nb.txt", "Йў.txt", "b/c.txt", " d "])


@few
@given(
    st.dictionaries(NAMES, st.sampled_from([b"", b"a", b"b"]), min_size=1), DAMAGE, st.booleans()
)
@example(files={"a%25b.txt": b""}, damage=[(0, b"\0", 2), (305, b"", 3)], twice=True)
@example(files={"a.txt": b""}, damage=[(76, b"\x0b", 0)], twice=False)
def test_a_bag_that_bagit_finds_damaged_has_refused_items(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes], damage: Any, twice: bool
) -> None:
    logging.getLogger("bagit").setLevel(logging.CRITICAL)
    folder = Path(tmp_path_factory.mktemp("fuzz-bag"))
    for name, data in files.items():
        path = folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "bagit.txt").write_text(DECLARED)
    for algorithm in ("sha256", "md5")[: 1 + twice]:
        lines = "".join(
            f"{hashlib.new(algorithm, data).hexdigest()}  data/{name}\n"
            for name, data in files.items()
        ).replace("a\nb", "a%0Ab")  # fmt: skip
        made = damaged(lines.encode(), damage if algorithm == "sha256" else [])
        (folder / f"manifest-{algorithm}.txt").write_bytes(made)
    try:
        items = [
            item for item in read_source(str(folder), "L", None) if isinstance(item, ImportItem)
        ]
    except InvalidManifest:
        return
    assert {item.path for item in items if item.path} <= {
        str(folder / "data" / name) for name in files
    }
    # A line that is none is refused here, with the file that its manifest then lacks. It is passed over there
    # if another manifest names the file.
    of_a_line = ["bag-line"]
    if any("bag-line" in item.reason for item in items):
        of_a_line.append("bag-manifest-lacks")
    bad = [
        item
        for item in items
        if (
            not any(reason in item.reason for reason in of_a_line)
            if item.outcome
            else not _is_whole(item)
        )
    ]
    try:
        bagit.Bag(str(folder)).validate()
    except Exception:
        return  # it decodes fewer names, and ends at the first fault
    assert not bad


def _is_whole(item: ImportItem) -> bool:
    data = Path(item.path).read_bytes()
    return not item.digest or item.digest == hashlib.sha256(data).hexdigest()
