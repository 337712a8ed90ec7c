"""OCFL 1.1: a storage root in which each resource is an object, with what the library says of it inside.

An object is one resource, since bytes never change: a new version of it holds what was told of it since. What
has taken a resource's place is a resource, and an object, of its own. Objects appear whole, and a new version
takes the place of the old in one step. Source: https://ocfl.io/1.1/spec/, and its community extension 0003,
which says in which folder an object is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from ledger_service.adapters.exports.parcel import Parcel
from ledger_service.adapters.exports.unfinished import (
    changed_folder,
    lies_elsewhere,
    whole_folder,
    write_files,
    write_payload,
)
from ledger_service.adapters.given_files import read_given
from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson, InvalidStorageRoot
from ledger_service.domain.exports.account import FOLDER, RECEIPT, Account

ROOT_MARK, OBJECT_MARK = "0=ocfl_1.1", "0=ocfl_object_1.1"
LAYOUT = "0003-hash-and-id-n-tuple-storage-layout"
LAYOUT_SETTINGS = {
    "extensionName": LAYOUT,
    "digestAlgorithm": "sha256",
    "tupleSize": 3,
    "numberOfTuples": 3,
}
INVENTORY, LAYOUT_FILE = "inventory.json", "ocfl_layout.json"
SHA_512 = "sha512"


class Written(NamedTuple):
    """Where an object is, and its newest version; is_new: whether that was made now."""

    folder: Path
    version: str
    is_new: bool


def open_root(root: Path) -> None:
    """Make a storage root, or check that the folder is one of ours.

    Raises:
        InvalidStorageRoot: it is a folder of something else, or lays objects out otherwise.
    """
    if root.is_dir() and any(root.iterdir()) and not _is_begun(root):
        settings = root / "extensions" / LAYOUT / "config.json"
        if not (root / ROOT_MARK).is_file() or _read(settings) != LAYOUT_SETTINGS:
            raise InvalidStorageRoot(path=str(root))
        return
    if lies_elsewhere(root):  # a mount point has its name for good: its mark comes last
        _write_root(root)
        return
    with whole_folder(root) as made:
        _write_root(made)


def _write_root(made: Path) -> None:
    layout = {
        "extension": LAYOUT,
        "description": "Objects by the SHA-256 of their ids, and by these",
    }
    write_files(made / "extensions" / LAYOUT, {"config.json": _json(LAYOUT_SETTINGS)})
    write_files(made, {LAYOUT_FILE: _json(layout)})
    write_files(made, {ROOT_MARK: b"ocfl_1.1\n"})


def _is_begun(root: Path) -> bool:
    """Return whether a root was begun here in its place, and whoever made it ended before its mark."""
    return {path.name for path in root.iterdir()} <= {"extensions", LAYOUT_FILE}


def _beside(root: Path) -> Path:
    """Return beside which folder objects are made: on the root's file system, where none is looked for."""
    return root / "extensions" / LAYOUT if lies_elsewhere(root) else root


def write_object(root: Path, parcel: Parcel, at: str) -> Written:
    """Make the object of a resource in a storage root, or a new version of it if more is told of it now.

    at: the time, as RFC 3339 has it.

    Raises:
        InvalidStorageRoot: what is in the object's place is no object of ours.
        ContentNotFound, ContentCorrupt, ContentStoreUnavailable: bytes cannot be read.
    """
    folder = root / _place(parcel.account.uri)
    if folder.exists():
        return _next_version(root, folder, parcel.account, at)
    with whole_folder(folder, _beside(root)) as made:
        _write_version(made, "v1", parcel, at)
    return Written(folder, "v1", is_new=True)


def _place(uri: str) -> str:
    name = hashlib.sha256(uri.encode()).hexdigest()
    return "/".join([name[0:3], name[3:6], name[6:9], quote(uri, safe="").lower()])


def _write_version(made: Path, version: str, parcel: Parcel, at: str) -> None:
    account, content = parcel.account, made / version / "content"
    content.mkdir(parents=True)
    sums = write_payload(content / account.file_name, parcel.pieces(), account.digest, [SHA_512])
    state = {account.file_name: sums[SHA_512], **_told(content, account.files())}
    manifest = {digest: [f"{version}/content/{name}"] for name, digest in state.items()}
    write_files(made, {OBJECT_MARK: b"ocfl_object_1.1\n"})
    _write_inventory(made, version, account, at, {"manifest": manifest, "versions": {}}, state)


def _told(content: Path, files: Mapping[str, bytes]) -> dict[str, str]:
    """Write what is told of a resource; return the SHA-512 of each file by its name in the object."""
    write_files(content / FOLDER, files)
    return {f"{FOLDER}/{name}": _sha_512(data) for name, data in files.items()}


def _next_version(root: Path, folder: Path, account: Account, at: str) -> Written:
    """Add what is told now, if it is more than a newer receipt, in a copy that takes the object's place."""
    old = _inventory(folder, account.uri)
    head = str(old["head"])
    before = {name: digest for digest, names in _state(old, head).items() for name in names}
    files = account.files()
    new = {f"{FOLDER}/{name}": _sha_512(data) for name, data in files.items()}
    receipt = f"{FOLDER}/{RECEIPT}"
    if all(before.get(name) == digest for name, digest in new.items() if name != receipt):
        return Written(folder, head, is_new=False)
    version = f"v{int(head[1:]) + 1}"
    with changed_folder(folder, _beside(root)) as made:
        changed = {
            name: data for name, data in files.items() if _sha_512(data) not in old["manifest"]
        }
        _told(made / version / "content", changed)
        for name, data in changed.items():
            path = f"{version}/content/{FOLDER}/{name}"
            old["manifest"].setdefault(_sha_512(data), []).append(path)
        payload = {
            name: digest for name, digest in before.items() if not name.startswith(FOLDER + "/")
        }
        _write_inventory(made, version, account, at, old, {**payload, **new})
    return Written(folder, version, is_new=True)


def _write_inventory(
    made: Path,
    version: str,
    account: Account,
    at: str,
    old: Mapping[str, Any],
    state: Mapping[str, str],
) -> None:
    by_digest: dict[str, list[str]] = {}
    for name, digest in state.items():
        by_digest.setdefault(digest, []).append(name)
    name, uri = account.steward
    told = {
        "created": at,
        "message": f"Exported from the ledger {account.origin}",
        "state": by_digest,
        "user": {"name": name, "address": uri},
    }
    inventory = {
        "id": account.uri,
        "type": "https://ocfl.io/1.1/spec/#inventory",
        "digestAlgorithm": SHA_512,
        "head": version,
        "manifest": old["manifest"],
        "versions": {**old["versions"], version: told},
    }
    data = _json(inventory)
    files = {INVENTORY: data, f"{INVENTORY}.{SHA_512}": f"{_sha_512(data)}  {INVENTORY}\n".encode()}
    for path in (made, made / version):
        for file, content in files.items():
            (path / file).unlink(missing_ok=True)  # it may be the old version's, by another name
            (path / file).write_bytes(content)


def _inventory(folder: Path, uri: str) -> dict[str, Any]:
    """Return the inventory of the object of this resource; raise InvalidStorageRoot if it is none of ours."""
    found = _read(folder / INVENTORY)
    try:
        state = found["versions"][found["head"]]["state"]
        is_ours = found["id"] == uri and found["digestAlgorithm"] == SHA_512
        if is_ours and _is_version(found["head"]) and state and found["manifest"]:
            return dict(found)
    except (LookupError, TypeError):
        pass
    raise InvalidStorageRoot(path=str(folder))


def _is_version(head: object) -> bool:
    return isinstance(head, str) and head[:1] == "v" and head[1:].isascii() and head[1:].isdigit()


def _state(inventory: Mapping[str, Any], version: str) -> Mapping[str, list[str]]:
    found: Mapping[str, list[str]] = inventory["versions"][version]["state"]
    return found


def _read(path: Path) -> Any:
    try:
        return foreign_json.parse(read_given(path))
    except (OSError, InvalidJson):
        return None


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"


def _sha_512(data: bytes) -> str:
    return hashlib.sha512(data).hexdigest()
