"""The history of a resource in the forms of others: PROV and PREMIS, of what stands and of what does not."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from reading_room.catalog.cli import cite
from scripts.harness.running_library import RunningLibrary

ENDS = ("prov.json", "prov.ttl", "premis.xml")
PREMIS = "{http://www.loc.gov/premis/v3}"
TITLE = "]]> & “Beshlik” \\ <b>\u0442\u0435\u0441\u0442"


@pytest.fixture(scope="module")
def told(library: RunningLibrary, registrar: httpx.Client) -> tuple[str, str]:
    """Return a book that was corrected and replaced, and what replaced it."""
    digest = str(library.register(title="Xamsa, with a mistake")["digest"])
    newer = str(library.register(title="Xamsa, the next edition")["digest"])
    path = f"/resources/{digest}"
    assert registrar.post(f"{path}/descriptions", json={"title": TITLE}).status_code == 200
    body = {"successor": newer, "relation": "version"}
    assert registrar.post(f"{path}/supersession", json=body).status_code == 202
    library.at_rest()
    return digest, newer


def prov(site: httpx.Client, digest: str) -> dict[str, Any]:
    answer = site.get(f"/resources/{digest}.prov.json")
    found: dict[str, Any] = json.loads(answer.content)
    return found


def test_each_entry_is_an_activity_with_its_proof(
    site: httpx.Client, library: RunningLibrary, told: tuple[str, str]
) -> None:
    digest, newer = told
    document = prov(site, digest)
    history = library.get(f"/resources/{digest}/history")
    entries = {line["entry"] for line in history if line["kind"] != "anchored"}
    activities = document["activity"]
    assert {int(name.partition(":")[2]) for name in activities if name.startswith("entry:")} == (
        entries
    )
    for name, activity in activities.items():
        if name.startswith("entry:"):
            assert httpx.get(activity["muhr:proof"]["$"], trust_env=False).is_success
    derived = document["wasDerivedFrom"].values()
    revisions = {(item["prov:generatedEntity"], item["prov:usedEntity"]) for item in derived}
    assert (f"sha256:{newer}", f"sha256:{digest}") in revisions
    [generated] = [
        item
        for item in document["wasGeneratedBy"].values()
        if item["prov:entity"] == f"sha256:{digest}"
    ]
    first = min(entries)
    assert generated["prov:activity"] == f"entry:{first}"
    for name in ("entry", "steward", "license"):
        assert document["prefix"][name].startswith(library.url)


def test_names_lead_to_pages(site: httpx.Client, told: tuple[str, str]) -> None:
    document = prov(site, told[0])
    for kind in ("entity", "agent", "activity"):
        for name in document[kind]:
            prefix, _, local = name.partition(":")
            address = document["prefix"][prefix] + local
            if address.startswith("http") and prefix != "library":
                assert site.get(address).status_code == 200, address


def test_a_withdrawn_resource_keeps_its_history(site: httpx.Client, withdrawn: str) -> None:
    for end in ENDS:
        assert site.get(f"/resources/{withdrawn}.{end}").status_code == 410, end
    document = prov(site, withdrawn)
    [gone] = document["wasInvalidatedBy"].values()
    assert gone["prov:entity"] == f"sha256:{withdrawn}"
    activity = document["activity"][gone["prov:activity"]]
    assert (activity["prov:type"]["$"], activity["muhr:reason"]) == ("muhr:withdrawn", "retracted")
    premis = ET.fromstring(site.get(f"/resources/{withdrawn}.premis.xml").content)
    events = [item.text for item in premis.iter(f"{PREMIS}eventType")]
    assert events[-1] == "deaccession"
    assert {"ingestion", "message digest calculation", "policy assignment"} <= set(events)


def test_premis_tells_the_file_and_whose_it_is(
    site: httpx.Client, library: RunningLibrary, told: tuple[str, str]
) -> None:
    premis = ET.fromstring(site.get(f"/resources/{told[0]}.premis.xml").content)
    assert premis.findtext(f".//{PREMIS}messageDigest") == told[0]
    assert premis.findtext(f".//{PREMIS}originalName") == TITLE
    assert premis.findtext(f".//{PREMIS}relatedObjectIdentifierValue") == (
        f"hash://sha256/{told[1]}"
    )
    linked = {item.text for item in premis.iter(f"{PREMIS}linkingEventIdentifierValue")}
    events = {item.text for item in premis.iter(f"{PREMIS}eventIdentifierValue")}
    assert linked == events
    agents = {item.text for item in premis.iter(f"{PREMIS}agentIdentifierValue")}
    assert {item.text for item in premis.iter(f"{PREMIS}linkingAgentIdentifierValue")} <= agents


def test_no_reader_is_in_a_history(
    site: httpx.Client, library: RunningLibrary, closed: str
) -> None:
    library.grant(closed)
    library.at_rest()
    for end in ENDS:
        text = site.get(f"/resources/{closed}.{end}").text
        assert "grant" not in text
        assert "opened" not in text


def test_the_api_and_the_command_tell_the_same(
    site: httpx.Client, library: RunningLibrary, told: tuple[str, str]
) -> None:
    forms, reader = ("prov-json", "prov-turtle", "premis"), library.client()
    for form, end in zip(forms, ENDS, strict=True):
        page = site.get(f"/resources/{told[0]}.{end}")
        answer = reader.get(f"/resources/{told[0]}/provenance", params={"form": form})
        assert answer.content == page.content
        done = CliRunner().invoke(cite, [told[0], "--style", form, "--api", library.url])
        assert done.exit_code == 0, done.output
        assert done.output.strip().encode() == page.content.strip()
    path = f"/resources/{told[0]}/provenance"
    assert reader.get(path, params={"form": "prov-n"}).status_code == 422


@pytest.mark.parametrize("end", ENDS)
def test_what_is_no_resource_has_no_history(site: httpx.Client, end: str) -> None:
    assert site.get(f"/resources/{'ab' * 32}.{end}").status_code == 404
    assert site.get(f"/resources/xyz.{end}").status_code == 422
    assert site.get(f"/resources/{'ab' * 32}.prov.xml").status_code == 422
