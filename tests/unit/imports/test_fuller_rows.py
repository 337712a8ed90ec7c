"""Columns of records in CSV and JSON Lines, labels of bags, and the claims that a bag of ours has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ledger_service.adapters.imports.preparer import Hashing, Preparer
from ledger_service.adapters.imports.sources.kinds import read_source
from ledger_service.domain.imports.prepared_claim import REFUSED, SKIPPED, PreparedClaim
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.record_cells import read_cell
from tests.unit.imports.test_import_bags import BOOK, bag, line

DIGESTS = ["11" * 32, "22" * 32]
KEPT = {
    "contributors": [
        {"name": "Qodiriy, A.", "role": "aut"},
        {"name": "Batʼ [1900]", "role": "ctb"},
    ],
    "dates": [{"edtf": "1926?", "kind": "issued", "text": "1926?"}],
    "identifiers": [{"scheme": "isbn", "value": "9780306406157"}],
    "languages": ["uz", "ru"],
    "publisher": "Fan | Texnika",
    "subjects": [{"scheme": "udc", "text": "821"}, {"text": "roman"}],
}
CELLS = {
    "contributors": "Qodiriy, A. [aut]|Batʼ [1900]",
    "dates": "1926?",
    "identifiers": "isbn:0-306-40615-2",
    "languages": "uz|ru",
    "publisher": "Fan | Texnika",
    "subjects": "821 [udc] | roman",
}


def claims(tmp_path: Path, source: Path) -> list[PreparedClaim]:
    preparer = Preparer(Hashing(tmp_path / "journal.db", 3 << 20))
    pieces = read_source(str(source), "L", None)
    return [claim for piece in pieces for claim in preparer.prepare(piece)]


def rows(tmp_path: Path, name: str, told: list[dict[str, Any]]) -> list[PreparedClaim]:
    path = tmp_path / name
    narrow = [
        {"digest": digest, "size_bytes": 5, "title": "T", "media_type": "text/plain"}
        for digest in DIGESTS
    ]
    made = [{**row, **more} for row, more in zip(narrow, told, strict=False)]
    if name.endswith(".jsonl"):
        path.write_text("".join(json.dumps(row) + "\n" for row in made))
    else:
        header = sorted({column for row in made for column in row})
        lines = [header, *([str(row.get(column, "")) for column in header] for row in made)]
        path.write_text("".join("\t".join(cells) + "\n" for cells in lines))
    return claims(tmp_path, path)


@pytest.mark.parametrize("name", ["books.jsonl", "books.tsv"])
def test_cells_are_the_fields_of_a_record(tmp_path: Path, name: str) -> None:
    fuller, plain = rows(tmp_path, name, [CELLS, {}])
    assert not fuller.outcome, fuller.reason
    assert json.loads(fuller.further) == KEPT
    assert plain.further == ""


def test_a_line_of_json_has_items_as_they_are(tmp_path: Path) -> None:
    told = {**KEPT, "subjects": ["821 [udc]", {"text": "roman"}]}
    [fuller] = rows(tmp_path, "books.jsonl", [told])
    assert json.loads(fuller.further) == KEPT


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"identifiers": "isbn:1"}, "invalid-metadata.identifier"),
        ({"languages": "Old Uzbek"}, "invalid-metadata.tag"),
        ({"publisher": "x" * 1001}, "invalid-metadata.text"),
        ({"color": "red"}, "invalid-manifest.column"),
    ],
)
@pytest.mark.parametrize("name", ["books.jsonl", "books.tsv"])
def test_a_row_that_no_record_can_be_made_of(
    tmp_path: Path, name: str, more: dict[str, Any], reason: str
) -> None:
    if name.endswith(".tsv") and "color" in more:
        return  # the header is refused, and with it the file
    found = rows(tmp_path, name, [more, {}])
    assert [claim.outcome for claim in found] == [REFUSED, ""]
    assert Reason.parse(found[0].reason).name == reason


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        (
            "titles",
            "Kunlar [ru]|Devon [eski nusxa]",
            [("Kunlar", "ru"), ("Devon [eski nusxa]", None)],
        ),
        ("part_of", "Meros [3, 2, 0378-5955]", [("Meros", "3")]),
        ("relations", "references:https://e.example/|boshqa", [(None, None), (None, None)]),
        ("subjects", "Tarix [lcsh, http://id.loc.gov/x]", [("Tarix", None)]),
        ("description", "", []),
    ],
)
def test_a_text_has_further_texts_in_its_last_brackets(
    name: str, text: str, found: list[tuple[str | None, str | None]]
) -> None:
    read = read_cell(name, text)
    assert [
        (item.get("text") or item.get("title"), item.get("language") or item.get("volume"))
        for item in read
    ] == found


INFO = """Source-Organization: Milliy kutubxona
External-Description: Kitoblar toʻplami
  davomi
External-Identifier: https://doi.org/10.1234/BAG
Bag-Group-Identifier: toʻplam-7
Bagging-Date: 2026-11-29
Payload-Oxum: {octets}
Mansub: noma'lum
"""
GROUP = {"title": "toʻplam-7"}


def counts(found: list[PreparedClaim]) -> dict[str, int]:
    reasons = [Reason.parse(claim.reason) for claim in found if claim.outcome == SKIPPED]
    return {str(why.values["name"]): int(why.values["count"]) for why in reasons}


def test_the_labels_of_a_bag_describe_its_one_file(tmp_path: Path) -> None:
    files = {
        "data/a": BOOK,
        "manifest-sha256.txt": line("data/a"),
        "bag-info.txt": INFO.format(octets="5.1"),
    }
    found = claims(tmp_path, bag(tmp_path / "bag", dict(files)))
    assert json.loads(found[0].further) == {
        "description": [{"text": "Kitoblar toʻplami davomi"}],
        "identifiers": [{"scheme": "doi", "value": "10.1234/bag"}],
        "part_of": [GROUP],
    }
    assert counts(found) == {"Source-Organization": 1, "Mansub": 1}


def test_a_bag_of_several_files_is_what_they_are_part_of(tmp_path: Path) -> None:
    files = {
        "data/a": BOOK,
        "data/b": BOOK + b"2",
        "manifest-sha256.txt": line("data/a") + line("data/b", BOOK + b"2"),
        "bag-info.txt": INFO.format(octets="11.2"),
    }
    found = claims(tmp_path, bag(tmp_path / "bag", dict(files)))
    whole = {"title": "Kitoblar toʻplami davomi", "identifier": "https://doi.org/10.1234/BAG"}
    for claim in found[:2]:
        assert json.loads(claim.further) == {"part_of": [GROUP, whole]}


@pytest.mark.parametrize("further", [{}, KEPT])
def test_a_bag_of_ours_makes_the_same_claims(tmp_path: Path, further: dict[str, Any]) -> None:
    told = {"title": "T", "creator": "", "language": "", "media_type": "text/plain", **further}
    files = {
        "data/a": BOOK,
        "manifest-sha256.txt": line("data/a"),
        "bag-info.txt": INFO.format(octets="5.1"),
        "muhr/claims.jsonl": json.dumps({"path": "data/a", **told}) + "\n",
    }
    [claim] = claims(tmp_path, bag(tmp_path / "bag", dict(files)))
    assert json.loads(claim.further or "{}") == further
    assert claim.media_type == "text/plain"
