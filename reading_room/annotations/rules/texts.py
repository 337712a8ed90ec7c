"""Texts that others send, bounded, and without what no eye sees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ledger_service.domain.errors import InvalidAnnotation

LONGEST_STRING = 8_000  # characters, of whatever has no bound of its own
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


def read_text(
    given: Mapping[str, Any], name: str, longest: int = LONGEST_STRING, least: int = 0
) -> str:
    """Return a text of JSON, empty if it is not there; raise InvalidAnnotation for what is none or too long.

    Letters that turn or hide what stands beside them are taken out.
    """
    text = given.get(name, "")
    if not isinstance(text, str):
        raise InvalidAnnotation("text", name=name)
    text = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > longest:
        raise InvalidAnnotation("too-long", name=name, most=longest)
    if len(text.strip()) < least:
        raise InvalidAnnotation("empty", name=name)
    return text
