"""The pages of the desk, below /desk. Whoever is not signed in is led to the page that asks for a token."""

from __future__ import annotations

from fastapi import APIRouter

from reading_room.desk.pages import (
    audit,
    audit_runs,
    cohorts,
    entrance,
    grants,
    imports,
    invitations,
    licenses,
    requests,
    resources,
    signed_works,
    take_in,
)
from reading_room.desk.pages.people import acts, cases, colleagues, universities

PARTS = (
    entrance,
    take_in,
    imports,
    resources,
    grants,
    cohorts,
    invitations,
    requests,
    signed_works,
    licenses,
    audit,
    audit_runs,
    cases,
    acts,
    universities,
    colleagues,
)
# Not by include_router: the head of every page looks for the paths of rooms' routes.
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
LINKS: tuple[tuple[str, str], ...] = ()
"""None: the head of every page leads here."""
