"""What a teacher asks in a laboratory: steps, each of which may point at a part and ask a question."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.errors import InvalidHall

MOST_STEPS = 20
MOST_CHOICES = 8
LONGEST_TITLE = 120
LONGEST_TEXT = 1_000
LONGEST_ANSWER = 500


class Asks(StrEnum):
    """What kind of answer a question wants."""

    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True)
class Step:
    """One step. part: the node of the model that it points at; question: empty if it asks nothing.

    choices: among which the answer is; none: it is written.
    """

    title: str
    text: str
    part: str = ""
    question: str = ""
    choices: tuple[str, ...] = ()

    @property
    def asks(self) -> Asks | None:
        """What kind of answer is wanted, None for none."""
        if not self.question:
            return None
        return Asks.CHOICE if self.choices else Asks.TEXT

    def value(self) -> dict[str, object]:
        """Return the step as a manifest has it."""
        return {
            "choices": list(self.choices),
            "part": self.part,
            "question": self.question,
            "text": self.text,
            "title": self.title,
        }

    @classmethod
    def of_value(cls, value: object) -> Step:
        """Return the step that a manifest has; raise InvalidHall for anything else."""
        if not isinstance(value, dict) or value.keys() != cls("", "").value().keys():
            raise InvalidHall("manifest")
        choices = value["choices"]
        texts = [value[name] for name in ("title", "text", "part", "question")]
        if not isinstance(choices, list) or not all(isinstance(t, str) for t in [*texts, *choices]):
            raise InvalidHall("manifest")
        title, text, part, question = texts
        return cls(title, text, part, question, tuple(choices))


def check_steps(steps: Sequence[Step], parts: Collection[str]) -> None:
    """Check the steps of a laboratory. parts: of its model.

    Raises:
        InvalidHall: there are none or too many, a text is missing or too long, or a part is not there.
    """
    if not 0 < len(steps) <= MOST_STEPS:
        raise InvalidHall("steps", most=MOST_STEPS)
    for number, step in enumerate(steps, 1):
        if not 0 < len(step.title) <= LONGEST_TITLE or len(step.text) > LONGEST_TEXT:
            raise InvalidHall("step", number=number, title=LONGEST_TITLE, text=LONGEST_TEXT)
        if step.part and step.part not in parts:
            raise InvalidHall("part", number=number, part=step.part[:LONGEST_TITLE])
        are_short = all(0 < len(choice) <= LONGEST_TITLE for choice in step.choices)
        is_one = len(set(step.choices)) == len(step.choices) != 1
        if len(step.question) > LONGEST_TEXT or len(step.choices) > MOST_CHOICES:
            raise InvalidHall("question", number=number, most=MOST_CHOICES)
        if not are_short or not is_one or (step.choices and not step.question):
            raise InvalidHall("question", number=number, most=MOST_CHOICES)


def check_answers(steps: Sequence[Step], answers: Sequence[str]) -> None:
    """Check one answer a step, empty where nothing is asked or answered; raise InvalidHall otherwise."""
    if len(answers) != len(steps):
        raise InvalidHall("answers")
    for number, (step, answer) in enumerate(zip(steps, answers, strict=True), 1):
        is_offered = not step.choices or answer in ("", *step.choices)
        if len(answer) > LONGEST_ANSWER or not is_offered or (answer and not step.question):
            raise InvalidHall("answer", number=number, most=LONGEST_ANSWER)


def typed_steps(fields: Mapping[str, Sequence[str]]) -> tuple[Step, ...]:
    """Return the steps that a form holds; rows without a title and a text are left out.

    fields: of each name, its values in order: title, text, part, question, choices (one a line).
    """
    names = ("step_title", "step_text", "step_part", "step_question", "step_choices")
    rows = zip(*(list(fields.get(name, [])) for name in names), strict=False)
    return tuple(
        Step(title, text, part, question, _lines(choices))
        for title, text, part, question, choices in rows
        if title or text or question
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
