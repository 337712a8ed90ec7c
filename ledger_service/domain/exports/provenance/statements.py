"""A history as statements of W3C PROV: the resource and its records are entities, entries activities.

Every name is the address of a page of the library, or a hash URI, so that it stays the same however often it
is asked. Source: PROV-DM, W3C recommendation of 2013-04-30.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ledger_service.domain.exports.provenance.history import Happening, HappeningKind
from ledger_service.domain.exports.provenance.story import HASH_URI, Story
from ledger_service.domain.resources.registration import Link as Pointer
from ledger_service.domain.resources.registration import WithdrawalReason

NAMESPACE = "https://muhr.example/ns/provenance#"
OF_OTHERS = {
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
    "muhr": NAMESPACE,
}
BY_THE_SERVICE = (HappeningKind.ANCHORED, HappeningKind.STORED, HappeningKind.KEY_DESTROYED)
SERVICE = "library:service"


class Kind(StrEnum):
    """What a node is."""

    ENTITY = "entity"
    ACTIVITY = "activity"
    AGENT = "agent"


class Type(StrEnum):
    """What a value is: text, a number, an address, or a name of this document."""

    TEXT = "xsd:string"
    NUMBER = "xsd:integer"
    ADDRESS = "xsd:anyURI"
    NAME = "prov:QUALIFIED_NAME"


class Value(NamedTuple):
    """A value and its type."""

    text: str
    type: Type = Type.TEXT


@dataclass(frozen=True)
class Node:
    """An entity, an activity or an agent. name: prefix:local; at: when an activity was, else None."""

    kind: Kind
    name: str
    facts: tuple[tuple[str, Value], ...]
    at: int | None = None


class Link(NamedTuple):
    """A relation, as PROV names it, from one node to another. at: when; None if that is not said."""

    relation: str
    one: str
    other: str
    at: int | None = None


@dataclass(frozen=True)
class Statements:
    """What is stated. prefixes: of the names, with what they stand for."""

    prefixes: Mapping[str, str]
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]


def statements_of(story: Story) -> Statements:
    """Return a history as statements."""
    prefixes = {
        **OF_OTHERS,
        "anchor": f"{story.address}#anchor-",
        "entry": f"{story.public_url}/entries/",
        "library": f"{story.public_url}/#",
        "license": f"{story.public_url}/licenses/",
        "record": f"{story.address}#record-",
        "sha256": HASH_URI,
        "steward": f"{story.public_url}/stewards/",
    }
    nodes = {node.name: node for node in [*_agents(story), *_entities(story), *_activities(story)]}
    links = dict.fromkeys([*_about_resource(story), *_about_records(story), *_about_others(story)])
    return Statements(prefixes, tuple(nodes.values()), tuple(links))


def _facts(*told: tuple[str, str | Value]) -> tuple[tuple[str, Value], ...]:
    """Return what has a text, each with its type."""
    typed = ((name, text if isinstance(text, Value) else Value(text)) for name, text in told)
    return tuple((name, value) for name, value in typed if value.text)


def _name(text: str) -> Value:
    return Value(text, Type.NAME)


def _address(text: str) -> Value:
    return Value(text, Type.ADDRESS)


def _number(number: int) -> Value:
    return Value(str(number), Type.NUMBER)


def _activity(line: Happening) -> str:
    prefix = "anchor" if line.kind is HappeningKind.ANCHORED else "entry"
    return f"{prefix}:{line.entry}"


def _agents(story: Story) -> Iterator[Node]:
    for steward, party in story.stewards.items():
        told = _facts(
            ("prov:type", _name("prov:Organization")),
            ("prov:label", party.name),
            ("dcterms:identifier", _address(party.uri)),
        )
        yield Node(Kind.AGENT, f"steward:{steward}", told)
    told = _facts(("prov:type", _name("prov:SoftwareAgent")), ("prov:label", story.origin))
    yield Node(Kind.AGENT, SERVICE, told)


def _entities(story: Story) -> Iterator[Node]:
    record = story.shown.record
    told = _facts(
        ("prov:type", _name("muhr:Resource")),
        ("prov:label", record.title),
        ("dcterms:title", record.title),
        ("dcterms:creator", record.creator),
        ("dcterms:language", record.language),
        ("dcterms:format", record.media_type),
        ("muhr:bytes", _number(record.size_bytes)),
        ("muhr:cid", story.shown.cid.base32()),
        ("muhr:page", _address(story.address)),
    )
    yield Node(Kind.ENTITY, f"sha256:{story.digest}", told)
    for license_id, rights in story.licenses.items():
        named = _facts(
            ("prov:type", _name("muhr:License")),
            ("prov:label", rights.name),
            ("dcterms:source", _address(rights.uri)),
            ("muhr:policy", rights.policy.strip("0") and rights.policy),
        )
        yield Node(Kind.ENTITY, f"license:{license_id}", named)
    for source in story.sources:
        named = _facts(
            ("prov:type", _name("muhr:SourceRecord")),
            ("dcterms:identifier", source.identifier),
            ("dcterms:source", _address(source.address)),
        )
        yield Node(Kind.ENTITY, f"sha256:{source.digest}", named)
    for line in story.lines:
        if line.kind in (HappeningKind.TAKEN_IN, HappeningKind.DESCRIBED):
            named = _facts(
                ("prov:type", _name("muhr:Record")),
                ("muhr:describes", _name(f"sha256:{story.digest}")),
                ("muhr:revision", _number(int(line.facts.get("revision", 0)))),
                ("muhr:sha256", str(line.facts["metadata"])),
            )
            yield Node(Kind.ENTITY, f"record:{line.entry}", named)
        if line.other:
            named = _facts(("prov:type", _name("muhr:Resource")), ("prov:label", line.other_title))
            yield Node(Kind.ENTITY, f"sha256:{line.other}", named)


def _activities(story: Story) -> Iterator[Node]:
    for line in story.lines:
        is_anchor = line.kind is HappeningKind.ANCHORED
        facts = line.facts
        code = int(facts["code"]) if "code" in facts else None
        told = _facts(
            ("prov:type", _name(f"muhr:{line.kind}")),
            ("muhr:size" if is_anchor else "muhr:entry", _number(line.entry)),
            ("muhr:proof", _address("" if is_anchor else _proof(story, line))),
            ("muhr:reason", "" if code is None else WithdrawalReason(code).name.lower()),
            ("muhr:block", _number(int(facts["block"])) if "block" in facts else ""),
            ("muhr:transaction", str(facts.get("transaction", ""))),
        )
        yield Node(Kind.ACTIVITY, _activity(line), told, line.at)


def _proof(story: Story, line: Happening) -> str:
    return f"{story.public_url}/api/v1/entries/{line.entry}"


def _about_resource(story: Story) -> Iterator[Link]:
    """Yield how it came and went, who answers for it, and what was done with it in between."""
    name, beginning, end = f"sha256:{story.digest}", story.beginning, story.end
    if story.own in story.stewards:
        yield Link("actedOnBehalfOf", SERVICE, f"steward:{story.own}")
    for item in story.registrations:
        yield Link("wasAttributedTo", name, f"steward:{item.steward.hex()}")
    is_over = False
    for line in story.lines:
        activity = _activity(line)
        if line is beginning:
            yield Link("wasGeneratedBy", name, activity, line.at)
        elif is_over and end is not None:
            yield Link("wasInformedBy", activity, _activity(end))
        else:
            yield Link("used", activity, name)
        if line is end:
            yield Link("wasInvalidatedBy", name, activity, line.at)
            is_over = True
        agent = SERVICE if line.kind in BY_THE_SERVICE else f"steward:{line.steward}"
        yield Link("wasAssociatedWith", activity, agent)


def _about_records(story: Story) -> Iterator[Link]:
    """Yield of what each record was made, and by which entry; the first by what its source told."""
    before: dict[str, str] = {}
    for line in story.lines:
        if line.kind not in (HappeningKind.TAKEN_IN, HappeningKind.DESCRIBED):
            continue
        record, activity = f"record:{line.entry}", _activity(line)
        yield Link("wasGeneratedBy", record, activity, line.at)
        yield Link("wasAttributedTo", record, f"steward:{line.steward}")
        if line.steward in before:
            yield Link("wasRevisionOf", record, before[line.steward])
        else:
            yield Link("used", activity, f"license:{story.license_of(line.steward)}")
            if line.steward == story.own:
                for source in story.sources:
                    yield Link("wasDerivedFrom", record, f"sha256:{source.digest}")
        before[line.steward] = record


def _about_others(story: Story) -> Iterator[Link]:
    """Yield what has taken the resource's place, was made of it, or is another file of the same."""
    name = f"sha256:{story.digest}"
    for line in story.lines:
        if line.kind is HappeningKind.SUPERSEDED:
            takes_place = Pointer(int(line.facts["relation"])).takes_place
            relation = "wasRevisionOf" if takes_place else "wasDerivedFrom"
            yield Link(relation, f"sha256:{line.other}", name)
        elif line.kind is HappeningKind.RENDITION:
            yield Link("alternateOf", name, f"sha256:{line.other}")
