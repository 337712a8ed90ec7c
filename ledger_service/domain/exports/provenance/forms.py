"""The forms in which a history is told to programs, by the names that their files end with."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from ledger_service.domain.exports.provenance import premis, prov_json, prov_turtle
from ledger_service.domain.exports.provenance.statements import OF_OTHERS
from ledger_service.domain.exports.provenance.story import Story


class HistoryForm(NamedTuple):
    """A form. end: of the address and of the file's name; write: makes it of a history.

    profile: URI of the vocabulary that it follows, empty if the media type says it.
    """

    end: str
    media_type: str
    write: Callable[[Story], str]
    profile: str = ""


class HistoryStyle(StrEnum):
    """A form as people ask for it."""

    PROV_JSON = "prov-json"
    PROV_TURTLE = "prov-turtle"
    PREMIS = "premis"

    @property
    def form(self) -> HistoryForm:
        """What it is written by."""
        return _BY_STYLE[self]


_BY_STYLE = {
    HistoryStyle.PROV_JSON: HistoryForm(
        "prov.json", prov_json.MEDIA_TYPE, prov_json.format_prov_json
    ),
    HistoryStyle.PROV_TURTLE: HistoryForm(
        "prov.ttl",
        prov_turtle.MEDIA_TYPE,
        prov_turtle.format_prov_turtle,
        OF_OTHERS["prov"],
    ),
    HistoryStyle.PREMIS: HistoryForm(
        "premis.xml", premis.MEDIA_TYPE, premis.format_premis, premis.NAMESPACE
    ),
}
HISTORY_FORMS = tuple(_BY_STYLE.values())
"""In the order in which they are offered, after the forms of a work."""
