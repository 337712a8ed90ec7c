"""The texts of reasons, for people: the one place where a reason becomes a sentence.

A language is one file, such as en.po (gettext): its message ids are the names of reasons, and the values
stand in braces. `scripts/messages.py` compiles it to JSON, which Python and the JavaScript verifier read.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger_service.domain.printable_text import shown
from ledger_service.domain.reasons import Reason, Value

if TYPE_CHECKING:
    from ledger_service.domain.errors import LedgerError
    from ledger_service.domain.verification.difference import Difference
    from ledger_service.domain.verification.likeness import Hint
    from ledger_service.domain.verification.verdict import Finding, Verdict
    from ledger_service.domain.verification.verdict_state import VerdictState

ENGLISH = "en"
CATALOGS: dict[str, dict[str, Any]] = {}
"""By language, as they were read: each when its first text is shown."""
_PLACE = re.compile(r"\{(\w+)\}")


def text(reason: Reason, language: str = ENGLISH) -> str:
    """Return the sentence of a reason. What no catalog has is told in the words it came with."""
    found = _catalog(language)["texts"].get(reason.name)
    if found is None and language != ENGLISH:
        return text(reason)
    if isinstance(found, dict):
        found = found["forms"][_plural(language)(_number(reason.values.get(found["count"])))]
    if found is None or not set(_PLACE.findall(found)) <= reason.values.keys():
        return shown(reason.told or str(reason))
    return _PLACE.sub(lambda place: _shown(reason.values[place[1]], language), found)


def title(kind: LedgerError | type[LedgerError], language: str = ENGLISH) -> str:
    """Return the title of a kind of error, which is the same for all of its reasons."""
    found: str = _catalog(language)["titles"].get(kind.slug(), kind.slug())
    return found


def detail(error: LedgerError, language: str = ENGLISH) -> str:
    """Return what an error tells a person: what happened, to what, and what to do."""
    return text(error.reason, language)


def error_json(error: LedgerError, language: str = ENGLISH) -> dict[str, Any]:
    """Return what the command line prints of an error as JSON."""
    return {
        "error": error.slug(),
        **error.reason.to_json(),
        "detail": detail(error, language),
    }


def stored(reason: str, language: str = ENGLISH) -> str:
    """Return the text of a reason as it is stored."""
    return text(Reason.parse(reason), language)


def because(finding: Finding, language: str = ENGLISH) -> str:
    """Return the sentence that says why a finding is as it is."""
    if finding.outcome.name == "NOT_CHECKED":
        return text(Reason("not-checked", {"why": finding.reason}), language)
    return text(finding.reason, language)


def headline(state: VerdictState, language: str = ENGLISH) -> str:
    """Return what a verdict of this state says, as the first line that a person reads."""
    return text(Reason("state." + state.value.replace("_", "-")), language)


def next_step(state: VerdictState, language: str = ENGLISH) -> str:
    """Return what a person should do about a verdict of this state."""
    return text(Reason("next." + state.value.replace("_", "-")), language)


def verdict_json(verdict: Verdict, language: str = ENGLISH) -> dict[str, Any]:
    """Return the verdict as a JSON object, with the sentences."""
    found: dict[str, Any] = verdict.to_json()
    for told, finding in zip(found["axes"], verdict.findings.values(), strict=True):
        told["because"] = because(finding, language)
    return {**found, "headline": headline(verdict.state, language)}


def hint_json(hint: Hint | Difference, language: str = ENGLISH) -> dict[str, Any]:
    """Return the hint as a JSON object, with its sentence."""
    return {**hint.to_json(), "because": text(hint.reason, language)}


def _shown(value: Value, language: str) -> str:
    return text(value, language) if isinstance(value, Reason) else shown(str(value))


def _number(value: Value | None) -> int:
    return value if isinstance(value, int) else 0


def _catalog(language: str) -> dict[str, Any]:
    if language not in CATALOGS:
        CATALOGS[language] = _read(language)
    return CATALOGS[language]


def _read(language: str) -> dict[str, Any]:
    source = Path(__file__).with_name(f"{language}.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(source)
    return found


@cache
def _plural(language: str) -> Any:
    from gettext import c2py  # noqa: PLC0415  # of few texts

    return c2py(_catalog(language)["plural"])
