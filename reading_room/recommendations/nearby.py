"""What is near to a resource, for the pages of other rooms."""

from __future__ import annotations

from ledger_service.domain.identifiers import Digest
from ledger_service.ports.resources import NearWork
from ledger_service.services.library import Library
from reading_room.recommendations.sql import SqlRecommendations
from reading_room.recommendations.verbs.find_near import find_near


def near(library: Library, digest: Digest) -> list[NearWork]:
    """Return what is near to a resource, each with its reasons, nearest first."""
    return find_near(library, SqlRecommendations, digest)
