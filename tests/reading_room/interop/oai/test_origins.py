"""From where a record was harvested: told of services that anybody can ask, and without their passwords."""

from __future__ import annotations

import pytest

from ledger_service.ports.imports import RecordOrigin
from reading_room.interop.oai.rules.origin import origin_of

RECORD = (
    b"<record><header><datestamp>2026-01-02</datestamp></header>"
    b'<metadata><dc xmlns="urn:dc"><title>x</title></dc></metadata></record>'
)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("https://journal.example/oai", "https://journal.example/oai"),
        ("https://koha:sesame@journal.example:8443/oai", "https://journal.example:8443/oai"),
        ("https://8.8.8.8/oai", "https://8.8.8.8/oai"),
        ("http://127.0.0.1:8000/oai", "http://127.0.0.1:8000/oai"),
        ("http://koha/oai", None),
        ("http://koha.library.internal/oai", None),
        ("http://koha.lan./oai", None),
        ("http://10.1.2.3/oai", None),
        ("http://192.168.0.7:8080/oai", None),
        ("http://[fd00::7]/oai", None),
        ("http://[::1", None),
        ("", None),
    ],
)
def test_only_what_anybody_can_ask_is_told(source: str, told: str | None) -> None:
    found = origin_of(RecordOrigin(b"\1" * 32, source, "oai:x:1", b"", RECORD, 7))
    assert (None if found is None else found.base_url) == told
