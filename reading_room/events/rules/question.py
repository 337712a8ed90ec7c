"""Questions that participants ask at an event, anonymous to others unless they want to be named."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.errors import InvalidQuestion

LONGEST_QUESTION = 500  # characters
LONGEST_ANSWER = 2000
LONGEST_MESSAGE = 2000
MOST_OF_PLACE = 20  # questions of one participant at an event
MOST_OF_EVENT = 2000
MOST_SHOWN = 200  # at a time, of those with the most votes
MOST_MESSAGES = 100  # to the participants of an event


class QuestionState(StrEnum):
    """What became of a question, in the order in which they are shown; what is hidden is last."""

    ASKED = "asked"
    ANSWERED = "answered"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Question:
    """A question. place: of who asked it; text, answer: sealed under the event's key; votes: how many."""

    number: int
    event: str
    place: str
    at: int
    state: QuestionState
    is_named: bool
    text: bytes
    answer: bytes | None = None
    votes: int = 0


def check_text(given: str, most: int) -> str:
    """Return what somebody wrote, each line without blanks around it; raise InvalidQuestion."""
    lines = [line.strip() for line in given.strip().splitlines()]
    text = "\n".join(lines)
    if not 1 <= len(text) <= most or not all(line.isprintable() for line in lines):
        raise InvalidQuestion("text", most=most)
    return text
