"""The formats in which records are told, by the prefix that harvesters name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ledger_service.domain.exports.cited_work import Work
from ledger_service.domain.exports.forms import dublin_core, marcxml
from ledger_service.domain.exports.forms.datacite import format_datacite_xml
from ledger_service.domain.exports.forms.dublin_core import format_oai_dc
from ledger_service.domain.exports.forms.marcxml import format_marcxml

OAI_DATACITE = "http://schema.datacite.org/oai/oai-1.1/"
_SCHEMA = f"{OAI_DATACITE}oai.xsd"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA_VERSION = "4.5"


class Format(NamedTuple):
    """schema, namespace: as ListMetadataFormats tells them; write: returns a work as an element."""

    schema: str
    namespace: str
    write: Callable[[Work], str]


def _marc(work: Work) -> str:
    return format_marcxml(work).partition("\n")[2].rstrip()  # without the declaration


def _datacite(work: Work) -> str:
    """Return DataCite's element in the container that its own service sends, version 1.1."""
    return (
        f'<oai_datacite xmlns="{OAI_DATACITE}" xmlns:xsi="{_INSTANCE}" '
        f'xsi:schemaLocation="{OAI_DATACITE} {_SCHEMA}">\n<schemaVersion>{SCHEMA_VERSION}</schemaVersion>\n'
        f"<datacentreSymbol>MUHR</datacentreSymbol>\n<payload>\n{format_datacite_xml(work)}\n</payload>\n"
        "</oai_datacite>"
    )


FORMATS: Mapping[str, Format] = {
    "oai_dc": Format(dublin_core.LOCATION, dublin_core.NAMESPACE, format_oai_dc),
    "marcxml": Format(
        "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd", marcxml.NAMESPACE, _marc
    ),
    "oai_datacite": Format(_SCHEMA, OAI_DATACITE, _datacite),
}
