"""Rows of CSV in imports: what each becomes, however spreadsheets save them, and what no row swallows."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.adapters.imports.preparer import Hashing, Preparer
from ledger_service.adapters.imports.sources import rows
from ledger_service.adapters.imports.sources.blocks import RowBlock
from ledger_service.adapters.imports.sources.kinds import read_source
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.import_item import LARGEST_ROW_BYTES
from ledger_service.domain.imports.prepared_claim import REFUSED, PreparedClaim
from ledger_service.domain.reasons import Reason

BOOK = b"Xamsa"
DIGEST = hashlib.sha256(BOOK).hexdigest()


def claimed(tmp_path: Path, data: bytes, name: str = "m.csv") -> list[PreparedClaim]:
    (tmp_path / "book.txt").write_bytes(BOOK)
    (tmp_path / name).write_bytes(data)
    preparer = Preparer(Hashing(tmp_path / "journal.db", 3 << 20))
    pieces = read_source(str(tmp_path / name), "L", None)
    return [claim for piece in pieces for claim in preparer.prepare(piece)]


def outcomes(claims: list[PreparedClaim]) -> list[str]:
    """Return the title of each claim, or the name of why it is refused."""
    return [Reason.parse(claim.reason).name if claim.outcome else claim.title for claim in claims]


def places(claims: list[PreparedClaim]) -> list[str]:
    return [claim.place.removeprefix("m.csv:") for claim in claims]


def test_csv_knows_three_delimiters_and_refuses_a_bad_row_only(tmp_path: Path) -> None:
    for delimiter in ",;\t":
        head = delimiter.join(("path", "title", "language"))
        row = delimiter.join(("book.txt", "Xamsa", "uz"))
        text = f"{head}\n{row}\n{delimiter.join('ab')}\n\n{row}\n"
        claims = claimed(tmp_path, text.encode())
        assert outcomes(claims) == ["Xamsa", "invalid-manifest.row-length", "Xamsa"]
        assert places(claims) == ["2", "3", "5"]
    data = b'path,title\nbook.txt,\xff\nbook.txt,"' + b"y" * 200_000
    assert outcomes(claimed(tmp_path, data)) == [
        "invalid-manifest.row-not-utf-8",
        "invalid-manifest.row-too-long",
    ]
    for header in ("path,pages", "path,path", "", '"path'):
        with pytest.raises(InvalidManifest):
            claimed(tmp_path, header.encode() + b"\n")


def test_an_open_quotation_mark_swallows_no_row_without_a_word(tmp_path: Path) -> None:
    lines = [f"book.txt,Title {number}" for number in range(2, 14)]
    lines[2] = 'book.txt,"Title 4'
    claims = claimed(tmp_path, ("path,title\n" + "\n".join(lines) + "\n").encode())
    assert outcomes(claims) == ["Title 2", "Title 3", "invalid-manifest.rows-malformed"]
    assert places(claims)[-1] == "4–13"
    assert dict(Reason.parse(claims[-1].reason).values)["first"] == 4
    lines[5] = 'book.txt,Title "7"'
    lines[7] = 'book.txt,Title 9"'
    claims = claimed(tmp_path, ("path,title\n" + "\n".join(lines) + "\n").encode())
    assert {claim.outcome for claim in claims if "–" in claim.place} == {REFUSED}


def test_an_open_quotation_mark_costs_no_more_than_the_longest_row(tmp_path: Path) -> None:
    number = 3 * LARGEST_ROW_BYTES // 20
    lines = [f"book.txt,Title {line:05}" for line in range(number)]
    lines[0] = 'book.txt,"Title'
    claims = claimed(tmp_path, ("path,title\n" + "\n".join(lines) + "\n").encode())
    assert claims[0].outcome == REFUSED
    last = int(places(claims)[0].split("–")[1])
    assert [claim.outcome for claim in claims[1:]] == [""] * (number + 1 - last)


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff", b""])
@pytest.mark.parametrize("name", ["m.csv", "m.jsonl"])
def test_utf_16_is_refused_in_words(tmp_path: Path, mark: bytes, name: str) -> None:
    encoding = "utf-16-be" if mark == b"\xfe\xff" else "utf-16-le"
    data = mark + "path\ttitle\r\nbook.txt\tИстория\r\n".encode(encoding)
    with pytest.raises(InvalidManifest, match="not-utf-8"):
        claimed(tmp_path, data, name)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_every_end_of_line_is_read_and_a_byte_order_mark_passed_over(
    tmp_path: Path, end: str, last: bool
) -> None:
    text = f"\ufeffpath,title{end}book.txt,One{end}book.txt,Two{end if last else ''}"
    claims = claimed(tmp_path, text.encode())
    assert (outcomes(claims), places(claims)) == (["One", "Two"], ["2", "3"])


def test_digests_in_capitals_are_taken(tmp_path: Path) -> None:
    text = f"path,digest,title,size_bytes\nbook.txt,{DIGEST.upper()},A,\n,{DIGEST.upper()},B,5\n"
    claims = claimed(tmp_path, text.encode())
    assert [claim.digest.hex() for claim in claims] == [DIGEST, DIGEST]


def test_a_path_that_no_file_can_have_is_a_refused_item(tmp_path: Path) -> None:
    line = b'{"path":"\\ud800.txt"}\n{"path":"a\\u0000b"}\n'
    assert {claim.outcome for claim in claimed(tmp_path, line, "m.jsonl")} == {REFUSED}


def test_titles_are_composed_before_they_are_hashed(tmp_path: Path) -> None:
    text = "path,title,creator\nbook.txt,{},{}\n"
    made = [
        claimed(tmp_path, text.format(*words).encode())[0]
        for words in (("Й", "Ў"), ("И\u0306", "У\u0306"))
    ]
    assert made[0] == made[1]
    assert (made[1].title, made[1].creator) == ("Й", "Ў")


ROWS = st.lists(
    st.sampled_from(
        ["a,b", '"a",b', '"a,\nb",c', '"a""b",c', 'a,5" b', 'a,"open', 'b",c', "", "a", "x" * 99]
    ),
    max_size=12,
)


@given(ROWS, st.integers(1, 40))
def test_blocks_of_any_size_hold_every_line_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], size: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "blocks.csv"
    path.write_text("path,title\n" + "\n".join(lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "FILES_BLOCK_BYTES", size)
        blocks = list(read_source(str(path), "L", None))
    assert all(isinstance(block, RowBlock) for block in blocks)
    found = [block for block in blocks if isinstance(block, RowBlock)]
    assert b"".join(block.data for block in found).decode() == "\n".join(lines)
    for block, after in pairwise(found):
        assert after.first == block.first + block.data.count(b"\n")


VALUES = (
    [DIGEST, DIGEST.upper(), DIGEST[:-2] + " 0", DIGEST + DIGEST[:2], ""],
    ["5", "05", "0", "", "٣", "1048577", "9" * 17],
    ["Xamsa", "И\u0306", " ", "", "a\u00a0b", "a\x85", "T" * 1001, '"a\nb"'],
    ["", "uz", "n/a"],
    ["application/pdf", "", "PDF"],
    ["", "CC0", "x" * 65],
    ["", "01551220" + DIGEST, "f01551220" + DIGEST],
)
USUAL = [DIGEST, "5", "Xamsa", "uz", "application/pdf", "", ""]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 7)), min_size=1, max_size=5))
def test_rows_that_are_judged_at_once_are_judged_as_each_by_itself(
    odd: list[tuple[int, int]],
) -> None:
    header = ["digest", "size_bytes", "title", "language", "media_type", "license", "cid"]
    lines = []
    for column, number in odd:
        values = [*USUAL]
        values[column] = VALUES[column][number % len(VALUES[column])]
        lines.append(",".join(values))
    data = "\n".join(lines).encode()
    block = RowBlock("m.csv", 2, data, "L", None, header, ",")
    one_by_one = [
        claim
        for row in lines
        for claim in rows.prepare_rows(block._replace(data=f"{row}\n,\n".encode()), 1 << 21)
    ]
    found = list(rows.prepare_rows(block, 1 << 21))
    told = [item for item in one_by_one if "row-length" not in item.reason]
    assert [item[1:] for item in found] == [item[1:] for item in told]
