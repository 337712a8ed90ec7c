"""Tamperings with the database, seen by an auditor of chain and tiles; a sample of `make test-tampering`.

The last tests hold docs/tampering.md to what it says cannot be seen from there.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.simulators.tampered import Lived, Operator, audit, live, replace_database
from tests.simulators.tamperings import KINDS

SEED = 20261126
TIMES = 3  # of each kind

UNSEEN = {
    "when a checkpoint was made": 'UPDATE checkpoint SET "at" = "at" - 1',
    "a checkpoint's root beside its note": "UPDATE checkpoint SET root = zeroblob(32)",
    "where a checkpoint is anchored": 'UPDATE checkpoint SET block = 1, "transaction" = NULL',
    "an older note than the newest": (
        "UPDATE checkpoint SET note = 'x' WHERE size < (SELECT max(size) FROM checkpoint)"
    ),
    "a hash between the levels of tiles": (
        "UPDATE tile SET hashes = CAST(substr(hashes, 1, 8192) || zeroblob(8128) AS BLOB)"
    ),
    "pages of the map": "UPDATE map_page SET body = x'00'",
    "private parts": "DELETE FROM private_part",
    "who holds a grant": 'UPDATE "grant" SET salt = zeroblob(32)',
    "an entry that no checkpoint covers yet": (
        "INSERT INTO bundle SELECT max(start + width), 1, X'00027B7D' FROM bundle"
    ),
}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Lived:
    """Return a library whose database is there to be copied."""
    return live(tmp_path_factory.mktemp("tampered"), empty_database)


@pytest.fixture
def copy(lived: Lived, tmp_path: Path) -> Path:
    path = tmp_path / "copy.db"
    replace_database(lived.database, path)
    return path


def test_an_untouched_copy_is_clean(lived: Lived, copy: Path) -> None:
    report = audit(lived, copy)
    assert report.is_clean
    assert report.entries > 256
    assert report.anchors > 10


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_tampering_is_flagged(lived: Lived, copy: Path, kind: str) -> None:
    for number in range(TIMES):
        replace_database(lived.database, copy)
        KINDS[kind](Operator(lived, copy, random.Random(f"{SEED}:{kind}:{number}")))
        assert not audit(lived, copy).is_clean, number


@pytest.mark.parametrize("what", sorted(UNSEEN))
def test_what_is_not_public_is_not_seen(lived: Lived, copy: Path, what: str) -> None:
    Operator(lived, copy, random.Random(SEED)).change(UNSEEN[what])
    assert audit(lived, copy).is_clean
