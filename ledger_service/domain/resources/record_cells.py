"""The fields of a record as one text: in a cell of a table, on a command line, in a box of a form.

What a part says beside its first text stands behind it in square brackets: `Qodiriy, Abdulla [aut]`,
`Tarix [udc]`, `1926? [issued]`, `Meros [3, 2, 0378-5955]`. Identifiers and relations begin with their kind:
`isbn:978…`, `references:https://…`. Source: docs/formats.md §14.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ledger_service.domain.errors import InvalidMetadata
from ledger_service.domain.resources import edtf, work_identifier
from ledger_service.domain.resources.record import FIELDS, LISTS, NAMED, PARTS, TEXTS
from ledger_service.domain.resources.record_parts import DATES, RELATIONS

BETWEEN = "|"  # items of one cell
_BRACKETS = re.compile(r"(.*\S)\s*\[([^\[\]]*)\]\Z", re.DOTALL)
BEHIND: Mapping[str, tuple[str, ...]] = {
    "titles": ("text", "language"),
    "description": ("text", "language"),
    "contributors": ("name", "role", "orcid", "ror"),
    "subjects": ("text", "scheme", "uri"),
    "part_of": ("title", "volume", "issue", "identifier"),
}
"""What the first text is, and in which order the others stand in brackets."""


def read_cell(name: str, text: str) -> Any:
    """Return the JSON of a field that is given as one text; of a list, of each item that it has.

    Raises:
        InvalidMetadata: no record has such a field.
    """
    if name not in FIELDS:
        raise InvalidMetadata("key", name=name[:40], known=NAMED)
    if name in TEXTS:
        return text
    items = [item.strip() for item in text.split(BETWEEN) if item.strip()]
    return items if name in LISTS else [read_item(name, item) for item in items]


def read_item(name: str, text: str) -> dict[str, str]:
    """Return the JSON of one part that is given as one text."""
    return _OTHERS[name](text) if name in _OTHERS else _bracketed(name, text)


def _bracketed(name: str, text: str) -> dict[str, str]:
    """Return a part whose last brackets hold its further texts; if they cannot, they are of its first."""
    first, *others = BEHIND[name]
    found = _BRACKETS.match(text) if text.endswith("]") else None
    if found:
        values = [value.strip() for value in found[2].split(",")]
        told = {first: found[1], **dict(zip(others, values, strict=False))}
        told = {key: value for key, value in told.items() if value}
        if len(values) <= len(others) and _is_right(name, told):
            return told
    return {first: text}


def _is_right(name: str, told: dict[str, str]) -> bool:
    try:
        PARTS[name][0].read(told)
    except InvalidMetadata:
        return False
    return True


def _date(text: str) -> dict[str, str]:
    found = _BRACKETS.match(text) if text.endswith("]") else None
    kind, written = (found[2], found[1]) if found and found[2] in DATES else ("issued", text)
    told = {"kind": kind, "edtf": edtf.guessed(written), "text": written}
    return {key: value for key, value in told.items() if value}


def _identifier(text: str) -> dict[str, str]:
    scheme, sign, value = text.partition(":")
    if sign and scheme in work_identifier.SCHEMES and value.strip():
        return {"scheme": scheme, "value": text if scheme in ("urn", "ark") else value.strip()}
    if recognized := work_identifier.recognized(text):
        return {"scheme": recognized[0], "value": recognized[1]}
    return {"scheme": "uri" if "://" in text else "local", "value": text}


def _relation(text: str) -> dict[str, str]:
    kind, sign, target = text.partition(":")
    if sign and kind in RELATIONS and target.strip():
        return {"kind": kind, "target": target.strip()}
    return {"kind": "related", "target": text}


_OTHERS: Mapping[str, Callable[[str], dict[str, str]]] = {
    "dates": _date,
    "identifiers": _identifier,
    "relations": _relation,
}
