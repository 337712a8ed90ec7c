"""A work as CSL JSON, which citation processors read (media type application/vnd.citationstyles.csl+json)."""

from __future__ import annotations

import json
from typing import Any

from ledger_service.domain.exports.cited_dates import Day
from ledger_service.domain.exports.cited_work import EDITORS, TRANSLATORS, Person, Work

MEDIA_TYPE = "application/vnd.citationstyles.csl+json"
KINDS = {
    "article": "article-journal",
    "book": "book",
    "sound": "song",
    "film": "motion_picture",
    "picture": "graphic",
    "map": "map",
    "data": "dataset",
    "file": "document",
}


def format_csl(work: Work) -> str:
    """Return a list of one item, as the schema of CSL has it."""
    return json.dumps([csl_item(work)], ensure_ascii=False, indent=1) + "\n"


def csl_item(work: Work) -> dict[str, Any]:
    """Return a work as an item of CSL; what the record does not say is left out."""
    host = work.host
    told: dict[str, Any] = {
        "id": work.address,
        "type": KINDS[work.kind],
        "title": work.title,
        "author": [_name(person) for person in work.authors],
        "editor": [_name(person) for person in work.of_role(EDITORS)],
        "translator": [_name(person) for person in work.of_role(TRANSLATORS)],
        "issued": _date(work),
        "container-title": host.title if host else "",
        "volume": host.volume if host else "",
        "issue": host.issue if host else "",
        "publisher": work.publisher,
        "publisher-place": work.place,
        "edition": work.edition,
        "ISBN": work.identifier("isbn"),
        "ISSN": work.identifier("issn"),
        "DOI": work.identifier("doi"),
        "call-number": work.identifier("call-number"),
        "URL": work.address,
        "language": work.language,
        "keyword": ", ".join(subject.text for subject in work.subjects),
        "abstract": work.description,
        "status": "withdrawn" if work.withdrawn else "",
        "note": f"SHA-256: {work.digest}",
    }
    return {name: value for name, value in told.items() if value}


def _name(person: Person) -> dict[str, str]:
    parts = person.parts
    return {"literal": person.name} if parts is None else {"family": parts[0], "given": parts[1]}


def _date(work: Work) -> dict[str, Any]:
    """Return when it was published; what CSL has no numbers for is told as it is written."""
    span = work.span
    if span is None or span.first is None:
        return {"literal": work.issued} if work.issued else {}
    days: list[Day] = [span.first, *([span.last] if span.last is not None else [])]
    told: dict[str, Any] = {"date-parts": [day.parts() for day in days]}
    if span.first.season is not None and span.last is None:
        told["season"] = span.first.season
    if span.is_about:
        told["circa"] = True
    return told
