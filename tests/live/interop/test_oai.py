"""A library of several pages of records, harvested by programs of others, and by another library.

Sickle and oaipmh-scythe are Python's, HTTP::OAI is Perl's and what Koha reads with; xmlschema holds every
answer against the schemas, restated in tests/vectors/oai. HTTP::OAI tells the records of all pages to a
function alone: what its lists hand out is the last page's.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ledger_service.domain.imports.prepared_claim import PreparedClaim
from ledger_service.domain.resources.registration import Metadata
from ledger_service.services.imports.import_resources import import_into
from reading_room.interop.oai.rules.arguments import LIST_RECORDS
from reading_room.interop.oai.verbs import list_items
from scripts.harness.processes import environment_of, muhr_command
from scripts.harness.running_library import RunningLibrary

MADE_UP, OF_PAGE = 110, 40  # records, so that a list has three pages
SCHEMAS = Path(__file__).parents[2] / "vectors" / "oai" / "all.xsd"
BOOKS = {"Oʻzbek <xalq> ertaklari & “dostonlar”": b"tales", "Бобурнома": b"Boburnoma"}
COLLECTION = {"part_of": [{"title": "Durdonalar"}]}

SICKLE = """
import json, sys
from sickle import Sickle
service = Sickle(sys.argv[1])
found, gone = {}, []
for record in service.ListRecords(metadataPrefix=sys.argv[2]):
    if record.deleted:
        gone.append(record.header.identifier)
    else:
        found[record.header.identifier] = record.metadata.get("title")
headers = [header.identifier for header in service.ListIdentifiers(metadataPrefix=sys.argv[2])]
one = service.GetRecord(identifier=headers[0], metadataPrefix=sys.argv[2]).header.identifier
print(json.dumps({
    "found": found, "gone": gone, "headers": headers, "one": one,
    "sets": [each.setSpec for each in service.ListSets()],
    "formats": [each.metadataPrefix for each in service.ListMetadataFormats()],
    "name": service.Identify().repositoryName,
}))
"""
SCYTHE = """
import json, sys
from oaipmh_scythe import Scythe
with Scythe(sys.argv[1], http_method=sys.argv[3]) as service:
    records = list(service.list_records(metadata_prefix=sys.argv[2]))
    print(json.dumps({
        "found": [one.header.identifier for one in records if not one.deleted],
        "gone": [one.header.identifier for one in records if one.deleted],
        "headers": [one.identifier for one in service.list_identifiers(metadata_prefix=sys.argv[2])],
        "deletions": service.identify().deletedRecord,
    }))
"""
PERL = """
use strict; use HTTP::OAI; use JSON::PP;
my $service = HTTP::OAI::Harvester->new(baseURL => $ARGV[0]);
my $who = $service->Identify;
die $who->message if $who->is_error;
my (@found, @gone, $marc);
my $list = $service->ListRecords(metadataPrefix => $ARGV[1], onRecord => sub {
    my $one = shift;
    if ($one->is_deleted) { push @gone, $one->identifier; return }
    push @found, $one->identifier;
    $marc //= $one->metadata->dom->toString;
});
die $list->message if $list->is_error;
print encode_json({ found => \\@found, gone => \\@gone, metadata => $marc, name => $who->repositoryName });
"""
SCHEMA = """
import sys, xmlschema
schema = xmlschema.XMLSchema(sys.argv[1])
for path in sys.argv[2:]:
    schema.validate(path)
print(len(sys.argv) - 2)
"""


@pytest.fixture(scope="module")
def shelf(
    blank_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RunningLibrary, dict[str, str]]]:
    """Return a library of many records, and its books by title; one of them was withdrawn."""
    running = RunningLibrary(tmp_path_factory.mktemp("shelf") / "home", blank_home)
    short = pytest.MonkeyPatch()
    try:
        short.setattr(list_items, "ITEMS_OF_PAGE", {LIST_RECORDS: OF_PAGE})
        short.setattr(list_items, "HEADERS_OF_PAGE", OF_PAGE)
        short.setattr(list_items, "ITEMS_OF_PIECE", 25)
        running.start()
        books = {
            title: str(running.register(data, title=title, license="CC0-1.0")["digest"])
            for title, data in {**BOOKS, "Gone": b"gone"}.items()
        }
        for title in BOOKS:
            path = f"/resources/{books[title]}/descriptions"
            running.registrar.post(path, json=COLLECTION).raise_for_status()
        path = f"/resources/{books['Gone']}/withdrawal"
        running.registrar.post(path, json={"reason": "legal"}).raise_for_status()
        opened = running.opened
        with opened.store.write() as transaction:
            import_into(opened.library, transaction, list(made_up()))
        running.at_rest()
        yield running, books
    finally:
        running.stop()
        short.undo()


def made_up() -> Iterator[PreparedClaim]:
    for number in range(MADE_UP):
        digest = hashlib.sha256(b"made up %d" % number).digest()
        record = Metadata(f"Kitob “{number}” & <b>", "application/pdf", 9, "Muallif", "uz")
        yield PreparedClaim(
            digest.hex(),
            digest=digest,
            cid="f01551220" + digest.hex(),
            metadata_digest=record.digest.value,
            license="CC0-1.0",
            title=record.title,
            creator=record.creator,
            language=record.language,
            media_type=record.media_type,
            size_bytes=record.size_bytes,
        )


def told(command: list[object]) -> Any:
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def check_complete(found: dict[str, Any], books: dict[str, str]) -> None:
    """Check that a harvest has all records and the deletion, each once."""
    names = list(found["found"])
    assert len(names) == len(set(names)) == MADE_UP + len(BOOKS)
    assert [name.rpartition(":")[2] for name in found["gone"]] == [books["Gone"]]
    if "headers" in found:
        assert sorted(found["headers"]) == sorted([*names, *found["gone"]])


@pytest.mark.parametrize("prefix", ["oai_dc", "marcxml", "oai_datacite"])
def test_sickle_harvests_everything(clients: Path, shelf: Any, prefix: str) -> None:
    library, books = shelf
    found = told([clients / "python", "-c", SICKLE, f"{library.url}/oai", prefix])
    check_complete(found, books)
    assert found["one"] == found["headers"][0]
    assert found["formats"] == ["oai_dc", "marcxml", "oai_datacite"]
    assert any(spec.startswith("collection-") for spec in found["sets"])
    if prefix == "oai_dc":
        titles = {title[0] for title in found["found"].values()}
        assert set(BOOKS) <= titles
        assert "Kitob “7” & <b>" in titles


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_scythe_harvests_everything(clients: Path, shelf: Any, method: str) -> None:
    library, books = shelf
    url = f"{library.url}/oai"
    found = told([clients / "python", "-c", SCYTHE, url, "oai_dc", method])
    check_complete(found, books)
    assert found["deletions"] == "persistent"


def test_the_harvester_of_koha_reads_marc(shelf: Any) -> None:
    library, books = shelf
    found = told(["perl", "-e", PERL, f"{library.url}/oai", "marcxml"])
    check_complete(found, books)
    assert "http://www.loc.gov/MARC21/slim" in found["metadata"]
    assert 'tag="245"' in found["metadata"]


def test_every_answer_is_valid_by_the_schemas(clients: Path, shelf: Any, tmp_path: Path) -> None:
    library, books = shelf
    name = f"oai:library.example:sha256:{books['Gone']}"
    queries = [
        "verb=Identify",
        "verb=ListMetadataFormats",
        "verb=ListSets",
        "verb=ListIdentifiers&metadataPrefix=oai_dc",
        *(
            f"verb=ListRecords&metadataPrefix={one}"
            for one in ("oai_dc", "marcxml", "oai_datacite")
        ),
        f"verb=GetRecord&metadataPrefix=oai_dc&identifier={name}",
        "verb=Nothing&x=%3C%00",
        "verb=ListRecords&resumptionToken=%00",
    ]
    paths = []
    with httpx.Client(trust_env=False, timeout=60) as client:
        for number, query in enumerate(queries):
            answer = client.get(f"{library.url}/oai?{query}")
            assert answer.status_code == 200
            paths.append(tmp_path / f"{number}.xml")
            paths[-1].write_bytes(answer.content)
    assert told([clients / "python", "-c", SCHEMA, SCHEMAS, *paths]) == len(queries)


def test_another_library_harvests_it_and_says_from_where(
    shelf: Any, new_library: Callable[..., RunningLibrary], tmp_path: Path
) -> None:
    library, books = shelf
    collections = httpx.get(f"{library.url}/oai?verb=ListSets", trust_env=False).text
    [spec] = {
        part.partition("<")[0]
        for part in collections.split("<setSpec>")
        if part[:11] == "collection-"
    }
    other = new_library()
    other.start()
    words = [f"{library.url}/oai", "--license", "CC-BY-4.0", "--set", spec, "--json"]
    words += ["--fetch", "--files", str(tmp_path)]
    done = subprocess.run(
        muhr_command("import", *words),
        env=environment_of(other.environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["registered"] == len(BOOKS)
    for title in BOOKS:
        [found] = other.client().get(f"/resources/{books[title]}").json()
        assert found["record"]["title"] == title if "record" in found else found["title"] == title
    query = (
        f"verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:library.example:sha256:{books[title]}"
    )
    record = httpx.get(f"{other.url}/oai?{query}", trust_env=False).text
    assert f"<baseURL>{library.url}/oai</baseURL>" in record
    assert 'altered="true"' in record


def test_all_records_are_read_back_by_our_own_harvester(shelf: Any, tmp_path: Path) -> None:
    library, books = shelf
    for title, digest in books.items():
        (tmp_path / digest).write_bytes(BOOKS.get(title, b"gone"))
    script = (
        "import json, sys\nfrom collections import Counter\nfrom pathlib import Path\n"
        "from ledger_service.adapters.imports.harvests import HarvestNotes\n"
        "from ledger_service.adapters.imports.sources.records.oai import Selection, harvest\n"
        "found = harvest(sys.argv[1], Path(sys.argv[2]), 'CC-BY-4.0', Selection(), HarvestNotes())\n"
        "items = [item for item in found if item.place.startswith('oai:')]\n"
        "print(json.dumps({'titles': [one.title for one in items if one.path],\n"
        "    'count': len(items), 'licenses': [one.license for one in items if one.path]}))\n"
    )
    found = told([sys.executable, "-c", script, f"{library.url}/oai", tmp_path])
    assert found["count"] == MADE_UP + len(books)
    assert sorted(found["titles"]) == sorted(BOOKS)
    assert set(found["licenses"]) == {"CC0-1.0"}
