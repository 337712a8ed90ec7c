"""What was fetched is fetched again only if it may have changed; several harvests may fetch at once."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger_service.adapters.imports.sources.fetching.fetcher import Bounds
from ledger_service.adapters.imports.sources.fetching.kept import (
    DEAD_SECONDS,
    NOTE,
    PART,
    Answered,
    KeptFiles,
)
from ledger_service.adapters.imports.sources.kinds import read_source
from ledger_service.adapters.imports.sources.records.oai import Fetch
from ledger_service.domain.imports.import_item import ImportItem
from tests.unit.imports.harvests.oai_service import Sent, answering
from tests.unit.imports.harvests.repository import Repository

FILE = "/bitstream/1/a.pdf"
AT = "Sun, 29 Nov 2026 05:00:00 GMT"
URL, SAID = "http://l.example/a.pdf", Answered("http://l.example/a.pdf", "a.pdf", "", {})


def fetched(repository: Repository, folder: Path, answers: list[Sent]) -> list[Path]:
    """Return the record's file after each harvest, before which the record changed; at one address."""
    repository.said = f"<identifier>BASE{FILE}</identifier>"
    paths = []
    with answering(repository.answer) as repository.url:
        for number, answer in enumerate(answers):
            repository.stamp, repository.at[FILE] = f"2026-01-0{number + 1}", answer
            (item,) = read_source(repository.url, "L", folder, fetch=Fetch((), Bounds(9, 9)))
            assert isinstance(item, ImportItem)
            assert not item.outcome, item.reason
            paths.append(Path(item.path))
    return paths


@pytest.mark.parametrize(
    "headers", [{"ETag": '"1"'}, {"Last-Modified": AT}, {"ETag": 'W/"1"', "Last-Modified": AT}]
)
def test_a_file_that_has_not_changed_is_that_of_the_changed_record_too(
    repository: Repository, tmp_path: Path, headers: dict[str, str]
) -> None:
    same, other = Sent("abc", headers=headers), Sent("abcd", headers={"ETag": '"2"'})
    paths = fetched(repository, tmp_path, [same, same, same, other, other])
    assert [path.read_bytes() for path in paths] == [b"abc"] * 3 + [b"abcd"] * 2
    assert len(set(paths)) == 2
    assert repository.asked == [FILE] * 5


def test_what_an_address_leads_to_elsewhere_is_another_file_whatever_its_server_says(
    repository: Repository, tmp_path: Path
) -> None:
    """A server answers by the date alone, and the second file is older than the first."""
    repository.at |= {
        "/1.pdf": Sent("abc", headers={"Last-Modified": AT}),
        "/2.pdf": Sent("abX", headers={"Last-Modified": AT}),
    }
    moved = [Sent("", 302, headers={"Location": f"/{number}.pdf"}) for number in (1, 2, 2)]
    paths = fetched(repository, tmp_path, moved)
    assert [path.read_bytes() for path in paths] == [b"abc", b"abX", b"abX"]


@pytest.mark.parametrize(
    "headers", [{}, {"ETag": 'W/"1"'}, {"ETag": "1"}, {"Last-Modified": "\x7f"}]
)
def test_a_file_whose_server_cannot_tell_whether_it_changed_is_fetched_anew(
    repository: Repository, tmp_path: Path, headers: dict[str, str]
) -> None:
    answers = [Sent("abc", headers=headers), Sent("abX", headers=headers)]
    paths = fetched(repository, tmp_path, answers)
    assert [path.read_bytes() for path in paths] == [b"abc", b"abX"]


def test_a_file_that_is_gone_from_the_disk_is_fetched_anew(tmp_path: Path) -> None:
    kept = KeptFiles(str(tmp_path))
    found = kept.keep(URL, "1", SAID._replace(headers={"If-None-Match": '"1"'}), [b"whole"])
    known = kept.older(URL)
    assert known is not None
    assert known.headers == {"If-None-Match": '"1"'}
    Path(found.path).unlink()
    assert kept.older(URL) is None
    assert kept.find(URL, "1") is None


def test_two_harvests_of_one_file_at_once_write_no_part_of_the_same(tmp_path: Path) -> None:
    kept = KeptFiles(str(tmp_path))

    def pieces() -> Iterator[bytes]:
        yield b"one "
        second = KeptFiles(str(tmp_path)).keep(URL, "1", SAID, [b"two and more"])
        assert Path(second.path).read_bytes() == b"two and more"
        yield b"whole"

    found = kept.keep(URL, "1", SAID, pieces())
    assert Path(found.path).read_bytes() == b"one whole"
    assert kept.find(URL, "1") == found
    assert {path.name for path in Path(found.path).parent.iterdir()} == {"a.pdf", NOTE}


def test_a_file_that_breaks_off_leaves_nothing_and_parts_of_ended_processes_are_removed(
    tmp_path: Path,
) -> None:
    kept = KeptFiles(str(tmp_path))
    folder = Path(kept.keep(URL, "1", SAID, [b"whole"]).path).parent

    def pieces() -> Iterator[bytes]:
        yield b"o"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        kept.keep(URL, "1", SAID, pieces())
    assert (folder / "a.pdf").read_bytes() == b"whole"
    dead, alive = folder / f"{PART}1", folder / f"{PART}2"
    for part in (dead, alive):
        part.write_bytes(b"")
    os.utime(dead, (0, time.time() - DEAD_SECONDS - 9))
    kept.keep(URL, "1", SAID, [b"whole"])
    assert {path.name for path in folder.iterdir()} == {"a.pdf", NOTE, alive.name}


def test_what_an_earlier_version_fetched_is_found(tmp_path: Path) -> None:
    kept = KeptFiles(str(tmp_path))
    found = kept.keep(URL, "1", SAID, [b"whole"])
    note = {"url": URL, "came_from": URL, "name": "a.pdf", "media_type": ""}
    (Path(found.path).parent / NOTE).write_text(json.dumps(note))
    assert kept.find(URL, "1") == found
