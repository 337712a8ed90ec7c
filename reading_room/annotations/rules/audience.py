"""Who is shown an annotation, and the container that holds those of one resource for one audience."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.errors import AnnotationNotFound
from ledger_service.domain.identifiers import Digest

PREFIX = "/annotations"
_GROUP = re.compile(r"[A-Za-z0-9_-]{1,62}")
_ID = re.compile(r"[0-9a-f]{32}")


class Audience(StrEnum):
    """Who is shown what somebody writes."""

    PRIVATE = "private"  # its writer alone
    GROUP = "group"
    PUBLIC = "public"  # whoever may open the resource


@dataclass(frozen=True)
class Container:
    """All annotations of one resource for one audience. group: whose they are; empty for the others."""

    digest: Digest
    audience: Audience
    group: str = ""

    @property
    def path(self) -> str:
        """Where it is, with a slash at its end, as the protocol has it."""
        inner = f"groups/{self.group}" if self.audience is Audience.GROUP else self.audience.value
        return f"{PREFIX}/{self.digest}/{inner}/"

    @classmethod
    def of_group(cls, digest: Digest, group: str) -> Container:
        """Return that of a group; raise AnnotationNotFound for what names none."""
        if _GROUP.fullmatch(group) is None:
            raise AnnotationNotFound()
        return cls(digest, Audience.GROUP, group)


def check_id(id_: str) -> str:
    """Return the id of an annotation, 32 hex digits; raise AnnotationNotFound for what is none."""
    if _ID.fullmatch(id_) is None:
        raise AnnotationNotFound()
    return id_
