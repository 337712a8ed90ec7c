"""Why something is so: a name that programs match on, and the values that explain it. No sentence.

Findings, refusals and errors carry a reason. Its text stands in a catalog for each language, and is
made where a person is shown it, never by a rule.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)?")
TOLD = "told"
"""The reason of a sentence that is not ours: another program's, or one kept by an earlier version."""


@dataclass(frozen=True)
class Reason:
    """name: kebab case, with a part after a dot where one error has several; values: by their names.

    A value may be a reason itself, where one fault is told as the cause of another. told: the sentence
    of the program that the reason came from, for whoever has no text for this name.
    """

    name: str
    values: Mapping[str, Value] = field(default_factory=dict)
    told: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if _NAME.fullmatch(self.name) is None:
            raise ValueError(f"A reason's name is in kebab case, and no sentence: {self.name!r}")

    @classmethod
    def sentence(cls, text: str) -> Reason:
        """Return the reason of a sentence that is not ours."""
        return cls(TOLD, {"text": text})

    def to_json(self) -> dict[str, Any]:
        """Return {reason, values}; inverse of `from_json`."""
        return {"reason": self.name, "values": self.values_to_json()}

    def values_to_json(self) -> dict[str, Any]:
        """Return the values, a cause as {reason, values}."""
        return {
            name: value.to_json() if isinstance(value, Reason) else value
            for name, value in self.values.items()
        }

    @classmethod
    def from_json(cls, document: Any) -> Reason:
        """Return the reason of {reason, values}; raise KeyError, TypeError or ValueError if it is none."""
        values = {str(name): _value(value) for name, value in document["values"].items()}
        return cls(str(document["reason"]), values)

    def format(self) -> str:
        """Return the text in which a reason is stored; inverse of `parse`."""
        return json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    @classmethod
    def parse(cls, text: str) -> Reason:
        """Return the reason that was stored; earlier versions stored a sentence."""
        try:
            return cls.from_json(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls.sentence(text)

    def __str__(self) -> str:
        return " ".join([self.name, *(f"{name}={value}" for name, value in self.values.items())])


Value = str | int | Reason


def _value(value: Any) -> Value:
    if isinstance(value, dict):
        return Reason.from_json(value)
    if isinstance(value, str | int):
        return value
    raise TypeError
