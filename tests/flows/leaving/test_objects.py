"""Resources leave as OCFL objects: what an object holds, and how it gets a version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from ledger_service.adapters.exports import unfinished as writing
from ledger_service.adapters.exports.ocfl import open_root
from ledger_service.domain.errors import InvalidStorageRoot
from scripts.harness.asked_library import some_bytes
from scripts.harness.running_library import RunningLibrary

DATA = some_bytes()


@pytest.fixture(scope="module")
def book(library: RunningLibrary) -> dict[str, Any]:
    found = library.register(DATA, title="A book that leaves")
    library.anchored()
    return found


def inventory(folder: Path) -> dict[str, Any]:
    """Return an object's inventory, which its sidecar and its newest version's copy agree with."""
    data = (folder / "inventory.json").read_bytes()
    told = hashlib.sha512(data).hexdigest()
    found: dict[str, Any] = json.loads(data)
    for place in (folder, folder / found["head"]):
        assert (place / "inventory.json").read_bytes() == data
        assert (place / "inventory.json.sha512").read_text() == f"{told}  inventory.json\n"
    return found


def test_an_object_holds_the_bytes_and_what_is_told_of_them(
    book: dict[str, Any], export: Callable[..., Any], tmp_path: Path
) -> None:
    root = tmp_path / "root"
    [told] = export(book["digest"], "--ocfl", root, "--json").json
    assert (told["version"], told["state"]) == ("v1", "new")
    folder = Path(told["path"])
    uri = f"hash://sha256/{book['digest']}"
    name = hashlib.sha256(uri.encode()).hexdigest()
    encoded = f"hash%3a%2f%2fsha256%2f{book['digest']}"
    assert folder == root / name[:3] / name[3:6] / name[6:9] / encoded
    found = inventory(folder)
    assert (found["id"], found["head"]) == (uri, "v1")
    for digest, paths in found["manifest"].items():
        for path in paths:
            assert hashlib.sha512((folder / path).read_bytes()).hexdigest() == digest
    state = {
        name: digest for digest, names in found["versions"]["v1"]["state"].items() for name in names
    }
    assert (
        hashlib.sha512(DATA).hexdigest() == state[f"A-book-that-leaves-{book['digest'][:16]}.bin"]
    )
    assert "muhr/receipt.json" in state
    assert (root / "0=ocfl_1.1").read_text() == "ocfl_1.1\n"


def test_an_object_gets_a_version_when_more_is_told_of_the_resource_and_not_before(
    library: RunningLibrary, export: Callable[..., Any], tmp_path: Path
) -> None:
    digest = library.register(title="First")["digest"]
    library.anchored()
    root = tmp_path / "root"
    assert export(digest, "--ocfl", root).status == 0
    [again] = export(digest, "--ocfl", root, "--json").json
    assert (again["version"], again["state"]) == ("v1", "unchanged")
    body = {"title": "Second"}
    assert library.registrar.post(f"/resources/{digest}/descriptions", json=body).is_success
    library.anchored()
    [more] = export(digest, "--ocfl", root, "--json").json
    assert (more["version"], more["state"]) == ("v2", "new")
    found = inventory(Path(more["path"]))
    first, second = (found["versions"][version]["state"] for version in ("v1", "v2"))
    assert first != second
    [payload] = [key for key, names in first.items() if not names[0].startswith("muhr/")]
    assert second[payload] == first[payload]
    assert found["manifest"][payload] == [f"v1/content/{first[payload][0]}"]
    assert not (Path(more["path"]) / "v2" / "content" / first[payload][0]).exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["root"]


def test_a_version_that_breaks_off_leaves_the_object_as_it_was(
    library: RunningLibrary,
    export: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Killed(BaseException):
        pass

    def stop(*_: object) -> None:
        raise Killed

    digest = library.register(title="Once")["digest"]
    library.anchored()
    [told] = export(digest, "--ocfl", tmp_path / "root", "--json").json
    before = inventory(Path(told["path"]))
    body = {"title": "Twice"}
    assert library.registrar.post(f"/resources/{digest}/descriptions", json=body).is_success
    library.anchored()
    monkeypatch.setattr(writing, "exchange_folders", stop)
    with pytest.raises(Killed):
        export(digest, "--ocfl", tmp_path / "root")
    assert inventory(Path(told["path"])) == before
    monkeypatch.undo()
    assert export(digest, "--ocfl", tmp_path / "root").status == 0
    assert inventory(Path(told["path"]))["head"] == "v2"


@pytest.mark.parametrize(
    "spoiled", ["{}", "[]", "no JSON", '{"id": 1, "versions": {"v1": {}}, "head": "v1"}']
)
def test_what_is_no_object_of_ours_is_left_alone(
    book: dict[str, Any], export: Callable[..., Any], tmp_path: Path, spoiled: str
) -> None:
    [told] = export(book["digest"], "--ocfl", tmp_path / "root", "--json").json
    (Path(told["path"]) / "inventory.json").write_text(spoiled)
    refused = export(book["digest"], "--ocfl", tmp_path / "root")
    assert (refused.status, "no OCFL storage root or object" in refused.err) == (2, True)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    assert export(book["digest"], "--ocfl", tmp_path / "mine").status == 2


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """Return a folder that is on another file system than what it is in."""
    elsewhere = Path("/dev/shm")
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("this machine has no second file system that anybody may write to")
    with TemporaryDirectory(dir=elsewhere) as folder:
        place = tmp_path / "mounted"
        place.symlink_to(folder)
        yield place


def test_a_storage_root_may_be_where_another_file_system_begins(
    book: dict[str, Any], export: Callable[..., Any], mounted: Path
) -> None:
    written = export(book["digest"], "--ocfl", mounted, "--json")
    assert (written.status, written.json[0]["state"]) == (0, "new"), written.err
    inventory(Path(written.json[0]["path"]))
    again = export(book["digest"], "--ocfl", mounted, "--json")
    assert (again.status, again.json[0]["state"]) == (0, "unchanged"), again.err
    names = {path.name for path in mounted.rglob("*")}
    assert not [name for name in names if name.startswith(writing.PREFIX)]


def test_a_root_of_which_the_mark_is_missing_is_made_to_the_end(mounted: Path) -> None:
    open_root(mounted)
    (mounted / "0=ocfl_1.1").unlink()
    open_root(mounted)
    assert (mounted / "0=ocfl_1.1").is_file()
    (mounted / "somebody's").mkdir()
    (mounted / "0=ocfl_1.1").unlink()
    with pytest.raises(InvalidStorageRoot):
        open_root(mounted)
