"""The texts of reasons, for people: the one place where a reason becomes a sentence.

A language is one file, such as en.po (gettext): its message ids are the names of reasons, and the values
stand in braces. `scripts/messages.py` compiles it to JSON, which Python and the JavaScript verifier read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
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
_SPOKEN: ContextVar[str | None] = ContextVar("language", default=None)
_COMMAND = [ENGLISH]
"""The language of this process, while no page is made."""
_PLACE = re.compile(r"\{(\w+)\}")


def spoken() -> str:
    """Return the language of whatever is told without one: that of this page or command, else English."""
    return _SPOKEN.get() or _COMMAND[0]


def speak(language: str) -> None:
    """Tell everything in a language from now on, as a command does."""
    _COMMAND[0] = language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Tell everything in a language meanwhile, as a page does."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def text(reason: Reason, language: str | None = None) -> str:
    """Return the sentence of a reason. What no catalog has is told in the words it came with."""
    wanted = language or spoken()
    found = template(reason.name, reason.values, wanted)
    if found is None or not set(_PLACE.findall(found)) <= reason.values.keys():
        return shown(reason.told or str(reason))
    return _PLACE.sub(lambda place: _shown(reason.values[place[1]], wanted), found)


def said(name: str, language: str | None = None, /, **values: Value) -> str:
    """Return a text of a page or a command by its id; the id itself where no catalog has one."""
    wanted = language or spoken()
    found = template(name, values, wanted)
    if found is None:
        return name
    return filled(found, {key: _shown(value, wanted) for key, value in values.items()})


def filled(template: str, values: Mapping[str, str]) -> str:
    """Return a text with a value in each of its places; a place without one stays as it is."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), template)


def template(name: str, values: Mapping[str, object], language: str) -> str | None:
    """Return a text with its places, in the form that the number it counts wants; English if it must be."""
    found = catalog(language)["texts"].get(name)
    if found is None and language != ENGLISH:
        return template(name, values, ENGLISH)
    if isinstance(found, dict):
        forms: list[str] = found["forms"]
        return forms[plural_form(_number(values.get(found["count"])), language)]
    return None if found is None else str(found)


def plural_form(number: int, language: str | None = None) -> int:
    """Return which form of a text a number wants, from 0."""
    form: int = _plural(language or spoken())(number)
    return form


def title(kind: LedgerError | type[LedgerError], language: str | None = None) -> str:
    """Return the title of a kind of error, which is the same for all of its reasons."""
    slug = kind.slug()
    found: str = catalog(language)["titles"].get(slug) or catalog(ENGLISH)["titles"].get(slug, slug)
    return found


def detail(error: LedgerError, language: str | None = None) -> str:
    """Return what an error tells a person: what happened, to what, and what to do."""
    return text(error.reason, language)


def error_json(error: LedgerError, language: str | None = None) -> dict[str, Any]:
    """Return what the command line prints of an error as JSON."""
    return {
        "error": error.slug(),
        **error.reason.to_json(),
        "detail": detail(error, language),
    }


def stored(reason: str, language: str | None = None) -> str:
    """Return the text of a reason as it is stored."""
    return text(Reason.parse(reason), language)


def because(finding: Finding, language: str | None = None) -> str:
    """Return the sentence that says why a finding is as it is."""
    if finding.outcome.name == "NOT_CHECKED":
        return text(Reason("not-checked", {"why": finding.reason}), language)
    return text(finding.reason, language)


def headline(state: VerdictState, language: str | None = None) -> str:
    """Return what a verdict of this state says, as the first line that a person reads."""
    return text(Reason("state." + state.value.replace("_", "-")), language)


def next_step(state: VerdictState, language: str | None = None) -> str:
    """Return what a person should do about a verdict of this state."""
    return text(Reason("next." + state.value.replace("_", "-")), language)


def verdict_json(verdict: Verdict, language: str | None = None) -> dict[str, Any]:
    """Return the verdict as a JSON object, with the sentences."""
    found: dict[str, Any] = verdict.to_json()
    for told, finding in zip(found["axes"], verdict.findings.values(), strict=True):
        told["because"] = because(finding, language)
    return {**found, "headline": headline(verdict.state, language)}


def hint_json(hint: Hint | Difference, language: str | None = None) -> dict[str, Any]:
    """Return the hint as a JSON object, with its sentence."""
    return {**hint.to_json(), "because": text(hint.reason, language)}


def catalog(language: str | None = None) -> dict[str, Any]:
    """Return the catalog of a language, as `scripts/messages.py` compiled it."""
    wanted = language or spoken()
    if wanted not in CATALOGS:
        CATALOGS[wanted] = _read(wanted)
    return CATALOGS[wanted]


def of_value(value: Value, language: str | None = None) -> str:
    """Return how a value is told: that of a text, or a reason as its sentence."""
    return _shown(value, language or spoken())


def _shown(value: Value, language: str) -> str:
    return text(value, language) if isinstance(value, Reason) else shown(str(value))


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _read(language: str) -> dict[str, Any]:
    file = Path(__file__).with_name(f"{language.replace('-', '_')}.json")
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


@cache
def _plural(language: str) -> Any:
    from gettext import c2py  # noqa: PLC0415  # of few texts

    return c2py(catalog(language)["plural"])
