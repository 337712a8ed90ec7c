"""Of which Data_Type a resource is to COUNTER, by its record.

A whole book is a Book_Segment: so COUNTER has a repository count a book that is not taken in by chapters.
Source: COUNTER Code of Practice 5.1, §3.3.2.
"""

from __future__ import annotations

from ledger_service.domain.exports.cited_work import work_of
from ledger_service.domain.resources.registration import Registration

UNSPECIFIED = "Unspecified"
_BY_KIND = {
    "article": "Article",
    "book": "Book_Segment",
    "sound": "Sound",
    "film": "Audiovisual",
    "picture": "Image",
    "map": "Image",
    "data": "Dataset",
}
DATA_TYPES = (*sorted(set(_BY_KIND.values())), UNSPECIFIED)
MULTIMEDIA = ("Audiovisual", "Image", "Interactive_Resource", "Multimedia", "Sound")
"""Of IR_M1."""
YEARS = range(1, 9999)


def described_as(registration: Registration | None) -> tuple[str, int]:
    """Return the Data_Type and the year of publication, 0 if it is unknown; None: nothing is known of it."""
    if registration is None:
        return UNSPECIFIED, 0
    work = work_of(registration, "", license=("", ""), steward="", changed_at=0, is_open=False)
    year = work.year or 0
    return _BY_KIND.get(work.kind, UNSPECIFIED), year if year in YEARS else 0
