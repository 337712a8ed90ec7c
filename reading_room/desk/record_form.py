"""A record as a form: a text for each field, and for a list a line for each item.

A line holds the parts of an item in their order, with bars between them: `Navoiy | aut`. A bar within a part
is written with a backslash before it. What a field holds may be empty; the record then lacks it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

TEXTS = ("title", "creator", "language", "media_type")
"""What every record has."""
FURTHER_TEXTS = ("publisher", "place", "edition", "extent", "rights_holder", "audience")
LINES: Mapping[str, tuple[str, ...]] = {
    "titles": ("text", "language"),
    "contributors": ("name", "role", "orcid", "ror"),
    "subjects": ("text", "scheme", "uri"),
    "description": ("text", "language"),
    "dates": ("kind", "edtf", "text"),
    "identifiers": ("scheme", "value"),
    "relations": ("kind", "target"),
    "part_of": ("title", "volume", "issue", "identifier"),
    "languages": (),
    "courses": (),
}
"""The parts of an item of each list, in their order; none: the item is a text."""
SHARED = ("subjects", "dates", "publisher", "place", "courses", "rights_holder")
"""What a form for many files asks for beside the texts: what is often the same for all of them."""
_BAR = re.compile(r"(?<!\\)\|")


def fields() -> tuple[str, ...]:
    """Return the names of the fields of the form, in its order."""
    return (*TEXTS, *LINES, *FURTHER_TEXTS)


def as_form(record: Mapping[str, Any]) -> dict[str, str]:
    """Return a text for each field of a record's JSON."""
    return {name: _text(name, record.get(name)) for name in fields()}


def as_record(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the JSON of a form's fields; what is empty is empty, so that the record lacks it."""
    found: dict[str, Any] = {}
    for name in fields():
        text = form.get(name, "").replace("\r\n", "\n").strip()
        if name not in LINES:
            found[name] = " ".join(text.split())
            continue
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        found[name] = [_item(LINES[name], line) for line in lines]
    return found


def corrected(form: Mapping[str, str], changed: list[tuple[str, str, str]]) -> dict[str, Any]:
    """Return the JSON of the fields that changed, as `differences` tells; the others stay as they are.

    A form holds not all that a record can: a description of several lines is one line there.
    """
    record = as_record(form)
    return {name: record[name] for name, _, _ in changed}


def shared_part(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the JSON of the fields that many files share, without those that are empty."""
    record = as_record(form)
    return {name: record[name] for name in SHARED if record.get(name)}


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return (field, as it was, as it will be) of what differs, each a text of the form."""
    return [
        (name, before.get(name, ""), after.get(name, ""))
        for name in fields()
        if before.get(name, "") != after.get(name, "")
    ]


def _text(name: str, value: Any) -> str:
    if not value:
        return ""
    if name not in LINES:
        return str(value)
    return "\n".join(_line(LINES[name], item) for item in value)


def _line(parts: tuple[str, ...], item: Any) -> str:
    if not parts:
        return str(item)
    texts = [str(item.get(part, "")).replace("|", r"\|").replace("\n", " ") for part in parts]
    while len(texts) > 1 and not texts[-1]:
        texts.pop()
    return " | ".join(texts)


def _item(parts: tuple[str, ...], line: str) -> Any:
    """Return the item of a line; parts that are too many stay in the last one."""
    if not parts:
        return line
    texts = _BAR.split(line, len(parts) - 1)
    given = [text.replace(r"\|", "|").strip() for text in texts]
    return {part: text for part, text in zip(parts, given, strict=False) if text}
