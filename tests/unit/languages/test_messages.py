"""Every reason has a text with its values, every text a reason, and JavaScript tells what Python does."""

from __future__ import annotations

import io
import json
import os
import subprocess
from gettext import c2py
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from ledger_service import messages
from ledger_service.adapters.evm.node import NodeRefusal
from ledger_service.domain.chain_errors import error_types
from ledger_service.domain.errors import LedgerError, ResourceNotFound, UnknownLicense
from ledger_service.domain.reasons import Reason
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.verdict import not_checked
from scripts import messages as compiler
from scripts.build_verifier import NODE_HOME
from scripts.reasons_in_sources import given

ENGLISH = compiler.FOLDER / "en.po"
SCRIPT = Path(__file__).with_name("messages_in_javascript.mjs")
THREE_FORMS = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural="
"(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "root-mismatch"
msgid_plural "size"
msgstr[0] "{size} запись"
msgstr[1] "{size} записи"
msgstr[2] "{size} записей"
"""


def in_javascript(
    reasons: list[Reason], catalog: dict[str, Any] | None = None, locale: str = "C"
) -> list[str]:
    asked = json.dumps([[reason.to_json() for reason in reasons], catalog])
    done = subprocess.run(
        [NODE_HOME / "bin" / "node", SCRIPT],
        input=asked,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "MUHR_LANG": locale},
    )
    told: list[str] = json.loads(done.stdout)
    return told


def in_three_forms() -> Catalog:
    return read_po(io.BytesIO(THREE_FORMS.encode()), locale="ru")


def test_every_reason_has_a_text_with_its_values_and_every_text_a_reason() -> None:
    assert compiler.faults_of(compiler.read(ENGLISH)) == []


@pytest.mark.parametrize(
    ("name", "changed", "fault"),
    [
        ("unknown-license", None, "unknown-license has no text"),
        ("unknown-license", "There is none.", "unknown-license shows [], and is given ['license']"),
        ("nobody-says-this", "There is none.", "nothing gives nobody-says-this"),
    ],
)
def test_a_text_too_few_too_many_or_with_other_values_is_a_fault(
    name: str, changed: str | None, fault: str
) -> None:
    catalog = compiler.read(ENGLISH)
    catalog.delete(name)
    if changed is not None:
        catalog.add(name, changed)
    assert fault in compiler.faults_of(catalog)


def test_what_is_compiled_is_fresh_in_every_language() -> None:
    for name, catalog in compiler.read_all().items():
        for path, text in compiler.outputs(compiler.FOLDER / f"{name}.po", catalog).items():
            assert path.read_text("utf-8") == text, path


@pytest.mark.parametrize("language", ["ru", "uz"])
def test_every_language_has_every_text_with_the_same_values(language: str) -> None:
    assert compiler.differences(compiler.read_all(), language) == []


@pytest.mark.parametrize(
    ("name", "changed", "fault"),
    [
        ("unknown-license", None, "unknown-license has no text"),
        ("unknown-license", "Нет.", "unknown-license shows [], in English ['license']"),
        ("nobody-says-this", "Нет.", "nobody-says-this is not in en.po"),
        ("no-anchor", "Нет  ничего.", "no-anchor has a stray space or sign"),
    ],
)
def test_a_text_that_a_language_lacks_or_tells_otherwise_is_a_fault(
    name: str, changed: str | None, fault: str
) -> None:
    catalogs = compiler.read_all()
    catalogs["ru"].delete(name)
    if changed is not None:
        catalogs["ru"].add(name, changed)
    assert fault in compiler.differences(catalogs, "ru")


def test_a_word_that_stays_latin_is_a_fault_in_every_plural_form() -> None:
    made = compiler.read_all()["uz_Cyrl"]
    assert compiler.unspelled(made) == []
    made.add(("words-that-count", "count"), ("{count} та word", "{count} та сўз"))
    [fault] = compiler.unspelled(made)
    assert fault.startswith("words-that-count: word stays Latin")


def test_every_language_has_the_plural_forms_that_unicode_has() -> None:
    forms = {name: compiler.categories(item) for name, item in compiler.read_all().items()}
    two = ["one", "other"]
    assert forms == {"en": two, "ru": ["one", "few", "many"], "uz": two, "uz_Cyrl": two}
    large = (1_000_000, 1_000_001, 2_000_002, 11_111_111, 10**9)
    for name, catalog in compiler.read_all().items():
        rule, form_of = Locale.parse(name).plural_form, c2py(catalog.plural_expr)
        for number in (*range(1000), *large):
            assert forms[name][form_of(number)] == rule(number), (name, number)


def test_every_kind_of_error_that_is_raised_gives_reasons_of_its_own() -> None:
    families = {kind.slug() for kind in error_types().values() if LedgerError in kind.__bases__}
    slugs = {name.partition(".")[0] for name, _ in given()}
    assert error_types().keys() - slugs - families - {LedgerError.slug()} == set()


def test_a_text_shows_the_values_and_a_cause_in_its_place() -> None:
    error = UnknownLicense(license="CC-BY")
    assert "“CC-BY”" in messages.detail(error)
    assert messages.text(Reason("evidence-does-not-hold", {"why": error.reason})).endswith(
        messages.detail(error)
    )
    assert messages.because(not_checked(Because.TERMS_NOT_TOLD)).startswith("because the receipt")


def test_a_reason_is_kept_and_what_earlier_versions_kept_is_shown_as_it_is() -> None:
    cause = UnknownLicense(license="“x” {y}").reason
    reason = Reason("receipt-refused", {"why": cause})
    assert Reason.parse(reason.format()) == reason
    for sentence in ("unknown-license: The license is none.", "7", "{}", '{"reason": "a"}', "[1]"):
        assert messages.stored(sentence) == sentence


def test_what_this_catalog_lacks_is_told_in_the_words_it_came_with() -> None:
    newer = Reason("resource-not-found.on-mars", {"planet": 4}, told="It is on planet 4.")
    assert messages.detail(ResourceNotFound.of(newer)) == "It is on planet 4."
    assert messages.text(Reason("of-nothing", {"size": 1})) == "of-nothing size=1"


@pytest.mark.parametrize("number", [1, 2, 5, 11, 21, 22, 100])
def test_a_language_has_as_many_plural_forms_as_it_needs(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = compiler.compile_catalog(in_three_forms())
    reason = Reason("root-mismatch", {"size": number})
    word = {1: "запись", 21: "запись", 2: "записи", 22: "записи"}.get(number, "записей")
    assert in_javascript([reason], compiled) == [f"{number} {word}"]
    monkeypatch.setitem(messages.CATALOGS, "ru", compiled)
    assert messages.text(reason, "ru") == f"{number} {word}"
    assert messages.text(Reason("fork", {"size": 7}), "ru") == messages.text(
        Reason("fork", {"size": 7})
    )


@pytest.mark.parametrize(
    ("language", "locale"),
    [("en", "C"), ("ru", "ru_RU.UTF-8"), ("uz", "uz_UZ.UTF-8"), ("uz-Cyrl", "uz_UZ@cyrillic")],
)
def test_javascript_and_python_tell_the_same(language: str, locale: str) -> None:
    browsers = compiler.FOR_BROWSERS / f"{language}.js"
    catalog = json.loads(browsers.read_text("utf-8").removeprefix("export default ")[:-2])
    reasons = [
        Reason(name, dict.fromkeys(sorted(compiler.names_in(text)), number))
        for name, text in sorted(catalog["texts"].items())
        if not name.startswith("page.")
        for number in (1, 7)
    ]
    assert len(reasons) > 100
    told = [messages.text(reason, language) for reason in reasons]
    assert in_javascript(reasons, locale=locale) == told


def test_what_a_node_says_is_a_value_and_never_a_reason() -> None:
    refusal = NodeRefusal("nonce too low: next 7, tx 5")
    assert refusal.slug() == "chain-unavailable"
    assert refusal.reason.name == "chain-unavailable.refused-call"
    assert messages.detail(refusal).endswith("nonce too low: next 7, tx 5")
    with pytest.raises(ValueError, match="kebab"):
        Reason("The chain node refused a call")
