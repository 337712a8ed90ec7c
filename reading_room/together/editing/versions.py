"""A paper's history: the text as it stood after each sitting, and what had changed since the one before."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from ledger_service.domain.errors import ProjectPartNotFound
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.services.library import Library
from reading_room.together.editing.ports import Tables
from reading_room.together.live.read import Sitting, list_sittings, read_paper
from reading_room.together.rules.project import PaperId

MOST_CHANGED_LINES = 4_000


@dataclass(frozen=True)
class ReadVersion:
    """A text that stood. before: the text after the sitting before, empty if there was none."""

    sitting: Sitting
    text: str
    before: str


def list_versions(
    library: Library, tables: Tables, caller: Caller, paper: PaperId
) -> list[Sitting]:
    """Return when the paper was written, the newest first; raise as `enter_paper`."""
    reach(caller, Permission.PROJECT_OWN)
    return list_sittings(library, tables, tables, caller, paper)


def read_version(
    library: Library, tables: Tables, caller: Caller, paper: PaperId, number: int
) -> ReadVersion:
    """Return one version. number: of the last update of its sitting.

    Raises as `read_paper`, and ProjectPartNotFound if no sitting ended so.
    """
    reach(caller, Permission.PROJECT_OWN)
    sittings = list_sittings(library, tables, tables, caller, paper)
    place = next((at for at, one in enumerate(sittings) if one.number == number), None)
    if place is None:
        raise ProjectPartNotFound("version")
    text = read_text(library, tables, caller, paper, number)
    is_first = place + 1 == len(sittings)
    before = (
        "" if is_first else read_text(library, tables, caller, paper, sittings[place + 1].number)
    )
    return ReadVersion(sittings[place], text, before)


def read_text(library: Library, tables: Tables, caller: Caller, paper: PaperId, number: int) -> str:
    """Return the text after the update of a number; raise as `read_paper`."""
    reach(caller, Permission.PROJECT_OWN)
    return read_paper(library, tables, tables, caller, paper, number).text


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    """Return what changed, as (sign, line): `+`, `-`, and ` ` for a line beside it; empty if nothing did."""
    old, new = before.split("\n"), after.split("\n")
    if max(len(old), len(new)) > MOST_CHANGED_LINES:
        return []
    rows: list[tuple[str, str]] = []
    # Lines that come often begin no match: texts of few different lines would take minutes to compare.
    for group in SequenceMatcher(None, old, new, autojunk=True).get_grouped_opcodes(1):
        for kind, first, last, begin, end in group:
            if kind == "equal":
                rows += [(" ", line) for line in old[first:last]]
            else:
                rows += [("-", line) for line in old[first:last]]
                rows += [("+", line) for line in new[begin:end]]
    return rows
