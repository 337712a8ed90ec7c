"""Histories as statements: what PROV lets be generated and used once holds for every order of entries."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.exports.provenance.forms import HISTORY_FORMS
from ledger_service.domain.exports.provenance.history import Happening, HappeningKind
from ledger_service.domain.exports.provenance.premis import EVENTS, format_premis
from ledger_service.domain.exports.provenance.statements import Link, statements_of
from ledger_service.domain.exports.provenance.story import Party, Rights, Source, Story
from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.resources.registration import (
    Metadata,
    Registration,
    RegistrationState,
    Route,
)

DIGEST, OTHER = Digest.of(b"Xamsa"), Digest.of(b"another").hex()
OURS, THEIRS = StewardId(b"\x01" * 32), StewardId(b"\x02" * 32)
LICENSE = LicenseId(b"\x03" * 32)
RECORD = Metadata('"Xamsa" \\ <b>', "application/pdf", 5, "Navoiy")
METADATA = {"metadata": "ab" * 32}
GONE = RegistrationState.WITHDRAWN


def line(kind: HappeningKind, entry: int, steward: StewardId = OURS, **facts: object) -> Happening:
    other = str(facts.pop("other", ""))
    told = {name: value for name, value in facts.items() if isinstance(value, (int, str))}
    return Happening(kind, 1_795_426_000 + entry, entry, steward.hex(), told, other=other)


def registration(steward: StewardId, state: RegistrationState) -> Registration:
    cid = ContentId.parse("f01551220" + DIGEST.hex())
    return Registration(DIGEST, steward, LICENSE, cid, RECORD, Route.HERE, state, 1_795_426_000, 1)


def story(*lines: Happening, theirs: bool = False, state: RegistrationState = GONE) -> Story:
    found = [registration(OURS, state)]
    if theirs:
        found.append(registration(THEIRS, RegistrationState.REGISTERED))
    return Story(
        registrations=tuple(found),
        shown=found[0],
        lines=lines,
        stewards={item.steward.hex(): Party("A & B", "https://a.uz/") for item in found},
        licenses={LICENSE.hex(): Rights("CC0", "http://creativecommons.org/", "00" * 32)},
        origin="library.test/muhr",
        public_url="https://library.test",
        sources=(Source("oai:a:1", "cd" * 32, 0),),
        own=OURS.hex(),
    )


WHOLE = (
    line(HappeningKind.TAKEN_IN, 1, **METADATA),
    line(HappeningKind.DESCRIBED, 2, revision=1, **METADATA),
    line(HappeningKind.KEPT, 3),
    line(HappeningKind.SUPERSEDED, 4, other=OTHER, relation=1),
    line(HappeningKind.RENDITION, 5, other=OTHER),
    line(HappeningKind.WITHDRAWN, 6, code=1),
    line(HappeningKind.KEY_DESTROYED, 7),
)


def links(told: Story, relation: str) -> list[tuple[str, str]]:
    return [
        (link.one, link.other) for link in statements_of(told).links if link.relation == relation
    ]


def test_a_resource_begins_once_and_ends_once_and_is_used_in_between() -> None:
    told, name = story(*WHOLE), f"sha256:{DIGEST}"
    assert [one for one, _ in links(told, "wasGeneratedBy")] == [name, "record:1", "record:2"]
    assert links(told, "wasInvalidatedBy") == [(name, "entry:6")]
    used = {one for one, other in links(told, "used") if other == name}
    assert used == {f"entry:{entry}" for entry in (2, 3, 4, 5, 6)}
    assert links(told, "wasInformedBy") == [("entry:7", "entry:6")]
    assert links(told, "wasRevisionOf") == [("record:2", "record:1"), (f"sha256:{OTHER}", name)]
    assert links(told, "wasDerivedFrom") == [("record:1", "sha256:" + "cd" * 32)]
    assert links(told, "alternateOf") == [(name, f"sha256:{OTHER}")]


def test_what_another_steward_stands_by_is_not_over() -> None:
    second = line(HappeningKind.TAKEN_IN, 8, THEIRS, **METADATA)
    told = story(*WHOLE, second, theirs=True)
    name = f"sha256:{DIGEST}"
    assert links(told, "wasInvalidatedBy") == []
    assert (name, "entry:8") not in links(told, "wasGeneratedBy")
    assert ("entry:8", name) in links(told, "used")
    assert {other for one, other in links(told, "wasAttributedTo") if one == name} == {
        f"steward:{OURS.hex()}",
        f"steward:{THEIRS.hex()}",
    }


def test_every_link_joins_nodes_that_are_there() -> None:
    for told in (story(*WHOLE), story(*WHOLE[:1], state=RegistrationState.ACCEPTED)):
        stated = statements_of(told)
        names = {node.name for node in stated.nodes}
        assert [link for link in stated.links if not {link.one, link.other} <= names] == []
        assert len(set(stated.links)) == len(stated.links)
        assert isinstance(stated.links[0], Link)


@pytest.mark.parametrize("form", HISTORY_FORMS, ids=lambda form: form.end)
def test_texts_of_records_break_no_form(form: object) -> None:
    title = "]]> \\ \" <b> & \x0b ' ${x} \n\u2028"
    told = story(*WHOLE)
    told = replace(told, origin=title, stewards={OURS.hex(): Party(title, 'https://a.uz/"> .')})
    text = form.write(told)  # type: ignore[attr-defined]
    if form.end.endswith("json"):  # type: ignore[attr-defined]
        agents = json.loads(text)["agent"]
        assert agents["library:service"]["prov:label"] == title
    elif form.end.endswith("xml"):  # type: ignore[attr-defined]
        assert ET.fromstring(text) is not None
    else:
        assert "https://a.uz/%22" not in text  # it is a text, in quotes
        assert '"https://a.uz/\\"> ."^^xsd:anyURI' in text


def test_each_line_is_an_event_of_archives_but_anchors() -> None:
    assert set(HappeningKind) - set(EVENTS) == {HappeningKind.ANCHORED}
    premis = ET.fromstring(format_premis(story(*WHOLE)))
    types = [item.text for item in premis.iter("{http://www.loc.gov/premis/v3}eventType")]
    assert types == [
        "ingestion",
        "message digest calculation",
        "policy assignment",
        "metadata modification",
        "ingestion",
        "fixity check",
        "modification",
        "modification",
        "deaccession",
        "deletion",
    ]
