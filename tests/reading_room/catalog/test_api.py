"""The routes of the catalog: histories and citations of what a running library holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from ledger_service.domain.ledger import merkle
from reading_room.catalog.cli import cite
from scripts.harness.running_library import RunningLibrary
from tests.simulators.hostile import answering


@pytest.fixture(scope="module")
def changed(library: RunningLibrary, registrar: httpx.Client) -> str:
    """Return the digest of a book that was corrected, and that a newer one has replaced."""
    digest = str(library.register(title="Xamsa, first", creator="Navoiy, Alisher")["digest"])
    newer = library.register(title="Xamsa, second")["digest"]
    path = f"/resources/{digest}"
    assert registrar.post(f"{path}/descriptions", json={"title": "Xamsa"}).status_code == 200
    body = {"successor": newer, "relation": "version"}
    assert registrar.post(f"{path}/supersession", json=body).status_code == 202
    library.at_rest()
    return digest


def test_a_history_has_a_line_for_each_entry(library: RunningLibrary, changed: str) -> None:
    told = library.get(f"/resources/{changed}/history")
    kinds = [item["kind"] for item in told]
    assert sorted(kinds) == ["anchored", "described", "registered", "superseded", "taken-in"]
    assert kinds[0] == "taken-in"
    lines = {item["kind"]: item for item in told}
    assert lines["described"]["corrections"] == [
        {"field": "title", "before": "Xamsa, first", "after": "Xamsa"}
    ]
    assert lines["superseded"]["other_title"] == "Xamsa, second"
    assert lines["registered"]["facts"].keys() == {"block", "transaction"}
    bodies = library.entries()
    for kind in ("taken-in", "described", "registered", "superseded"):
        entry = json.loads(bodies[lines[kind]["entry"]])
        assert (entry["digest"], entry["at"]) == (changed, lines[kind]["at"])


@pytest.mark.parametrize(
    ("style", "media_type", "begins"),
    [
        ("bibtex", "application/x-bibtex", "@misc{muhr"),
        ("ris", "application/x-research-info-systems", "TY  - GEN\r\n"),
        ("csl", "application/vnd.citationstyles.csl+json", "["),
        ("marcxml", "application/marcxml+xml", "<?xml"),
        ("jsonld", "application/ld+json", "{"),
        ("datacite", "application/vnd.datacite.datacite+json", "{"),
        ("datacite-xml", "application/vnd.datacite.datacite+xml", "<?xml"),
    ],
)
def test_a_citation_has_the_corrected_title(
    library: RunningLibrary, changed: str, style: str, media_type: str, begins: str
) -> None:
    with library.client() as client:
        answer = client.get(f"/resources/{changed}/citation", params={"style": style})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert answer.text.startswith(begins)
    assert "Xamsa" in answer.text
    assert "first" not in answer.text


def test_what_is_not_there_has_neither(library: RunningLibrary) -> None:
    with library.client() as client:
        for path in ("history", "citation"):
            assert client.get(f"/resources/{'0' * 64}/{path}").status_code == 404
        answer = client.get(f"/resources/{'0' * 64}/citation", params={"style": "poem"})
    assert answer.status_code == 422


def test_the_command_prints_what_programs_import(
    library: RunningLibrary, changed: str, tmp_path: Path
) -> None:
    runner = CliRunner()
    told = runner.invoke(cite, [changed, "--api", library.url])
    assert (told.exit_code, told.output[:6]) == (0, "@misc{")
    ris = runner.invoke(cite, [changed, "--style", "ris", "--api", library.url])
    assert ris.stdout_bytes.endswith(b"ER  - \r\n")


def test_lists_go_by_cursor_and_name_what_belongs_together(
    library: RunningLibrary, listed: Callable[[], None]
) -> None:
    part = {"title": "Oʻzbek  adabiyoti", "volume": "3"}
    first, second = library.register_all(["Bbb of a series", "Aaa of a series"])
    for digest, title in ((first, "Oʻzbek  adabiyoti"), (second, "OʻZBEK ADABIYOTI")):
        body = {"part_of": [{**part, "title": title}]}
        path = f"/resources/{digest}/descriptions"
        assert library.registrar.post(path, json=body).status_code == 200
    listed()
    [found] = [
        item for item in library.get("/collections")["items"] if item["title"].startswith("Oʻzbek")
    ]
    assert (len(found["collection"]), found["resources"]) == (32, 2)
    assert library.get(f"/collections/{found['collection']}") == found
    page = library.get(f"/catalog/resources?by=title&limit=1&collection={found['collection']}")
    assert [row["digest"] for row in page["items"]] == [second]
    rest = f"/catalog/resources?by=title&collection={found['collection']}&cursor={page['next']}"
    assert [row["digest"] for row in library.get(rest)["items"]] == [first]
    with library.client() as client:
        assert client.get(f"{library.url}/collections/{found['collection']}").status_code == 200
        assert client.get("/collections/nothing").status_code == 404
        assert client.get("/catalog/resources", params={"license": "x"}).status_code == 422


def test_a_steward_is_told_with_its_accounts(library: RunningLibrary) -> None:
    steward = library.opened.library.steward.hex()
    told = library.get(f"/stewards/{steward}")
    assert told["accredited"] is True
    assert told["resources"] > 0
    assert {window["role"] for window in told["windows"]} >= {1}


def test_an_entry_is_told_with_a_proof_that_holds(library: RunningLibrary) -> None:
    index = library.register(title="To be proven")["accepted_entry"]
    library.anchored()
    told = library.get(f"/entries/{index}")
    leaf = merkle.leaf_hash(told["entry"].encode())
    proof = [bytes.fromhex(node) for node in told["proof"]]
    assert merkle.root_of_inclusion(leaf, index, told["size"], proof).hex() == told["root"]
    assert told["block"] is not None


def test_what_a_service_writes_in_a_citation_acts_on_no_terminal(changed: str) -> None:
    said = b"@misc{a,\r\n title = {Gone\rHere \x1b[2J},\n}"
    with answering(said) as url:
        told = CliRunner().invoke(cite, [changed, "--api", url])
    assert told.stdout_bytes == b"@misc{a,\r\n title = {Gone\nHere \\x1b[2J},\n}\n"
