"""What the routes of projects share: how a path names what they are about."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path
from pydantic import Field

from ledger_service.api.door import needs
from ledger_service.domain.people.permission import Permission
from reading_room.together.rules.invitation import MOST_DAYS
from reading_room.together.rules.project import ProjectId, parse_project

OWN = needs(Permission.PROJECT_OWN)
LARGEST_NUMBER = 2**31
_ID = Path(pattern=r"^[0-9a-f]{32}$")


def _project(project: Annotated[str, _ID]) -> ProjectId:
    return parse_project(project)


NamedProject = Annotated[ProjectId, Depends(_project)]
NamedId = Annotated[str, _ID]
NamedNumber = Annotated[int, Path(ge=1, lt=LARGEST_NUMBER)]
Typed = Annotated[str, Field(max_length=1_000)]
Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]
