"""A history as PREMIS 3: the file, what happened to it, who did it, and the rights in it.

Source: PREMIS Data Dictionary 3.0; types of events are those of id.loc.gov/vocabulary/preservation/eventType.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ledger_service.domain.exports.forms.xml_text import xml_attribute, xml_text
from ledger_service.domain.exports.provenance.history import Happening, HappeningKind
from ledger_service.domain.exports.provenance.prov_json import time_of
from ledger_service.domain.exports.provenance.story import HASH_URI, Story
from ledger_service.domain.resources.registration import Link as Pointer
from ledger_service.domain.resources.registration import WithdrawalReason

MEDIA_TYPE = "application/xml"  # PREMIS has no media type of its own
NAMESPACE = "http://www.loc.gov/premis/v3"
VOCABULARY = "http://id.loc.gov/vocabulary/preservation/"
URI = "URI"


class _EventType(NamedTuple):
    code: str
    label: str


INGESTION = _EventType("ing", "ingestion")
DIGEST_CALCULATION = _EventType("mes", "message digest calculation")
FIXITY_CHECK = _EventType("fix", "fixity check")
POLICY_ASSIGNMENT = _EventType("poa", "policy assignment")
EVENTS = {
    HappeningKind.TAKEN_IN: (INGESTION, DIGEST_CALCULATION, POLICY_ASSIGNMENT),
    HappeningKind.REGISTERED: (_EventType("acc", "accession"),),
    HappeningKind.DESCRIBED: (_EventType("mem", "metadata modification"),),
    HappeningKind.STORED: (_EventType("enc", "encryption"),),
    HappeningKind.KEPT: (INGESTION, FIXITY_CHECK),  # its bytes have the digest that was registered
    HappeningKind.KEY_DESTROYED: (_EventType("del", "deletion"),),
    HappeningKind.RENDITION: (_EventType("mod", "modification"),),
    HappeningKind.SUPERSEDED: (_EventType("mod", "modification"),),
    HappeningKind.TAKEN_BACK: (_EventType("mod", "modification"),),
    HappeningKind.WITHDRAWN: (_EventType("dea", "deaccession"),),
}
"""What each line is an event of; an anchor is evidence on a ledger, and no event of a file."""
RELATIONSHIPS = {
    Pointer.VERSION: ("replacement", "is superseded by"),
    Pointer.CORRECTION: ("replacement", "is superseded by"),
    Pointer.TRANSLATION: ("derivation", "is source of"),
    Pointer.RENDITION: ("derivation", "has source"),
}


class _Event(NamedTuple):
    """An event. name: its identifier."""

    name: str
    type: _EventType
    line: Happening


def format_premis(story: Story) -> str:
    """Return a history as a document of PREMIS 3."""
    events = list(_events(story))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<premis xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0">',
        *_object(story, events),
    ]
    for event in events:
        lines += _event(story, event)
    lines += [*_agents(story), *_rights(story), "</premis>"]
    return "".join(line + "\n" for line in lines)


def _events(story: Story) -> Iterator[_Event]:
    for line in story.lines:
        for place, event_type in enumerate(EVENTS.get(line.kind, ())):
            page = f"{story.public_url}/entries/{line.entry}"
            yield _Event(page + (f"#{event_type.code}" if place else ""), event_type, line)


def _text(name: str, text: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{xml_text(text)}</{name}>"


def _controlled(name: str, text: str, vocabulary: str, code: str) -> str:
    """Return a term of a vocabulary of the Library of Congress."""
    authority = xml_attribute(VOCABULARY + vocabulary)
    value = xml_attribute(f"{VOCABULARY}{vocabulary}/{code}")
    told = f' authority="{vocabulary}" authorityURI={authority} valueURI={value}'
    return _text(name, text, told)


def _named(name: str, kind: str, value: str, *roles: str) -> str:
    """Return an identifier, or a link to one with the roles that it has."""
    first = name[:1].lower() + name[1:]
    linked = [_text(first.removesuffix("Identifier") + "Role", role) for role in roles]
    parts = [_text(f"{first}Type", kind), _text(f"{first}Value", value), *linked]
    return f"<{first}>{''.join(parts)}</{first}>"


def _object(story: Story, events: list[_Event]) -> Iterator[str]:
    record, digest = story.shown.record, story.digest
    yield '<object xsi:type="file">'
    yield _named("objectIdentifier", URI, story.uri)
    yield _named("objectIdentifier", URI, story.address)
    yield _named("objectIdentifier", "CID", story.shown.cid.base32())
    yield "<objectCharacteristics>"
    algorithm = _controlled(
        "messageDigestAlgorithm", "SHA-256", "cryptographicHashFunctions", "sha256"
    )
    originator = _text("messageDigestOriginator", story.origin)
    yield f"<fixity>{algorithm}{_text('messageDigest', digest)}{originator}</fixity>"
    yield _text("size", str(record.size_bytes))
    name = _text("formatName", record.media_type)
    yield f"<format><formatDesignation>{name}</formatDesignation></format>"
    yield "</objectCharacteristics>"
    yield _text("originalName", record.title)
    yield from _relationships(story)
    for event in events:
        yield _named("linkingEventIdentifier", URI, event.name)
    for statement in _statements(story):
        yield _named("linkingRightsStatementIdentifier", URI, statement)
    yield "</object>"


def _relationships(story: Story) -> Iterator[str]:
    for line in story.lines:
        if line.kind not in (HappeningKind.SUPERSEDED, HappeningKind.RENDITION):
            continue
        is_rendition = line.kind is HappeningKind.RENDITION
        pointer = Pointer.RENDITION if is_rendition else Pointer(int(line.facts["relation"]))
        kind, further = RELATIONSHIPS[pointer]
        yield "<relationship>"
        yield _text("relationshipType", kind)
        yield _text("relationshipSubType", further)
        yield _named("relatedObjectIdentifier", URI, HASH_URI + line.other)
        yield _named("relatedEventIdentifier", URI, f"{story.public_url}/entries/{line.entry}")
        yield "</relationship>"


def _event(story: Story, event: _Event) -> Iterator[str]:
    line = event.line
    yield "<event>"
    yield _named("eventIdentifier", URI, event.name)
    yield _controlled("eventType", event.type.label, "eventType", event.type.code)
    yield _text("eventDateTime", time_of(line.at))
    detail = f"{line.kind}; proof: {story.public_url}/api/v1/entries/{line.entry}"
    yield f"<eventDetailInformation>{_text('eventDetail', detail)}</eventDetailInformation>"
    outcome = _controlled("eventOutcome", "success", "eventOutcome", "suc")
    note = _text("eventOutcomeDetailNote", _outcome(story, event))
    noted = f"<eventOutcomeDetail>{note}</eventOutcomeDetail>"
    yield f"<eventOutcomeInformation>{outcome}{noted}</eventOutcomeInformation>"
    steward = f"{story.public_url}/stewards/{line.steward}"
    yield _named("linkingAgentIdentifier", URI, steward, "authorizer")
    yield _named("linkingAgentIdentifier", URI, _service(story), "executing program")
    yield _named("linkingObjectIdentifier", URI, story.uri, "source")
    if line.other:
        yield _named("linkingObjectIdentifier", URI, HASH_URI + line.other, "outcome")
    yield "</event>"


def _outcome(story: Story, event: _Event) -> str:
    """Return what came of an event: a digest, an address, or a word of a closed list."""
    line = event.line
    if event.type in (DIGEST_CALCULATION, FIXITY_CHECK):
        return f"sha256:{story.digest}"
    if event.type is POLICY_ASSIGNMENT:
        return f"{story.public_url}/licenses/{story.license_of(line.steward)}"
    if line.kind is HappeningKind.WITHDRAWN:
        return WithdrawalReason(int(line.facts["code"])).name.lower()
    if "metadata" in line.facts:
        return f"record sha256:{line.facts['metadata']}"
    if "transaction" in line.facts:
        return f"transaction 0x{line.facts['transaction']}, block {line.facts['block']}"
    return f"entry {line.entry}"


def _service(story: Story) -> str:
    return f"{story.public_url}/#service"


def _agents(story: Story) -> Iterator[str]:
    told = [
        (f"{story.public_url}/stewards/{steward}", party.name, "organization", "org")
        for steward, party in story.stewards.items()
    ]
    told.append((_service(story), story.origin, "software", "sof"))
    for address, name, kind, code in told:
        yield "<agent>"
        yield _named("agentIdentifier", URI, address)
        yield _text("agentName", name)
        yield _controlled("agentType", kind, "agentType", code)
        yield "</agent>"


def _statements(story: Story) -> dict[str, str]:
    """Return the steward of each statement of rights, by the statement's identifier."""
    stewards = (item.steward.hex() for item in story.registrations)
    return {f"{story.address}#rights-{steward}": steward for steward in stewards}


def _rights(story: Story) -> Iterator[str]:
    yield "<rights>"
    for statement, steward in _statements(story).items():
        license_id = story.license_of(steward)
        rights = story.licenses[license_id]
        yield "<rightsStatement>"
        yield _named("rightsStatementIdentifier", URI, statement)
        yield _controlled("rightsBasis", "license", "rightsBasis", "lic")
        yield "<licenseInformation>"
        yield _named("licenseDocumentationIdentifier", URI, rights.uri)
        page = f"{story.public_url}/licenses/{license_id}"
        yield _named("licenseDocumentationIdentifier", URI, page)
        yield _text("licenseTerms", rights.name)
        yield "</licenseInformation>"
        yield _named("linkingObjectIdentifier", URI, story.uri)
        agent = f"{story.public_url}/stewards/{steward}"
        yield _named("linkingAgentIdentifier", URI, agent)
        yield "</rightsStatement>"
    yield "</rights>"
