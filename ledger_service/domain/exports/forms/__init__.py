"""The forms in which a work is told to programs, by the names that their files end with."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from ledger_service.domain.exports.cited_work import Work
from ledger_service.domain.exports.forms import bibtex, csl, datacite, marcxml, ris, schema_org


class Form(NamedTuple):
    """A form. end: of the address and of the file's name; write: makes it of a work.

    profile: URI of the vocabulary that it follows, empty if the media type says it.
    """

    end: str
    media_type: str
    write: Callable[[Work], str]
    profile: str = ""


class Style(StrEnum):
    """A form as people ask for it."""

    BIBTEX = "bibtex"
    RIS = "ris"
    CSL = "csl"
    MARCXML = "marcxml"
    JSONLD = "jsonld"
    DATACITE = "datacite"
    DATACITE_XML = "datacite-xml"

    @property
    def form(self) -> Form:
        """What it is written by."""
        return _BY_STYLE[self]


_BY_STYLE = {
    Style.JSONLD: Form(
        "jsonld", schema_org.MEDIA_TYPE, schema_org.format_schema_org, schema_org.VOCABULARY
    ),
    Style.MARCXML: Form("marcxml", marcxml.MEDIA_TYPE, marcxml.format_marcxml, marcxml.NAMESPACE),
    Style.CSL: Form("csl.json", csl.MEDIA_TYPE, csl.format_csl),
    Style.BIBTEX: Form("bib", bibtex.MEDIA_TYPE, bibtex.format_bibtex),
    Style.RIS: Form("ris", ris.MEDIA_TYPE, ris.format_ris),
    Style.DATACITE: Form(
        "datacite.json", datacite.JSON_TYPE, datacite.format_datacite_json, datacite.SCHEMA_VERSION
    ),
    Style.DATACITE_XML: Form(
        "datacite.xml",
        datacite.XML_TYPE,
        datacite.format_datacite_document,
        datacite.SCHEMA_VERSION,
    ),
}
FORMS = tuple(_BY_STYLE.values())
"""In the order in which they are offered, after the page and its JSON."""


def form_of(end: str) -> Form | None:
    """Return the form whose address ends so, None if none does."""
    return next((form for form in FORMS if form.end == end), None)
