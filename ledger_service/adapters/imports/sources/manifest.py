"""What a line of a manifest in JSON Lines becomes, and where a row's file is. Source: docs/formats.md §14."""

from __future__ import annotations

import json
from typing import Any

from ledger_service.adapters.imports.sources.belt import told
from ledger_service.adapters.imports.sources.paths import resolve
from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.import_item import LARGEST_ROW_BYTES, ImportItem, parse_row


def item_of_line(place: str, line: bytes, license_name: str, base: str | None) -> ImportItem:
    """Return the item of one line; refused if the line is malformed. base: of relative paths, or None."""
    try:
        value = parse_flat(line)
        if not isinstance(value, dict):
            raise InvalidManifest("line-not-object")
        return placed(parse_row(place, value, license_name), base)
    except Exception as exc:
        return ImportItem.refused(place, told(exc))


def parse_flat(line: bytes) -> Any:
    """Return the value of a line of JSON, as strictly as canonical_json.parse and faster if it is flat."""
    if line.count(b"{") + line.count(b"[") > canonical_json.LARGEST_DEPTH:
        return canonical_json.parse(line)
    try:
        return json.loads(line.decode(), object_pairs_hook=_unique, parse_float=_no_float)
    except ValueError as exc:
        raise InvalidManifest("line-not-json", cause=str(exc)) from exc


def placed(item: ImportItem, base: str | None) -> ImportItem:
    """Return the item with the absolute path of its file, if it names one; raise InvalidManifest.

    base: of relative paths, None if no row may name a file.
    """
    if not item.path:
        return item
    if base is None:
        raise InvalidManifest("files-not-here")
    return item._replace(path=resolve(base, item.path))


def too_long(place: str) -> ImportItem:
    """Return the refused item of a row that is longer than it may be."""
    fault = InvalidManifest("row-too-long", most=LARGEST_ROW_BYTES)
    return ImportItem.refused(place, fault)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidManifest("name-twice")
    return found


def _no_float(text: str) -> Any:
    raise InvalidManifest("not-a-number", number=text[:40])
