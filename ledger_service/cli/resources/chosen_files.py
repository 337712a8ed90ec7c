"""Which files `muhr register` is to register, looked at before what cannot be undone."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from ledger_service.adapters.imports.sources.folder_signs import is_bag, is_catalog, skip_reason
from ledger_service.domain.reasons import Reason


@dataclass
class Chosen:
    """What was found. left_out: paths that are no books; refused: bags, which `muhr import` checks.

    Both with the reason, as it is stored.
    """

    books: list[Path] = field(default_factory=list)
    left_out: list[tuple[Path, str]] = field(default_factory=list)
    refused: list[tuple[Path, str]] = field(default_factory=list)
    has_folders: bool = False


def choose(paths: tuple[Path, ...]) -> Chosen:
    """Return what these files, and the folders among them with all that is in them, come to."""
    chosen = Chosen()
    for path in paths:
        if path.is_dir():
            chosen.has_folders = True
            _look_into(path, chosen)
        elif path.name.startswith(".") or not skip_reason(path.name):
            chosen.books.append(path)  # whoever names a hidden file means it
        else:
            chosen.left_out.append((path, skip_reason(path.name)))
    return chosen


def _look_into(folder: Path, chosen: Chosen) -> None:
    names = sorted(os.listdir(folder))
    if is_bag(names):
        chosen.refused.append((folder, Reason("skipped.bag").format()))
        return
    for path in (folder / name for name in names):
        reason = skip_reason(path.name)
        if path.is_symlink() and not reason:
            reason = Reason("skipped.symbolic-link").format()
        if not reason and path.is_dir():
            _look_into(path, chosen)
            continue
        if not reason and not path.is_file():
            reason = Reason("skipped.not-a-file").format()
        if not reason and is_catalog(str(path)):
            reason = Reason("skipped.catalog").format()
        if reason:
            chosen.left_out.append((path, reason))
        else:
            chosen.books.append(path)
