"""A paper in all its forms with its history, in one ZIP file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ledger_service.domain.instant import instant

MEDIA_TYPE = "application/zip"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
PACKED = frozenset({".epub", ".pdf"})
"""What does not become smaller."""


class PastText(NamedTuple):
    """A text that stood. at: seconds since 1970 UTC; by: names of who wrote since the one before."""

    number: int
    at: int
    by: tuple[str, ...]
    text: str


def make_parcel(forms: Mapping[str, bytes], past: Sequence[PastText]) -> bytes:
    """Return the file. forms: by name; past: each becomes a file, and all are listed in `history.json`."""
    listed = [
        {"at": instant(one.at), "by": list(one.by), "file": f"history/{one.number}.md"}
        for one in past
    ]
    files = {
        **forms,
        "history.json": json.dumps(listed, ensure_ascii=False, indent=2).encode(),
        **{f"history/{one.number}.md": one.text.encode() for one in past},
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            is_packed = any(name.endswith(end) for end in PACKED)
            how = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, FIRST_DAY), data, how)
    return made.getvalue()
