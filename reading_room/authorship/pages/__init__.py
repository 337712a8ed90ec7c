"""The pages of statements that authors sign, below /me/statements, and of reviews."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.domain.people.permission import Permission
from ledger_service.web.layout import OwnLink
from reading_room.authorship.pages import begin, invited, reviews, statement

PARTS = (begin, invited, statement, reviews)
# Not by include_router: the head of every page looks for the paths of rooms' routes.
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
LINKS: tuple[tuple[str, str], ...] = ()
"""None: what is a reader's own is led to from /me."""
ME_LINKS = (
    OwnLink(
        "/me/statements",
        "page.statements.title",
        "page.statements.about",
        Permission.STATEMENT_SIGN,
    ),
    OwnLink(
        "/me/reviews",
        "page.reviews.title",
        "page.reviews.about-link",
        Permission.REVIEW_WRITE,
    ),
)
