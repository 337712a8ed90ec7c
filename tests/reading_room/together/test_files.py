"""Files of a project: sealed where they lie, version upon version, and gone with their project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from ledger_service.domain.errors import (
    ContentCorrupt,
    DigestDiffers,
    InvalidProject,
    ProjectNotFound,
    ProjectPartNotFound,
    ProjectRefused,
    ProjectRightNotHeld,
    SealBroken,
    TruncatedUpload,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.services.lending.forgetting.erase_reader import erase_reader
from ledger_service.services.resources.closed.remove_needless import remove_needless
from reading_room.together import kept, work
from reading_room.together.rules import file as bounds
from reading_room.together.rules.role import ProjectRole
from reading_room.together.rules.words import made_file_name
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs import files as verbs
from reading_room.together.verbs.files import (
    File,
    find_file,
    list_files,
    list_versions,
    open_version,
    receive_file,
    remove_file,
    rename_file,
    restore_version,
    take_in_file,
)
from reading_room.together.verbs.inviting import Offer, invite_by_link
from reading_room.together.verbs.joining import join_by_link
from reading_room.together.verbs.projects import Project, make_project
from tests.simulators.bench import OPERATOR, Bench, as_reader

FIRST, SECOND = b"first words of Dilnoza", b"second words of Dilnoza" * 100_000


class Shared(NamedTuple):
    bench: Bench
    lead: Caller
    project: Project

    def put(self, data: bytes, name: str = "notes.txt", file: str | None = None) -> File:
        return put(self, self.lead, data, name, file)

    def read(self, file: str, number: int | None = None) -> bytes:
        opened = open_version(
            self.bench.library, SqlTogether, self.lead, self.project.id, file, number
        )
        return b"".join(opened.pieces)

    def member(self, role: ProjectRole) -> Caller:
        link = invite_by_link(
            self.bench.library, SqlTogether, self.lead, self.project.id, Offer(role, 1)
        )
        caller = as_reader(self.bench.reader())
        join_by_link(self.bench.library, SqlTogether, caller, link.secret)
        return caller


def put(shared: Shared, caller: Caller, data: bytes, name: str, file: str | None = None) -> File:
    library, project = shared.bench.library, shared.project.id
    with receive_file(library, SqlTogether, caller, project) as incoming:
        incoming.write(data)
        return take_in_file(library, SqlTogether, caller, project, incoming, name, file)


@pytest.fixture
def shared(bench: Bench) -> Shared:
    lead = as_reader(bench.reader())
    return Shared(bench, lead, make_project(bench.library, SqlTogether, lead, "Navoiy"))


def bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def needless(bench: Bench) -> set[str]:
    with bench.store.read() as transaction:
        return set(transaction.needless.some(100))


def test_a_file_has_versions_and_an_older_one_is_brought_back(shared: Shared) -> None:
    library, project = shared.bench.library, shared.project.id
    made = shared.put(FIRST)
    assert (made.name, made.newest.number, made.newest.digest) == (
        "notes.txt",
        1,
        Digest.of(FIRST),
    )
    shared.bench.clock.now += 60
    second = shared.put(SECOND, file=made.id)
    assert (second.newest.number, second.newest.size_bytes) == (2, len(SECOND))
    assert shared.put(SECOND, file=made.id) == second
    third = restore_version(library, SqlTogether, shared.lead, project, made.id, 1)
    told = list_versions(library, SqlTogether, shared.lead, project, made.id)
    assert [(one.number, one.restored) for one in told] == [(3, 1), (2, None), (1, None)]
    assert third.newest == told[0]
    assert [shared.read(made.id, number) for number in (None, 1, 2, 3)] == [
        FIRST,
        FIRST,
        SECOND,
        FIRST,
    ]
    rename_file(library, SqlTogether, shared.lead, project, made.id, "a/b\\Қайдлар.txt")
    [listed] = list_files(library, SqlTogether, shared.lead, project)
    assert (listed.name, listed.newest) == ("Қайдлар.txt", third.newest)


def test_what_lies_there_tells_nothing_of_it(
    shared: Shared, rows_told: Callable[[], bytes]
) -> None:
    shared.put(FIRST, "of Dilnoza.txt")
    everything = bytes_below(shared.bench.folder) + rows_told()
    digest = Digest.of(FIRST)
    for told in (b"Dilnoza", digest.value, digest.hex().encode(), digest.hex()[:16].encode()):
        assert told not in everything


def test_members_read_and_writers_write_and_others_are_told_nothing(shared: Shared) -> None:
    library, project = shared.bench.library, shared.project.id
    made = shared.put(FIRST)
    reader, writer = shared.member(ProjectRole.READER), shared.member(ProjectRole.WRITER)
    assert b"".join(open_version(library, SqlTogether, reader, project, made.id).pieces) == FIRST
    for refused in (
        lambda: put(shared, reader, SECOND, "x"),
        lambda: restore_version(library, SqlTogether, reader, project, made.id, 1),
        lambda: rename_file(library, SqlTogether, reader, project, made.id, "x"),
        lambda: remove_file(library, SqlTogether, writer, project, made.id),
    ):
        with pytest.raises(ProjectRightNotHeld):
            refused()
    assert put(shared, writer, SECOND, "", made.id).newest.made_by == 3
    eve = as_reader(shared.bench.reader())
    with pytest.raises(ProjectNotFound):
        put(shared, eve, FIRST, "x")
    other = make_project(library, SqlTogether, eve, "Other")
    for file in (made.id, "0" * 32):
        with pytest.raises(ProjectPartNotFound):
            find_file(library, SqlTogether, eve, other.id, file)
    with pytest.raises(ProjectPartNotFound):
        shared.read(made.id, 3)


def test_uploads_have_bounds(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    library, project = shared.bench.library, shared.project.id
    monkeypatch.setattr(bounds, "LARGEST_FILE_BYTES", 10)
    with pytest.raises(InvalidProject):
        shared.put(b"x" * 11)
    made = shared.put(b"x" * 10)
    monkeypatch.setattr(verbs, "MOST_BYTES", 15)
    with pytest.raises(InvalidProject):
        shared.put(b"y" * 6)
    shared.put(b"y" * 5, file=made.id)
    with pytest.raises(ProjectRefused):
        shared.put(b"z")
    monkeypatch.setattr(verbs, "MOST_BYTES", 1000)
    monkeypatch.setattr(verbs, "MOST_FILES", 1)
    monkeypatch.setattr(verbs, "MOST_VERSIONS", 2)
    for file in (None, made.id):
        with pytest.raises(ProjectRefused):
            shared.put(b"z", file=file)
    with receive_file(library, SqlTogether, shared.lead, project) as incoming:
        incoming.write(b"abc")
        with pytest.raises(TruncatedUpload):
            incoming.finish(4, None)
        with pytest.raises(DigestDiffers):
            incoming.finish(3, Digest.of(b"xyz"))
    assert len(list_versions(library, SqlTogether, shared.lead, project, made.id)) == 2


@pytest.mark.parametrize("name", ["", ".", "..", "a/..", "/", "ж" * 101, "a\x00b", "a\u202eb"])
def test_a_file_has_a_name_that_any_folder_may_hold(name: str) -> None:
    with pytest.raises(InvalidProject):
        made_file_name(name)


def test_the_content_of_another_version_is_not_taken_for_it(shared: Shared) -> None:
    one, other = shared.put(FIRST), shared.put(FIRST[::-1], "other.txt")
    with shared.bench.store.write() as transaction:
        room = transaction.room(SqlTogether).files
        kept_one, kept_other = room.version(one.id, 1), room.version(other.id, 1)
        assert kept_one is not None
        assert kept_other is not None
        room.set_newest(one.id, 2)
        room.add_version(replace(kept_one, number=2, cid=kept_other.cid))
    with pytest.raises((ContentCorrupt, SealBroken)):
        shared.read(one.id)


def test_what_is_kept_is_claimed_and_what_is_removed_needless(shared: Shared) -> None:
    bench, project = shared.bench, shared.project.id
    made = shared.put(FIRST)
    shared.put(SECOND, file=made.id)
    restore_version(bench.library, SqlTogether, shared.lead, project, made.id, 1)
    cids = set(kept.cids(bench.library))
    assert len(cids) == 2
    assert not set(bench.library.content.unclaimed(-1)) & cids
    remove_file(bench.library, SqlTogether, shared.lead, project, made.id)
    assert needless(bench) == {cid.base16() for cid in cids}
    assert list_files(bench.library, SqlTogether, shared.lead, project) == []
    remove_needless(bench.library, lambda: False)
    assert not any(bench.library.content.has(cid) for cid in cids)


def test_a_kill_before_the_note_is_forgotten_loses_nothing(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = shared.bench
    with monkeypatch.context() as killed:
        killed.setattr(type(bench.library.content), "forget_note", lambda *_: None)
        shared.put(FIRST)
    [cid] = set(kept.cids(bench.library))
    assert cid in set(bench.library.content.unclaimed(-1))
    work._last.cache_clear()
    work.work(bench.library, lambda: False)
    assert cid not in set(bench.library.content.unclaimed(-1))


def test_with_the_last_member_the_files_go(shared: Shared, rows_told: Callable[[], bytes]) -> None:
    bench = shared.bench
    made = shared.put(FIRST)
    cids = {cid.base16() for cid in kept.cids(bench.library)}
    erase_reader(bench.library, OPERATOR, shared.lead.subject)
    assert made.id.encode() not in rows_told()
    assert needless(bench) == cids
    assert list(kept.cids(bench.library)) == []
