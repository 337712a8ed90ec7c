"""JSON of others: what is deeper or longer than the bounds is refused before any parser sees it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson
from ledger_service.domain.foreign_json import LARGEST_DEPTH, check_depth

PROJECT = Path(__file__).parents[3]
READERS = {
    "ledger_service/domain/foreign_json.py": "the one parser",
    "ledger_service/domain/canonical_json.py": "the strict one, behind the same check",
    "ledger_service/adapters/remote.py": "Answer.json",
    "ledger_service/api/resources/registrations.py": "StrictRequest.json",
    "ledger_service/adapters/imports/sources/manifest.py": "lines with fewer brackets than may nest",
    "ledger_service/adapters/imports/sources/lines.py": "lines in which nothing is nested",
    "ledger_service/adapters/evm/abi/__init__.py": "files of this package",
    "ledger_service/domain/reasons.py": "what the database holds",
    "ledger_service/messages/import_report.py": "what the database holds",
    "ledger_service/messages/__init__.py": "a catalog of this package",
    "ledger_service/adapters/keys.py": "key files of the home folder",
    "ledger_service/config.py": "settings of the home folder",
    "ledger_service/setup.py": "settings of the home folder",
    "ledger_service/app.py": "what it has just written itself",
    "ledger_service/api/repeats.py": "what it has written itself",
    "ledger_service/adapters/people/discovery.py": "Fetched.json",
    "ledger_service/adapters/people/universities.py": "Fetched.json",
}
"""Who may name a parser, and whose bytes it reads. The tables in adapters/sql hold this program's own."""
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(alphabet='[]{}"\\aé', max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text('["\\', max_size=2), inner, max_size=3)
    ),
    max_leaves=20,
)


def depth(value: Any) -> int:
    if not isinstance(value, list | dict):
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max(map(depth, inner), default=0)


@given(values, st.integers(0, 6), st.booleans())
def test_depth_is_counted_as_a_parser_counts_it(value: Any, most: int, is_ascii: bool) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii).encode()
    if depth(value) <= most:
        check_depth(text, most)
    else:
        with pytest.raises(InvalidJson, match="depth"):
            check_depth(text, most)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_what_is_nested_beyond_the_bound_is_refused_unclosed_too(opening: bytes) -> None:
    with pytest.raises(InvalidJson, match="depth"):
        foreign_json.parse(opening * (LARGEST_DEPTH + 1))
    with pytest.raises(InvalidJson, match="not-utf-8"):
        foreign_json.parse(opening)


def test_the_deepest_that_is_read() -> None:
    foreign_json.parse(b"[" * LARGEST_DEPTH + b"]" * LARGEST_DEPTH)
    with pytest.raises(InvalidJson, match="depth"):
        foreign_json.parse(b"[" * (LARGEST_DEPTH + 1) + b"]" * (LARGEST_DEPTH + 1))


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert len(foreign_json.parse(b"[" + b",".join([b'["[{"]'] * 1000) + b"]")) == 1000


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"[1]" + b" " * 10, "too-long"),
        (b"[NaN]", "not-finite"),
        (b"[1e400]", "not-finite"),
        (b'["\\ud800"]', "surrogate"),
        (b"\xff\xfe[\x00", "not-utf-8"),
        (b"", "not-utf-8"),
    ],
)
def test_what_no_reader_could_use_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(InvalidJson, match=reason):
        foreign_json.parse(data, 12)


def test_an_integer_of_thousands_of_digits_is_refused() -> None:
    with pytest.raises(InvalidJson, match="malformed"):
        foreign_json.parse(b"9" * 5000)


def test_a_byte_order_mark_is_what_some_editors_write() -> None:
    assert foreign_json.parse(b'\xef\xbb\xbf{"a": 1.5}') == {"a": 1.5}


def test_no_other_parser_of_json_reads_what_others_wrote() -> None:
    bare = re.compile(r"\bjson\.(loads?|JSONDecoder|decoder)\b|\bfrom json import|\b\w+\.json\(\)")
    found = set()
    for top in ("ledger_service", "reading_room", "ipfs", "verifier"):
        for path in (PROJECT / top).rglob("*.py"):
            if "sql" not in path.parts and bare.search(path.read_text()):
                found.add(str(path.relative_to(PROJECT)))
    assert found == set(READERS)
