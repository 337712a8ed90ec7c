"""Routes of an event's questions, for who takes part."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from ledger_service.api.door import InCaller, InLibrary, JsonRoute, Shape, needs, once
from ledger_service.domain.people.permission import Permission
from reading_room.events.rules.question import LONGEST_QUESTION
from reading_room.events.sql import SqlEvents
from reading_room.events.sql.questions import SqlQuestions
from reading_room.events.verbs.ask import ShownQuestion, ask, list_questions, vote

router = APIRouter(prefix="/events/{event}/questions", route_class=JsonRoute, tags=["events"])
JOIN = needs(Permission.EVENT_JOIN)
BOTH = (SqlEvents, SqlQuestions)
Number = Annotated[int, Path(ge=1, lt=2**53)]


class QuestionShape(Shape):
    """by: the name of who wants to be named, else empty; at: seconds since 1970 UTC."""

    number: int
    at: int
    state: str
    text: str
    answer: str
    by: str
    votes: int
    is_own: bool
    is_voted: bool

    @classmethod
    def of(cls, one: ShownQuestion) -> QuestionShape:
        return cls(**{**vars(one), "state": one.state.value})


class QuestionsShape(Shape):
    """Those with the most votes first, what was answered last."""

    items: list[QuestionShape]


class NewQuestion(Shape):
    """is_named: whether the name that the caller gave for the place stands beside it."""

    text: Annotated[str, Field(min_length=1, max_length=2 * LONGEST_QUESTION)]
    is_named: bool = False


@router.get("", openapi_extra=JOIN)
def questions(library: InLibrary, caller: InCaller, event: str) -> QuestionsShape:
    """List what was asked, for those with a place."""
    return _all(library, caller, event)


@router.post("", status_code=201, response_model=QuestionsShape, openapi_extra=JOIN)
@once
def add(library: InLibrary, caller: InCaller, event: str, new: NewQuestion) -> QuestionsShape:
    """Ask something, and return all."""
    ask(library, BOTH, caller, event, new.text, is_named=new.is_named)
    return _all(library, caller, event)


@router.put("/{number}/vote", openapi_extra=JOIN)
def support(library: InLibrary, caller: InCaller, event: str, number: Number) -> QuestionsShape:
    """Vote for a question; as often as it is done, it counts once."""
    vote(library, BOTH, caller, event, number, is_for=True)
    return _all(library, caller, event)


@router.delete("/{number}/vote", openapi_extra=JOIN)
def withdraw(library: InLibrary, caller: InCaller, event: str, number: Number) -> QuestionsShape:
    """Take one's vote back."""
    vote(library, BOTH, caller, event, number, is_for=False)
    return _all(library, caller, event)


def _all(library: InLibrary, caller: InCaller, event: str) -> QuestionsShape:
    found = list_questions(library, BOTH, caller, event)
    return QuestionsShape(items=[QuestionShape.of(one) for one in found])
