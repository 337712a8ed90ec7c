"""Notes of what some store may lack."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipfs.cid import DAG_PB, RAW, Cid
from ipfs.errors import StoreUnavailable
from ipfs.owed import Owed

ONE, TWO = Cid.of(RAW, b"one"), Cid.of(DAG_PB, b"two")


def test_what_was_noted_is_told_once_until_it_is_forgotten(tmp_path: Path) -> None:
    owed = Owed(tmp_path / "owed")
    assert owed.some(10) == []
    assert [owed.note(cid) for cid in (ONE, TWO, ONE)] == [True, True, False]
    assert set(Owed(tmp_path / "owed").some(10)) == {ONE, TWO}
    owed.forget(ONE)
    owed.forget(ONE)
    assert owed.some(10) == [TWO]


def test_no_more_are_told_than_were_asked_for(tmp_path: Path) -> None:
    owed = Owed(tmp_path)
    for number in range(20):
        owed.note(Cid.of(RAW, bytes([number])))
    assert len(owed.some(7)) == 7


def test_a_strange_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "readme").touch()
    assert Owed(tmp_path).some(10) == []


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable):
        Owed(tmp_path / "file" / "owed").note(ONE)
