"""Histories by programs that are not ours: prov, rdflib and xmlschema read them, bagit finds them whole."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from ledger_service.cli import main
from scripts.harness.asked_library import some_bytes
from scripts.harness.running_library import RunningLibrary

SCHEMA = Path(__file__).with_name("premis_subset.xsd")
PREMIS = "http://www.loc.gov/premis/v3"
PROV = "http://www.w3.org/ns/prov#"
PARSED = """
import json, sys, rdflib
graph = rdflib.Graph().parse(sys.argv[1], format="turtle")
print(json.dumps([[str(term) for term in triple] for triple in graph]))
"""


@pytest.fixture(scope="module")
def book(library: RunningLibrary) -> str:
    """Return a book that was corrected and replaced, under a title that every format must escape."""
    digest, newer = (library.register(some_bytes(), title=title)["digest"] for title in "AB")
    path = f"/resources/{digest}"
    title = {"title": '<A> & "Xamsa" \\ Навоий'}
    assert library.registrar.post(f"{path}/descriptions", json=title).is_success
    body = {"successor": newer, "relation": "version"}
    assert library.registrar.post(f"{path}/supersession", json=body).is_success
    library.at_rest()
    return str(digest)


@pytest.fixture(scope="module")
def written(library: RunningLibrary, book: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the forms of the book's history, as the library serves them."""
    folder = tmp_path_factory.mktemp("history")
    for end in ("prov.json", "prov.ttl", "premis.xml"):
        answer = httpx.get(f"{library.url}/resources/{book}.{end}", trust_env=False)
        (folder / end).write_bytes(answer.raise_for_status().content)
    return folder


def run(*command: object, ok: bool = True) -> str:
    command = tuple(str(part) for part in command)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is ok, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("between", ["json", "provn", "xml", "rdf"])
def test_prov_reads_a_history_and_writes_it_in_other_forms(
    clients: Path, written: Path, tmp_path: Path, between: str
) -> None:
    source, there = written / "prov.json", tmp_path / f"there.{between}"
    run(clients / "prov-convert", "-f", between, source, there)
    assert there.stat().st_size > 1000
    if between == "provn":  # which prov writes and does not read
        return
    back, other = tmp_path / "back.json", tmp_path / "other.json"
    run(clients / "prov-convert", "-i", between, "-f", "json", there, back)
    compare = [clients / "prov-compare", "-f", "json", "-F", "json", source]
    run(*compare, back)
    changed = json.loads(source.read_bytes())
    changed["wasGeneratedBy"].popitem()
    other.write_text(json.dumps(changed))
    run(*compare, other, ok=False)


def test_rdflib_reads_the_turtle_as_the_same_history(
    clients: Path, written: Path, book: str, library: RunningLibrary
) -> None:
    triples = json.loads(run(clients / "python", "-c", PARSED, written / "prov.ttl"))
    name = f"hash://sha256/{book}"
    told = {(one, relation.removeprefix(PROV)): other for one, relation, other in triples}
    assert told[name, "wasGeneratedBy"].startswith(f"{library.url}/entries/")
    assert told[name, "wasAttributedTo"].startswith(f"{library.url}/stewards/")
    [newer] = [one for one, relation, other in triples if other == name and "Revision" in relation]
    assert newer.startswith("hash://sha256/")
    document = json.loads((written / "prov.json").read_bytes())
    activities = [one for one, _, other in triples if other == PROV + "Activity"]
    assert len(activities) == len(document["activity"])


def test_xmlschema_finds_premis_as_its_dictionary_asks(
    clients: Path, written: Path, tmp_path: Path
) -> None:
    validate = [clients / "xmlschema-validate", "--schema", SCHEMA]
    run(*validate, written / "premis.xml")
    text = (written / "premis.xml").read_text()
    faults = (
        ("ingestion</eventType>", "eaten</eventType>"),
        ('version="3.0"', 'version="2.2"'),
        ("<eventDateTime>", "<eventDateTime>on "),
    )
    for number, (good, bad) in enumerate(faults):
        wrong = tmp_path / f"{number}.xml"
        assert good in text
        wrong.write_text(text.replace(good, bad))
        run(*validate, wrong, ok=False)


def test_a_bag_has_them_and_bagit_finds_a_changed_byte_in_one(
    library: RunningLibrary, clients: Path, book: str, tmp_path: Path
) -> None:
    bag = tmp_path / "bag"
    library.anchored()
    done = CliRunner().invoke(main, ["export", book, "--bag", str(bag)], env=library.environment)
    assert done.exit_code == 0, done.output
    validate = [clients / "python", clients / "bagit.py", "--validate", bag]
    run(*validate)
    for name in ("provenance.json", "provenance.ttl", "premis.xml"):
        path = bag / "muhr" / book / name
        whole = path.read_bytes()
        path.write_bytes(whole[:-2] + b"?\n")
        run(*validate, ok=False)
        path.write_bytes(whole)
    run(*validate)
