"""Pages of resources as programs of others find their way on them: `signposting` and `extruct`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary

EXTRUCT = """
import extruct, json, sys
print(json.dumps(extruct.extract(sys.stdin.read(), sys.argv[1], syntaxes=["json-ld"])["json-ld"]))
"""


@pytest.fixture(scope="module")
def book(library: RunningLibrary) -> str:
    digest = str(library.register(title="Signposts & “data”", creator="Navoiy, Alisher")["digest"])
    person = {"name": "Navoiy, Alisher", "role": "aut", "orcid": "0000-0002-1825-0097"}
    named = {"scheme": "doi", "value": "10.1000/182"}
    body = {"contributors": [person], "identifiers": [named]}
    answer = library.registrar.post(f"/resources/{digest}/descriptions", json=body)
    assert answer.status_code == 200
    library.at_rest()
    return digest


def found(clients: Path, *arguments: str) -> dict[str, list[str]]:
    """Return what `signposting` finds: targets by relation."""
    done = subprocess.run(
        [clients / "signposting", *arguments], capture_output=True, check=True, text=True
    )
    told: dict[str, list[str]] = {}
    relation = ""
    for line in done.stdout.splitlines():
        name, colon, rest = line.partition(": ")
        relation = name if colon and not name.startswith(" ") else relation
        target = (rest if colon else line).partition("<")[2].partition(">")[0]
        if relation and target:
            told.setdefault(relation, []).append(target)
    return told


def test_signposting_finds_the_way_from_page_to_file_and_back(
    clients: Path, library: RunningLibrary, book: str
) -> None:
    page = f"{library.url}/resources/{book}"
    told = found(clients, "--http", page)
    assert told["CiteAs"] == [page]
    assert told["Author"] == ["https://orcid.org/0000-0002-1825-0097"]
    assert told["Item"] == [f"{library.url}/api/v1/resources/{book}/content"]
    assert set(told["Type"]) == {
        "https://schema.org/AboutPage",
        "https://schema.org/DigitalDocument",
    }
    assert told["License"] == ["http://creativecommons.org/licenses/by/4.0/"]
    assert len(told["DescribedBy"]) == 11
    [file] = told["Item"]
    assert found(clients, "--http", file)["Collection"] == [page]


def test_signposting_reads_the_set_of_links_as_it_reads_the_page(
    clients: Path, library: RunningLibrary, book: str
) -> None:
    page = f"{library.url}/resources/{book}"
    told = found(clients, "--linkset", "--any-context", f"{page}/linkset.json")
    assert set(told["DescribedBy"]) == set(found(clients, "--http", page)["DescribedBy"])
    assert told["Item"] == [f"{library.url}/api/v1/resources/{book}/content"]
    assert told["Collection"] == [page]


def test_extruct_finds_the_work_in_its_page(
    clients: Path, library: RunningLibrary, book: str
) -> None:
    page = f"{library.url}/resources/{book}"
    text = httpx.get(page, headers={"Accept": "text/html"}).text
    done = subprocess.run(
        [clients / "python", "-c", EXTRUCT, page],
        input=text, capture_output=True, check=True, text=True,
    )  # fmt: skip
    [work] = json.loads(done.stdout)
    assert (work["@id"], work["name"]) == (page, "Signposts & “data”")
    assert work["author"][0]["@id"] == "https://orcid.org/0000-0002-1825-0097"
    assert work["encoding"]["sha256"] == book
    assert work["encoding"]["contentUrl"].endswith(f"/{book}/content")
    assert {item["propertyID"] for item in work["identifier"]} == {"sha256", "doi"}
    assert (work["isAccessibleForFree"], work["conditionsOfAccess"]) == (True, "open access")
    assert work["license"] == "http://creativecommons.org/licenses/by/4.0/"
