"""The list of erased readers: durable lines in several files, and what is wrong with one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger_service.adapters import erasure_list
from ledger_service.adapters.erasure_list import ErasureFiles, read_list
from ledger_service.domain.errors import ErasuresUnreachable, ErasureUnfinished, InvalidInput
from ledger_service.domain.people.erasure import erasure_tag

ORIGIN = "library.test/muhr"
ONE, TWO = bytes([1] * 32), bytes([2] * 32)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [tmp_path / "here" / "erased", tmp_path / "there" / "erased"]


def test_each_file_has_each_tag_and_one_is_enough(files: list[Path]) -> None:
    erasures = ErasureFiles(files, ORIGIN)
    assert erasures.tags() == frozenset()
    erasures.make()
    assert [file.read_text() for file in files] == [f"muhr-erased/1 {ORIGIN}\n"] * 2
    erasures.add(ONE)
    files[0].unlink()
    assert erasures.tags() == {ONE}
    erasures.add(TWO)
    erasures.add(TWO)
    assert read_list(files[0], ORIGIN) == {TWO}
    assert read_list(files[1], ORIGIN) == {ONE, TWO}
    erasures.add_all({ONE, TWO})
    assert read_list(files[0], ORIGIN) == {ONE, TWO}
    assert files[1].read_text().count(ONE.hex()) == 1
    assert files[0].stat().st_mode & 0o077 == 0


def test_what_a_power_cut_left_of_a_line_is_passed_over(files: list[Path]) -> None:
    erasures = ErasureFiles(files, ORIGIN)
    erasures.add(ONE)
    for file in files:
        with file.open("a") as torn:
            torn.write(TWO.hex()[:40])
    assert erasures.tags() == {ONE}
    erasures.add(TWO)
    assert erasures.tags() == {ONE, TWO}


@pytest.mark.parametrize(
    "text", ["", "x", "muhr-erased/1 other\n", "muhr-erased/2 library.test/muhr\n"]
)
def test_what_is_no_list_of_this_library_is_refused(files: list[Path], text: str) -> None:
    files[0].parent.mkdir()
    files[0].write_text(text)
    with pytest.raises(InvalidInput, match="erasures-of-other"):
        ErasureFiles(files, ORIGIN).tags()


def test_a_damaged_line_is_told(files: list[Path]) -> None:
    erasures = ErasureFiles(files, ORIGIN)
    erasures.add(ONE)
    files[0].write_text(files[0].read_text().replace("01", "0x", 1))
    with pytest.raises(InvalidInput, match="erasures-damaged"):
        erasures.tags()


def test_a_list_that_cannot_be_reached_is_told(files: list[Path]) -> None:
    files[0].mkdir(parents=True)
    erasures = ErasureFiles(files, ORIGIN)
    with pytest.raises(ErasuresUnreachable):
        erasures.add(ONE)
    with pytest.raises(ErasuresUnreachable):
        erasures.tags()


def test_a_tag_in_one_file_that_another_does_not_take_is_told_to_stand(files: list[Path]) -> None:
    files[1].mkdir(parents=True)
    with pytest.raises(ErasureUnfinished, match="erased"):
        ErasureFiles(files, ORIGIN).add(ONE)
    assert read_list(files[0], ORIGIN) == {ONE}


def test_a_full_disk_leaves_no_list_that_is_none(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    erasures = ErasureFiles(files, ORIGIN)
    with monkeypatch.context() as patched:
        patched.setattr(erasure_list, "_write", full)
        with pytest.raises(ErasuresUnreachable):
            erasures.make()
    assert list(files[0].parent.iterdir()) == []
    erasures.add(ONE)
    assert erasures.tags() == {ONE}


def test_a_tag_follows_from_the_readers_key_alone() -> None:
    assert erasure_tag(ONE) != erasure_tag(TWO)
    assert len(erasure_tag(ONE)) == 32
    assert ONE not in erasure_tag(ONE)
