"""Commands speak the language of the locale; what programs read of them is the same in every language."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger_service import messages
from ledger_service.domain.verification.verdict_state import VerdictState

WORDS = {
    "en": ("Resource is not registered", "This library has not taken in"),
    "ru": ("Материал не зарегистрирован", "Эта библиотека не принимала"),
    "uz": ("Material roʻyxatga olinmagan", "Bu kutubxona"),
    "uz-Cyrl": ("Материал рўйхатга олинмаган", "Бу кутубхона"),
}
UNKNOWN = "0" * 64


@pytest.fixture
def settings(library: Any) -> dict[str, str]:
    return {"MUHR_HOME": "/nonexistent", "MUHR_API": library.url}


@pytest.mark.parametrize("language", WORDS)
def test_a_failure_is_told_in_the_language(
    muhr: Callable[..., Any], settings: dict[str, str], language: str
) -> None:
    spoken = {**settings, "MUHR_LANG": language}
    told = muhr(spoken, "cite", UNKNOWN, "--style", "bibtex")
    assert [words for words in WORDS[language] if words not in told.err] == []
    as_json = muhr(spoken, "show", UNKNOWN, "--json")
    plain = muhr(settings, "show", UNKNOWN, "--json")
    assert as_json.status == plain.status
    assert _machine(json.loads(as_json.out)) == _machine(json.loads(plain.out))


def test_the_locale_says_which_language(
    muhr: Callable[..., Any], settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    told = muhr({**settings, "MUHR_LANG": ""}, "cite", UNKNOWN, "--style", "bibtex")
    assert WORDS["ru"][0] in told.err
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    told = muhr({**settings, "MUHR_LANG": ""}, "cite", UNKNOWN, "--style", "bibtex")
    assert WORDS["en"][0] in told.err


@pytest.mark.parametrize("language", WORDS)
def test_a_verdict_and_the_status_are_told_in_the_language(
    muhr: Callable[..., Any],
    library: Any,
    settings: dict[str, str],
    tmp_path: Path,
    language: str,
) -> None:
    book = tmp_path / "book"
    book.write_bytes(b"a book for " + language.encode())
    library.register(book.read_bytes())
    library.anchored()
    deployment = tmp_path / "deployment.json"
    deployment.write_bytes(library.get_public("/api/v1/deployment"))
    spoken = {**settings, "MUHR_LANG": language}
    told = muhr(spoken, "verify", book, "--rpc", library.chain.url, "--deployment", deployment)
    assert messages.headline(VerdictState.AUTHENTIC, language) in told.out
    assert messages.said("page.axis.license", language) in told.out
    status = muhr(spoken, "status").out
    labels = [messages.said(f"cli.status.label.{name}", language) for name in ("ledger", "jobs")]
    assert [label for label in labels if label not in status] == []


def _machine(told: Any) -> Any:
    """Return what programs match on: everything but sentences for people."""
    if isinstance(told, dict):
        sentences = {"detail", "because", "headline", "title"}
        return {name: _machine(value) for name, value in told.items() if name not in sentences}
    return [_machine(item) for item in told] if isinstance(told, list) else told
