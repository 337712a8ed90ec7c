"""Projects and their papers: their names in addresses, their states and their bounds."""

from __future__ import annotations

import re
import secrets
from enum import StrEnum
from typing import NewType

from ledger_service.domain.errors import ProjectNotFound, ProjectPartNotFound

ProjectId = NewType("ProjectId", str)
"""32 random hex digits."""
PaperId = NewType("PaperId", str)
"""The same, of a paper."""

MOST_PROJECTS = 200  # that one person is a member of
MOST_LED = 20  # that one person leads: by this, what one person can fill is bounded
MOST_MEMBERS = 500  # of a project, as what follows
MOST_PAPERS = 200
ID_DIGITS = 32
_ID = re.compile(r"[0-9a-f]{32}\Z")


class ProjectState(StrEnum):
    """Whether a project goes on. What is archived is read, and not changed."""

    OPEN = "open"
    ARCHIVED = "archived"


def new_id() -> str:
    """Return a name that nobody guesses."""
    return secrets.token_hex(ID_DIGITS // 2)


def parse_project(text: str) -> ProjectId:
    """Return the id of a project; raise ProjectNotFound, as for one that nobody shows to the caller."""
    if not _ID.match(text):
        raise ProjectNotFound()
    return ProjectId(text)


def parse_paper(text: str) -> PaperId:
    """Return the id of a paper; raise ProjectPartNotFound."""
    if not _ID.match(text):
        raise ProjectPartNotFound("paper")
    return PaperId(text)
