"""DataCite 4.5 that we write, held to the schema of PyPI's `datacite` and to the XML that it makes of it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from ledger_service.domain.exports.forms.datacite import format_datacite_json, format_datacite_xml
from ledger_service.domain.resources.record_parts import PartOf, RelatedWork
from tests.reading_room.catalog.works import ALL, ARTICLE

WORKS = [
    *ALL.values(),
    replace(
        ARTICLE,
        hosts=(PartOf("Fan va turmush", "12", "3", "0378-5955"),),
        relations=(RelatedWork("translation-of", "10.1000/abc"),),
        successor="https://library.test/resources/" + "cd" * 32,
    ),
]
PROGRAM = """
import json, sys
from datacite import schema45
works = json.load(sys.stdin)
faults = [[error.message for error in schema45.validator.iter_errors(work)] for work in works]
broken = not schema45.validate({**works[0], "publicationYear": "19XX"})
print(json.dumps([faults, broken, [schema45.tostring(work) for work in works]]))
"""


def parts(document: str) -> list[str]:
    """Return the elements of a record in one form and order, without the identifier, to `datacite` a DOI."""
    found = [
        ElementTree.canonicalize(ElementTree.tostring(item, encoding="unicode"), strip_text=True)
        for item in ElementTree.fromstring(document.encode())
    ]
    return sorted(item for item in found if ":identifier " not in item)


def test_the_schema_takes_our_json_and_its_xml_is_ours(clients: Path) -> None:
    given = json.dumps([json.loads(format_datacite_json(work)) for work in WORKS])
    done = subprocess.run(
        [clients / "python", "-c", PROGRAM],
        input=given, capture_output=True, check=True, text=True,
    )  # fmt: skip
    faults, refuses_a_wrong_one, written = json.loads(done.stdout)
    assert faults == [[] for _ in WORKS]
    assert refuses_a_wrong_one
    for work, theirs in zip(WORKS, written, strict=True):
        assert parts(format_datacite_xml(work)) == parts(theirs)
