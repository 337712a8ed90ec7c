"""The forms in which a shelf is given to its reader, by the names that people ask for them with."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from ledger_service.domain.exports.forms.bibtex import MEDIA_TYPE as BIBTEX_TYPE
from ledger_service.domain.exports.forms.bibtex import format_bibtex
from ledger_service.domain.exports.forms.opds import FEED_TYPE
from ledger_service.domain.exports.forms.ris import MEDIA_TYPE as RIS_TYPE
from ledger_service.domain.exports.forms.ris import format_ris
from reading_room.shelf.rules.opds import Volume, format_opds
from reading_room.shelf.rules.shelf import Shelf


class Form(StrEnum):
    """A form. Only `json` holds all that the reader wrote, and can be taken in again."""

    JSON = "json"
    OPDS = "opds"
    BIBTEX = "bibtex"
    RIS = "ris"

    @property
    def media_type(self) -> str:
        """What it is."""
        return _TYPES[self]

    @property
    def end(self) -> str:
        """How the name of its file ends."""
        return _ENDS[self]


_TYPES = {
    Form.JSON: "application/json",
    Form.OPDS: FEED_TYPE,
    Form.BIBTEX: BIBTEX_TYPE,
    Form.RIS: RIS_TYPE,
}
_ENDS = {Form.JSON: "json", Form.OPDS: "opds.json", Form.BIBTEX: "bib", Form.RIS: "ris"}


def write_shelf(
    form: Form, shelf: Shelf, volumes: Sequence[Volume], title: str, address: str, at: int
) -> bytes:
    """Return the shelf in a form. volumes: of what the library has, in its order; see `format_opds`."""
    if form is Form.JSON:
        return shelf.format()
    if form is Form.OPDS:
        return format_opds(volumes, title, address, at).encode()
    write = format_bibtex if form is Form.BIBTEX else format_ris
    return "\n".join(write(one.work) for one in volumes).encode()
