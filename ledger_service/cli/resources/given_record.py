"""Records as people give them to a command: a file of JSON, or one field after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from ledger_service.adapters.given_files import read_given
from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson, InvalidMetadata
from ledger_service.domain.resources.record import FIELDS, TEXTS, Record, read_fields
from ledger_service.domain.resources.record_cells import read_cell
from ledger_service.domain.resources.registration import NARROW

LARGEST_FILE_BYTES = 65_536
SIZE = "size_bytes"  # it follows from the file
CORRECTED = tuple(name for name in NARROW if name != SIZE)
record_option = click.option(
    "--record",
    "record_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON file with the whole record (docs/formats.md §9).",
)


def read_record(file: Path) -> dict[str, Any]:
    """Return what a file says of a resource, in the form that is kept; raise InvalidJson, InvalidMetadata."""
    told = foreign_json.parse(read_given(file, LARGEST_FILE_BYTES), LARGEST_FILE_BYTES)
    if not isinstance(told, dict) or SIZE in told:
        raise InvalidMetadata("record")
    return kept_form(told)


def read_set(given: Sequence[str]) -> dict[str, Any]:
    """Return the fields of texts such as `publisher=Fan`, `subjects=Tarix [udc]` or JSON behind the sign.

    A field that is named twice is a list. Nothing behind the sign takes the field away.

    Raises:
        UsageError: one has no sign, or begins as JSON and is none.
        InvalidMetadata: a field or a text that no record has.
    """
    told: dict[str, Any] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign:
            raise click.UsageError(f"--set takes FIELD=VALUE, which “{text[:80]}” is not.")
        read = _value(name, value.strip())
        told[name] = [*_listed(told[name]), *_listed(read)] if name in told else read
    return kept_form(told)


def whole(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a correction by which a record has these further fields and no others."""
    return {**{name: "" if name in TEXTS else [] for name in FIELDS}, **record}


def kept_form(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a record in the form that is kept; an empty one stays, and takes a field away.

    Raises InvalidMetadata.
    """
    found: dict[str, Any] = {}
    for name, value in told.items():
        if name in CORRECTED:
            if not isinstance(value, str):
                raise InvalidMetadata("form", name=name)
            found[name] = value
        elif name in FIELDS and value in (None, "", []):
            found[name] = "" if name in TEXTS else []
        else:
            record = Record(**read_fields({name: value}))
            record.check_fields()
            found |= record.wider()
    return found


def _value(name: str, text: str) -> Any:
    if name in (*TEXTS, *CORRECTED) or not text:
        return text
    if not text.startswith(("[", "{")):
        return read_cell(name, text)
    try:
        return foreign_json.parse(text.encode(), LARGEST_FILE_BYTES)
    except InvalidJson as exc:
        raise click.UsageError(f"The JSON behind --set {name}= cannot be read.") from exc


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
