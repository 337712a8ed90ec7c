"""Closed content of an earlier version is encrypted, wherever this is killed, and nothing else is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import RoleNotHeld
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.resources.registration import Registration
from ledger_service.services.limits import Limits
from ledger_service.services.resources.closed.encrypt_content import (
    count_plain,
    encrypt_content,
    remove_plain,
)
from ledger_service.services.resources.closed.find_stored import find_stored, stored_of
from ledger_service.services.resources.closed.rotate_keys import Rotated, is_unfinished, rotate_keys
from ledger_service.services.resources.read_content import content_pieces, content_size
from tests.simulators.bench import (
    LIBRARIAN,
    OPERATOR,
    Bench,
    StoreThatStops,
    WorkerKilled,
)
from tests.simulators.content.keeper import KeeperSimulator
from tests.simulators.content.kept_plain import keep_plain

CHUNK = 1 << 20
SHARED = b"a chapter that two books have " * 34_953  # one chunk, and a little
SHARED = SHARED[:CHUNK]
CLOSED = SHARED + b"and what only the closed one has"
OPEN = SHARED + b"and what everybody may read"
ALONE = b"a closed page"
MARKERS = (b"only the closed one", ALONE)


@pytest.fixture
def old(new_bench: Callable[..., Bench]) -> Bench:
    """Return a library whose closed content lies as it came, as earlier versions kept it."""
    made = new_bench(Limits(largest_resource_bytes=4 * CHUNK, anchor_seconds=0))
    made.license()
    made.license("house")
    made.register(OPEN, title="Open")
    for data in (CLOSED, ALONE):
        keep_plain(made.library, data)
    made.settle()
    return made


def read(bench: Bench, data: bytes) -> bytes:
    found = bench.registration(data)
    size = content_size(bench.library, found)
    return b"".join(content_pieces(bench.library, found, 0, size))


def encrypt(bench: Bench, **changes: object) -> None:
    encrypt_content(replace(bench.library, **changes), OPERATOR, lambda *_: None)  # type: ignore[arg-type]


def plain_files(bench: Bench) -> int:
    files = [path for path in bench.folder.rglob("*") if path.is_file()]
    return sum(any(marker in path.read_bytes() for marker in MARKERS) for path in files)


def registrations(bench: Bench) -> list[Registration]:
    return [bench.registration(data) for data in (OPEN, CLOSED, ALONE)]


def check_all_read(bench: Bench) -> None:
    for data in (OPEN, CLOSED, ALONE):
        assert read(bench, data) == data


def test_before_it_is_encrypted_old_content_is_read_and_audited(old: Bench) -> None:
    check_all_read(old)
    assert count_plain(old.library, 60) == (2, True)
    old.anchored_twice()
    assert old.findings() == set()


def test_that_all_is_encrypted_is_remembered(old: Bench) -> None:
    content = Asked(old)
    library = replace(old.library, content=content)  # type: ignore[arg-type]
    assert count_plain(library, 60) == (2, True)
    assert count_plain(library, 60) == (2, True)
    encrypt(old)
    assert count_plain(library, 60) == (0, True)
    asked = content.count
    old.register(b"another page", "house")
    assert count_plain(library, 60) == (0, True)
    assert content.count == asked


class Asked:
    """A content store that counts how often it is asked whether it has something."""

    def __init__(self, bench: Bench) -> None:
        self._content, self.count = bench.library.content, 0

    def has(self, cid: ContentId) -> bool:
        self.count += 1
        return self._content.has(cid)

    def __getattr__(self, name: str) -> object:
        return getattr(self._content, name)


def test_what_is_closed_is_encrypted_and_what_is_shared_stays(old: Bench) -> None:
    before = registrations(old)
    encrypt(old)
    assert plain_files(old) == 2  # until nothing is taken in any more
    assert remove_plain(old.library, OPERATOR) == (2, 1)
    assert plain_files(old) == 0
    check_all_read(old)
    assert registrations(old) == before
    assert [find_stored(old.library, item) is None for item in before] == [True, False, False]
    assert count_plain(old.library, 60) == (0, True)
    told = {entry.text("digest") for entry in old.entries("stored")}
    assert told == {item.digest.hex() for item in before[1:]}
    encrypt(old)  # again, it changes nothing
    assert remove_plain(old.library, OPERATOR) == (0, 0)
    assert len(old.entries("stored")) == 2
    check_all_read(old)
    old.anchored_twice()
    assert old.findings() == set()


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("at", [1, 2])
def test_killed_at_an_entry_the_next_run_goes_on(old: Bench, at: int, *, committed: bool) -> None:
    with pytest.raises(WorkerKilled):
        encrypt(old, store=StoreThatStops(old.store, at, committed=committed))
    check_all_read(old)
    encrypt(old)
    remove_plain(old.library, OPERATOR)
    check_all_read(old)
    assert plain_files(old) == 0
    assert [entry.number("epoch") for entry in old.entries("stored")] == [1, 1]


class ContentThatStops:
    """A content store whose process is killed before it does something for the n-th time."""

    def __init__(self, bench: Bench, what: str, at: int) -> None:
        self._content = bench.library.content
        self._what, self._left = what, at

    def __getattr__(self, name: str) -> object:
        if name == self._what:
            self._left -= 1
            if self._left < 0:
                raise WorkerKilled
        return getattr(self._content, name)


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("what", ["upload", "read", "read_sealed"])
def test_killed_amid_a_step_nothing_is_lost(old: Bench, what: str, at: int) -> None:
    with pytest.raises(WorkerKilled):
        encrypt(old, content=ContentThatStops(old, what, at))
    check_all_read(old)
    encrypt(old)
    check_all_read(old)
    assert len(old.entries("stored")) == 2


@pytest.mark.parametrize("at", [0, 1])
def test_killed_amid_the_removal_the_next_run_removes_the_rest(old: Bench, at: int) -> None:
    encrypt(old)
    content = ContentThatStops(old, "remove", at)
    with pytest.raises(WorkerKilled):
        remove_plain(replace(old.library, content=content), OPERATOR)  # type: ignore[arg-type]
    check_all_read(old)
    remove_plain(old.library, OPERATOR)
    assert plain_files(old) == 0
    check_all_read(old)


def test_damaged_content_is_left_and_told(old: Bench) -> None:
    cid = old.registration(ALONE).cid
    block = old.folder / "blocks" / "blocks" / cid.digest[:1].hex() / cid.base16()
    block.chmod(0o644)
    block.write_bytes(b"a closed pagf")
    done = encrypt_content(old.library, OPERATOR, lambda *_: None)
    assert (done.resources, done.left) == (1, (Digest.of(ALONE),))
    assert remove_plain(old.library, OPERATOR)[0] == 1
    assert block.exists()


def test_keys_are_wrapped_anew_and_content_stays_as_it_is(old: Bench) -> None:
    encrypt(old)
    keeper = old.library.keeper
    assert isinstance(keeper, KeeperSimulator)
    before = old.entries()
    assert not is_unfinished(old.library)
    keeper.add("a newer key")
    assert is_unfinished(old.library)
    with pytest.raises(WorkerKilled):
        stopping = StoreThatStops(old.store, 1, committed=False)
        rotate_keys(replace(old.library, store=stopping), OPERATOR, lambda _: None)  # type: ignore[arg-type]
    check_all_read(old)
    assert is_unfinished(old.library)
    assert rotate_keys(old.library, OPERATOR, lambda _: None) == Rotated(2, ())
    assert not is_unfinished(old.library)
    keeper.forget_all_but_the_newest()
    check_all_read(old)
    assert old.entries() == before


def test_a_damaged_wrap_stops_no_rotation_and_a_straggler_asks_for_a_new_key(old: Bench) -> None:
    encrypt(old)
    keeper = old.library.keeper
    assert isinstance(keeper, KeeperSimulator)
    found = old.registration(ALONE)
    with old.store.write() as transaction:
        row = transaction.stored.newest(found.steward, [found.digest])[found.digest]
        assert row.wrapped is not None
        damaged = row.wrapped[:-1] + bytes([row.wrapped[-1] ^ 1])
        transaction.stored.set_wrapped(row, damaged, row.keeper)
    keeper.add("a newer key")
    assert rotate_keys(old.library, OPERATOR, lambda _: None) == Rotated(1, (found.digest,))
    # An older wrap is there still, and the run has come to its end: the next one makes a new key.
    assert not is_unfinished(old.library)
    keeper.add("the newest key")
    assert rotate_keys(old.library, OPERATOR, lambda _: None) == Rotated(1, (found.digest,))


def test_several_stewards_content_is_told_apart(old: Bench) -> None:
    encrypt(old)
    ours = old.registration(ALONE)
    theirs = replace(ours, steward=StewardId(bytes(32)))
    with old.store.read() as transaction:
        for order in ([ours, theirs], [theirs, ours]):
            assert set(stored_of(transaction, order)) == {(ours.digest, ours.steward)}


def test_only_the_operator_does_this(old: Bench) -> None:
    for verb in (encrypt_content, rotate_keys):
        with pytest.raises(RoleNotHeld):
            verb(old.library, LIBRARIAN, lambda *_: None)  # type: ignore[operator]
    with pytest.raises(RoleNotHeld):
        remove_plain(old.library, LIBRARIAN)


def test_blocks_of_a_file_are_told_children_first(old: Bench) -> None:
    root = old.registration(CLOSED).cid
    blocks = list(old.library.content.blocks(root))
    assert (len(blocks), blocks[-1]) == (3, root)
    assert ContentId(0x55, Digest.of(SHARED).value) == blocks[0]
