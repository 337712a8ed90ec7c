"""A BagIt bag (RFC 8493): its payload, checked against its manifests as it is hashed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import bagit

from ledger_service.adapters.imports.sources.folder import resolve, shown
from ledger_service.domain.errors import InvalidManifest, LedgerError
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.import_progress import Extent

ALGORITHMS = frozenset({"md5", "sha1", "sha256", "sha512"})


def read_bag(folder: Path, license_name: str, extent: Extent) -> Iterator[ImportItem]:
    """Yield the payload files of a bag in order of path, with the checksums that they must have.

    Files without a checksum, and checksums without a file, are refused items. The tag files are not
    resources and are not checked.

    Raises:
        InvalidManifest: the folder is not a bag.
    """
    try:
        bag = bagit.Bag(str(folder))
        listed = bag.payload_entries()
        _, unlisted = bag.compare_manifests_with_fs()
    except (bagit.BagError, OSError, UnicodeError, ValueError) as exc:
        raise InvalidManifest("bag", folder=shown(str(folder)), cause=str(exc)) from exc
    base = os.path.realpath(folder)
    unlisted = {name for name in unlisted if name.startswith("data/")}
    extent.total = len(listed) + len(unlisted)
    for name in sorted(listed):
        extent.read += 1
        try:
            known = {key: text for key, text in listed[name].items() if key in ALGORITHMS}
            if not known:
                raise InvalidManifest("bag-algorithm")
            path = resolve(base, name)
            if not os.path.isfile(path):
                raise InvalidManifest("bag-file-missing")
            digest = known.pop("sha256", "").lower()
            checksums = " ".join(f"{key}:{text.lower()}" for key, text in sorted(known.items()))
            yield ImportItem(shown(name), path, digest, license=license_name, checksums=checksums)
        except LedgerError as exc:
            yield ImportItem.refused(shown(name), exc)
    for name in sorted(unlisted):
        extent.read += 1
        fault = InvalidManifest("not-in-bag")
        yield ImportItem.refused(shown(name), fault)
