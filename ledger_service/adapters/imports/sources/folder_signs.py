"""What is no book in a folder, told by names and first bytes: bags, catalogs, what systems leave behind."""

from __future__ import annotations

import os
import re
from collections.abc import Collection

from ledger_service.adapters.given_files import open_given
from ledger_service.domain.foreign_text import BYTE_ORDER_MARK
from ledger_service.domain.imports.import_item import COLUMNS, ImportItem
from ledger_service.domain.reasons import Reason

DECLARATION = "bagit.txt"
BAG_MANIFEST = re.compile(r"manifest-(.+)\.txt\Z", re.IGNORECASE)
LOOKED_AT_BYTES = 4096
_JUNK = re.compile(
    r"(?:thumbs\.db|ehthumbs\.db|desktop\.ini|icon\r|~\$.*|.*\.(?:part|partial|crdownload|download|tmp)"
    r"|\$recycle\.bin|system volume information|__macosx|lost\+found)\Z",
    re.IGNORECASE | re.DOTALL,
)
_MARC_LEADER = re.compile(rb"\s*\d{5}[a-z ].{4}22\d{5}.{3}45", re.DOTALL)
_LOOKED_INTO = re.compile(r".*\.(?:csv|tsv|jsonl|ndjson|mrc|marc|iso|xml)\Z", re.IGNORECASE)
_DIVISIONS = re.compile(r"[,;\t]")


def is_bag(names: Collection[str]) -> bool:
    """Return whether the names in a folder are of a bag, even one without its declaration."""
    return DECLARATION in names or ("data" in names and any(map(BAG_MANIFEST.match, names)))


def skip_reason(name: str) -> str:
    """Return why a name is of no book, as a reason is stored; empty if it may be one."""
    if name.startswith("."):
        return Reason("skipped.hidden").format()
    return Reason("skipped.junk").format() if _JUNK.match(name) else ""


def skipped(place: str, path: str) -> ImportItem | None:
    """Return the skipped item of a file whose name is of no book, otherwise None."""
    reason = skip_reason(os.path.basename(path))
    return ImportItem.skipped(place, reason) if reason else None


def is_catalog(path: str) -> bool:
    """Return whether a file tells of other files, so that it is a source of its own: MARC, or a manifest."""
    if not _LOOKED_INTO.match(path):
        return False
    try:
        with open_given(path) as file:
            seen = file.read(LOOKED_AT_BYTES)
    except OSError:
        return False  # whoever hashes it tells
    ending = path.rpartition(".")[2].lower()
    if ending in ("mrc", "marc", "iso"):
        return bool(_MARC_LEADER.match(seen))
    if ending == "xml":
        return b"www.loc.gov/MARC21/slim" in seen
    first = seen.removeprefix(BYTE_ORDER_MARK).split(b"\n", 1)[0].decode("utf-8", "replace")
    if ending in ("csv", "tsv"):
        columns = {column.strip().strip('"') for column in _DIVISIONS.split(first)}
        return columns <= COLUMNS and bool(columns & {"path", "digest"})
    return first.startswith("{") and bool(re.search(r'"(?:path|digest)"\s*:', first))
