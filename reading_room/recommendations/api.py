"""Routes of recommendations: anybody sees them and how they are made; registrars ask for a run."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.api.door import (
    InCaller,
    InLibrary,
    JsonRoute,
    Shape,
    needs,
    once,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.resources import NearWork
from reading_room.recommendations.rules.run import Run, State
from reading_room.recommendations.sql import SqlRecommendations
from reading_room.recommendations.verbs.find_near import find_near
from reading_room.recommendations.verbs.runs import find_card, find_run, request_run, state_of

router = APIRouter(route_class=JsonRoute, tags=["recommendations"])
PUBLIC = needs(Permission.LIBRARY_READ)


class NearReasonShape(Shape):
    """Why a work is near. kind: subject, person, words, or together: the same readers read both.

    text: the subject or the name that both have, empty for another reason.
    """

    kind: str
    text: str


class NearWorkShape(Shape):
    """A work that is near to another."""

    digest: str
    title: str
    reasons: list[NearReasonShape]

    @classmethod
    def of_near(cls, near: NearWork) -> NearWorkShape:
        reasons = [NearReasonShape(kind=one.kind.value, text=one.text) for one in near.reasons]
        return cls(digest=near.digest.hex(), title=near.record.title, reasons=reasons)


class RecommendationsShape(Shape):
    """What is near to a resource, nearest first. state: on, off, or packages-missing."""

    digest: str
    state: str
    items: list[NearWorkShape]


class RecommendationRunShape(Shape):
    """The newest run. number: 0 before the first night; times: seconds since 1970 UTC, null for not yet.

    done, of: works; asked: whether another one waits; entry: of the ledger, which attests the newest card.
    failed_at, again_at: when the run failed unexpectedly, and when it is tried again; null if it did not.
    """

    state: str
    number: int
    began_at: int | None
    ended_at: int | None
    done: int
    of: int
    asked: bool
    entry: int | None
    failed_at: int | None
    again_at: int | None

    @classmethod
    def of_run(cls, state: State, run: Run) -> RecommendationRunShape:
        was = run.number > 0
        return cls(
            state=state.value,
            number=run.number,
            began_at=run.began_at if was else None,
            ended_at=run.ended_at if was else None,
            done=run.done,
            of=run.of,
            asked=run.is_asked,
            entry=run.entry,
            failed_at=run.failed_at,
            again_at=run.again_at,
        )


class ModelCardShape(Shape):
    """The card of the newest run: canonical JSON, whose SHA-256 an entry of type model attests."""

    statement: str
    digest: str
    entry: int


@router.get("/resources/{digest}/recommendations", openapi_extra=PUBLIC)
def near(library: InLibrary, digest: str) -> RecommendationsShape:
    """List what is near to a resource, each with its reasons; empty if that is off or not known."""
    wanted = Digest.parse(digest)
    found = [NearWorkShape.of_near(one) for one in find_near(library, SqlRecommendations, wanted)]
    return RecommendationsShape(digest=wanted.hex(), state=state_of(library).value, items=found)


@router.get("/recommendations", openapi_extra=PUBLIC)
def run(library: InLibrary) -> RecommendationRunShape:
    """Return how the newest run stands."""
    return RecommendationRunShape.of_run(state_of(library), find_run(library, SqlRecommendations))


@router.post(
    "/recommendations",
    status_code=202,
    response_model=RecommendationRunShape,
    openapi_extra=needs(Permission.RECOMMENDATIONS_RUN),
)
@once
def start(library: InLibrary, caller: InCaller) -> RecommendationRunShape:
    """Ask for a run; the worker makes it. If one is asked for already, it is that one."""
    return RecommendationRunShape.of_run(
        state_of(library), request_run(library, caller, SqlRecommendations)
    )


@router.get("/recommendations/model-card", openapi_extra=PUBLIC)
def card(library: InLibrary) -> ModelCardShape:
    """Return the card of the newest run that has ended, as the ledger attests it."""
    statement, entry = find_card(library, SqlRecommendations)
    digest = Digest.of(statement).hex()
    return ModelCardShape(statement=statement.decode(), digest=digest, entry=entry)
