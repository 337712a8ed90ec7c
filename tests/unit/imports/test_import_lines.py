"""JSON Lines of imports, parsed by the processes that prepare claims: what each line becomes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.adapters.imports.preparer import Hashing, Preparer
from ledger_service.adapters.imports.sources.blocks import LineBlock
from ledger_service.adapters.imports.sources.kinds import read_source
from ledger_service.adapters.imports.sources.lines import BLOCK_BYTES, prepare_block
from ledger_service.adapters.imports.sources.manifest import item_of_line
from ledger_service.domain.imports.import_item import COLUMNS, LARGEST_ROW_BYTES, ImportItem
from ledger_service.domain.imports.prepared_claim import REFUSED, PreparedClaim

BOOK = b"Xamsa"
DIGEST = hashlib.sha256(BOOK).hexdigest()
PLAIN = {"digest": DIGEST, "size_bytes": 5, "title": "Xamsa", "media_type": "application/pdf"}
VALUES = st.one_of(
    st.sampled_from(
        [DIGEST, "f01551220" + DIGEST, "f01551220" + "00" * 32, "A" * 64, "", "uz", "L2"]
    ),
    st.sampled_from(
        ["application/pdf", "PDF", "a\u2028b", "x" * 1001, "Хамса", "[s.n.]", 5, 1 << 20]
    ),
    st.sampled_from(
        [0, -1, 2**53, 1.5, True, None, [], {}, "5", "book.txt", 'q"uote', "back\\slash"]
    ),
    st.text(max_size=5),
    st.integers(),
)
LINES = st.one_of(
    st.dictionaries(st.sampled_from([*sorted(COLUMNS), "pages"]), VALUES).map(
        lambda changed: json.dumps(PLAIN | changed, ensure_ascii=False)
    ),
    st.tuples(st.sampled_from(sorted(COLUMNS)), VALUES).map(
        lambda twice: json.dumps(PLAIN)[:-1] + f', "{twice[0]}": {json.dumps(twice[1])}}}'
    ),
    st.sampled_from([" ", "\t" + json.dumps(PLAIN) + "\r", json.dumps(PLAIN) + "x", "NaN", '"']),
)


def claimed(tmp_path: Path, manifest: Path) -> list[PreparedClaim]:
    """Return the claims of a JSON Lines manifest as an import makes them."""
    preparer = Preparer(Hashing(tmp_path / "journal.db", 3 << 20))
    claims: list[PreparedClaim] = []
    for block in read_source(str(manifest), "L", None):
        assert isinstance(block, LineBlock)
        claims += preparer.prepare(block)
    return claims


def test_json_lines_give_files_ready_digests_and_refusals(tmp_path: Path) -> None:
    ready = f'{{"digest":"{DIGEST}","size_bytes":5,"title":"Xamsa"}}'
    lines = [
        '{"path":"book.txt","title":"Xamsa","license":"CC0-1.0"}',
        "",
        ready,
        '{"path":"../up"}',
        '{"path":"book.txt","pages":3}',
        '{"path":"book.txt","path":"twice"}',
        '{"title":"neither"}',
        '{"path":"book.txt","size_bytes":1.5}',
        '{"path":7}',
        "[" * 100_000,
        '{"title":"' + "x" * 70_000 + '"}',
        "not json",
        '["a list"]',
    ]
    (tmp_path / "book.txt").write_bytes(BOOK)
    manifest = tmp_path / "all.jsonl"
    manifest.write_bytes(b"\xef\xbb\xbf" + "\n".join(lines).encode() + b'\n{"path":"\xff"}\n')
    claims = claimed(tmp_path, manifest)
    assert [claim.place for claim in claims][:3] == ["all.jsonl:1", "all.jsonl:3", "all.jsonl:4"]
    assert [claim.place for claim in claims][-2:] == ["all.jsonl:13", "all.jsonl:14"]
    first, second, *bad = claims
    assert (first.digest.hex(), first.title, first.license) == (DIGEST, "Xamsa", "CC0-1.0")
    assert (second.digest, second.cid, second.license) == (first.digest, first.cid, "L")
    assert len(bad) == 11
    assert {claim.outcome for claim in bad} == {REFUSED}


@given(st.lists(LINES, max_size=4))
def test_a_plain_line_gives_the_claim_of_the_general_way(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    preparer = Preparer(Hashing(tmp_path_factory.getbasetemp() / "journal.db", 3 << 20))
    data = "\n".join(lines).encode("utf-8", "replace")
    block = LineBlock("m", 1, data, "L", "/nowhere")
    general = [
        claim
        for number, line in enumerate(data.split(b"\n"), 1)
        if line.strip()
        for claim in preparer.prepare(item_of_line(f"m:{number}", line, "L", "/nowhere"))
    ]
    assert preparer.prepare(block) == general


def test_most_lines_are_plain() -> None:
    given = PLAIN | {
        "cid": "f01551220" + DIGEST,
        "creator": "Навоий",
        "language": "uz",
        "license": "L2",
    }
    block = LineBlock("m", 1, json.dumps(given, ensure_ascii=False).encode(), "L", "/nowhere")
    assert [type(found) for found in prepare_block(block, 1000)] == [PreparedClaim]
    assert [type(found) for found in prepare_block(block, 4)] == [ImportItem]


def test_blocks_hold_every_line_once_however_long_they_are(tmp_path: Path) -> None:
    manifest = tmp_path / "long.jsonl"
    longest = json.dumps(PLAIN | {"title": ""})
    longest = longest[:-1] + " " * (LARGEST_ROW_BYTES - len(longest) - 1) + "}"
    lines = [json.dumps(PLAIN), longest, longest + " ", "x" * (3 * BLOCK_BYTES), json.dumps(PLAIN)]
    manifest.write_text("\n".join(lines * 3), "utf-8")
    claims = claimed(tmp_path, manifest)
    assert [claim.place for claim in claims] == [f"long.jsonl:{n}" for n in range(1, 16)]
    assert [claim.outcome for claim in claims] == ["", REFUSED, REFUSED, REFUSED, ""] * 3
    assert ["row-too-long" in claim.reason for claim in claims] == [
        False,
        False,
        True,
        True,
        False,
    ] * 3
