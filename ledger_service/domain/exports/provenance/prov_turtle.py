"""Statements as PROV-O in Turtle. Source: PROV-O and RDF 1.1 Turtle, W3C recommendations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ledger_service.domain.exports.provenance.prov_json import time_of
from ledger_service.domain.exports.provenance.statements import (
    Kind,
    Node,
    Statements,
    Type,
    Value,
    statements_of,
)
from ledger_service.domain.exports.provenance.story import Story

MEDIA_TYPE = "text/turtle"
_IN_TEXT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_AT = {"wasGeneratedBy": "prov:generatedAtTime", "wasInvalidatedBy": "prov:invalidatedAtTime"}
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


def format_prov_turtle(story: Story) -> str:
    """Return a history as a graph in Turtle."""
    return "".join(line + "\n" for line in prov_turtle(statements_of(story)))


def prov_turtle(stated: Statements) -> Iterator[str]:
    """Yield statements as lines of Turtle, a block for each node; names are written whole."""
    for prefix in ("prov", "xsd"):
        yield f"@prefix {prefix}: <{stated.prefixes[prefix]}> ."
    for node in stated.nodes:
        yield ""
        told = [*_facts(stated, node), *_links(stated, node)]
        yield f"{_iri(stated, node.name)} a prov:{node.kind.capitalize()}" + (";" if told else " .")
        for number, (name, value) in enumerate(told, 1):
            yield f"  {name} {value}" + (" ." if number == len(told) else ";")


def _facts(stated: Statements, node: Node) -> Iterator[tuple[str, str]]:
    if node.kind is Kind.ACTIVITY and node.at is not None:
        for name in ("prov:startedAtTime", "prov:endedAtTime"):
            yield name, _time(node.at)
    for name, value in node.facts:
        if name == "prov:type":
            yield "a", _iri(stated, value.text)
        elif name == "prov:label":
            yield f"<{_LABEL}>", _value(stated, value)
        else:
            yield _iri(stated, name), _value(stated, value)


def _links(stated: Statements, node: Node) -> Iterator[tuple[str, str]]:
    for link in stated.links:
        if link.one != node.name:
            continue
        yield f"prov:{link.relation}", _iri(stated, link.other)
        if link.at is not None:
            yield _AT[link.relation], _time(link.at)


def _value(stated: Statements, value: Value) -> str:
    if value.type is Type.NAME:
        return _iri(stated, value.text)
    if value.type is Type.NUMBER:
        return value.text
    text = "".join(_IN_TEXT.get(letter, letter) for letter in value.text)
    return f'"{text}"' + ("^^xsd:anyURI" if value.type is Type.ADDRESS else "")


def _time(seconds: int) -> str:
    return f'"{time_of(seconds)}"^^xsd:dateTime'


def _iri(stated: Statements, name: str) -> str:
    prefix, _, local = name.partition(":")
    whole = stated.prefixes[prefix] + local
    return f"<{_NOT_IN_IRI.sub(lambda letter: f'%{ord(letter[0]):02X}', whole)}>"
