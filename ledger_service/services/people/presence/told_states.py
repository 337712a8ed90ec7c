"""What a process tells of those who are present at a place by it: states as awareness has them.

It is JSON: `[[client, clock, state], …]`, each state a text, or `null` once nobody is there any more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson

States = Mapping[int, tuple[int, str]]
"""Of each client its clock, which rises with each state, and its state: JSON as its page wrote it."""

LARGEST_TOLD_BYTES = 32_768  # of one process at one place
MOST_NUMBER = 2**53 - 1  # pages read no number above it
NOBODY = b"null"


def write_states(states: States) -> bytes:
    """Return states as bytes: as many as LARGEST_TOLD_BYTES hold, those that come first in the mapping."""
    parts, size = [], len(b"[]")
    for client, (clock, text) in states.items():
        part = json.dumps([client, clock, text], ensure_ascii=False).encode()
        size += len(part) + len(b",")
        if size > LARGEST_TOLD_BYTES:
            break
        parts.append(part)
    return b"[" + b",".join(parts) + b"]"


def read_states(data: bytes) -> States | None:
    """Return the states that `write_states` wrote, None for NOBODY; raise InvalidJson for anything else."""
    value = foreign_json.parse(data, LARGEST_TOLD_BYTES)
    if value is None:
        return None
    if not isinstance(value, list):
        raise InvalidJson("malformed", cause="no list")
    states = {}
    for one in value:
        match one:
            case [int(client), int(clock), str(text)] if _are_numbers(client, clock):
                states[client] = (clock, text)
            case _:
                raise InvalidJson("malformed", cause="no state")
    return states


def _are_numbers(*values: int) -> bool:
    return all(0 <= one <= MOST_NUMBER and not isinstance(one, bool) for one in values)
