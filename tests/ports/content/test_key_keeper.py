"""Keys that wrap those of closed content, in files: made once, several beside one another, never confused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger_service.adapters.content_keys import WRAP_BYTES, FileKeeper
from ledger_service.adapters.keys import KeyFolder
from ledger_service.domain.content.sealing import bound_to
from ledger_service.domain.errors import ContentKeyUnavailable, ContentKeyWrong
from ledger_service.domain.identifiers import Digest

KEY = bytes(range(32))
DIGEST = Digest(bytes(32))
BOUND = bound_to("library.test/keys", DIGEST, 1)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("ledger_service.adapters.keys.SCRYPT_ROUNDS", 2**10)
    KeyFolder(tmp_path / "keys", tmp_path / "keys" / "password").create()
    return tmp_path / "keys"


def keeper_of(folder: Path) -> FileKeeper:
    """Return the keeper of another process."""
    return FileKeeper(KeyFolder(folder, folder / "password"))


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("content-*"))


def test_what_was_wrapped_is_opened_by_another_process(folder: Path) -> None:
    wrapped = keeper_of(folder).wrap(KEY, BOUND)
    assert len(wrapped) == WRAP_BYTES
    assert KEY not in wrapped
    assert keeper_of(folder).unwrap(wrapped, BOUND) == KEY


def test_the_same_key_is_wrapped_otherwise_each_time(folder: Path) -> None:
    keeper = keeper_of(folder)
    assert keeper.wrap(KEY, BOUND) != keeper.wrap(KEY, BOUND)


def test_a_new_library_has_one_key_for_its_owner_alone(folder: Path) -> None:
    [path] = kept(folder)
    assert path.stat().st_mode & 0o777 == 0o600
    document = json.loads(path.read_bytes())
    assert path.name == f"content-1-{keeper_of(folder).name}.json"
    assert document["address"].lower() == keeper_of(folder).name
    assert document["crypto"]["kdf"] == "scrypt"


def test_a_library_from_before_gets_its_key_when_it_is_first_needed(folder: Path) -> None:
    kept(folder)[0].unlink()
    wrapped = keeper_of(folder).wrap(KEY, BOUND)
    assert len(kept(folder)) == 1
    assert keeper_of(folder).unwrap(wrapped, BOUND) == KEY


def test_the_newest_key_wraps_and_older_ones_open(folder: Path) -> None:
    running, keys = keeper_of(folder), KeyFolder(folder, folder / "password")
    old = running.wrap(KEY, BOUND)
    names = [running.name, *(keys.add_content_key() for _ in range(10))]
    assert keys.content_keys() == names
    assert running.name == names[-1]
    new = running.wrap(KEY, BOUND)
    assert new[1:21].hex() == names[-1]
    assert [running.unwrap(wrapped, BOUND) for wrapped in (old, new)] == [KEY, KEY]


@pytest.mark.parametrize(
    "other",
    [
        bound_to("library.test/other", DIGEST, 1),
        bound_to("library.test/keys", Digest(bytes(31) + b"\1"), 1),
        bound_to("library.test/keys", DIGEST, 2),
    ],
    ids=["another deployment", "another digest", "another epoch"],
)
def test_a_wrap_opens_for_nothing_else(folder: Path, other: bytes) -> None:
    keeper = keeper_of(folder)
    with pytest.raises(ContentKeyWrong, match="damaged"):
        keeper.unwrap(keeper.wrap(KEY, BOUND), other)


def test_a_wrap_with_any_bit_changed_does_not_open(folder: Path) -> None:
    keeper = keeper_of(folder)
    wrapped = keeper.wrap(KEY, BOUND)
    for bit in range(len(wrapped) * 8):
        changed = bytearray(wrapped)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ContentKeyWrong):
            keeper.unwrap(bytes(changed), BOUND)
    for size in (0, 1, WRAP_BYTES - 1):
        with pytest.raises(ContentKeyWrong, match="damaged"):
            keeper.unwrap(wrapped[:size], BOUND)
    with pytest.raises(ContentKeyWrong, match="damaged"):
        keeper.unwrap(wrapped + b"\0", BOUND)


def test_a_key_of_another_library_opens_nothing_here(folder: Path, tmp_path: Path) -> None:
    KeyFolder(tmp_path / "other", tmp_path / "other" / "password").create()
    wrapped = keeper_of(tmp_path / "other").wrap(KEY, BOUND)
    with pytest.raises(ContentKeyWrong, match="other"):
        keeper_of(folder).unwrap(wrapped, BOUND)


def test_a_missing_key_is_said_and_nothing_is_made_in_its_place(folder: Path) -> None:
    wrapped = keeper_of(folder).wrap(KEY, BOUND)
    kept(folder)[0].unlink()
    with pytest.raises(ContentKeyUnavailable, match="missing"):
        keeper_of(folder).unwrap(wrapped, BOUND)
    assert kept(folder) == []


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def other_password(path: Path) -> None:
    (path.parent / "password").write_text("another one")


def no_password(path: Path) -> None:
    (path.parent / "password").unlink()


@pytest.mark.parametrize("spoil", [cut, empty, other_password, no_password])
def test_a_key_that_does_not_open_is_said(folder: Path, spoil: Callable[[Path], None]) -> None:
    wrapped = keeper_of(folder).wrap(KEY, BOUND)
    spoil(kept(folder)[0])
    for use in (keeper_of(folder).wrap, keeper_of(folder).unwrap):
        with pytest.raises(ContentKeyUnavailable, match="closed"):
            use(wrapped, BOUND)
    assert len(kept(folder)) == 1


def test_a_key_whose_file_names_another_one_opens_nothing(folder: Path) -> None:
    keys = KeyFolder(folder, folder / "password")
    wrapped = keeper_of(folder).wrap(KEY, BOUND)
    keys.add_content_key()
    one, other = kept(folder)
    one_bytes, other_bytes = one.read_bytes(), other.read_bytes()
    one.write_bytes(other_bytes)
    other.write_bytes(one_bytes)
    with pytest.raises((ContentKeyWrong, ContentKeyUnavailable)):
        keeper_of(folder).unwrap(wrapped, BOUND)
