"""Pages of resources in Chromium: withdrawn, superseded, closed, long, in Arabic, in every language."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from ledger_service.messages.languages import LANGUAGES
from scripts.harness.served_library import ServedLibrary
from tests.browser.conftest import Browser
from tests.browser.test_pages import axe, fits

LONG = (
    "Ўзбекистон Республикаси Олий таълим муассасалари талабалари учун мўлжалланган ўзбек адабиёти тарихи "
    "бўйича қўлланма: XV асрдан XX асргача бўлган давр, биринчи китоб"
)
VIOLATIONS = (
    "const [done] = arguments; const seen = new ReportingObserver((found) => done(found.map(({body}) => "
    "body.blockedURL)), {types: ['csp-violation'], buffered: true}); seen.observe(); "
    "setTimeout(() => done([]), 300)"
)
Works = dict[str, str]


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Works]:
    """Yield the addresses of pages, by what is hard about them."""
    with ServedLibrary(tmp_path_factory.mktemp("catalog"), "library.test/catalog") as library:
        library.license("lent", longest_loan_seconds=7 * 86_400)
        titles = ["First edition", "Second edition", "Retracted", LONG]
        old, new, withdrawn, long = library.register_all(titles)
        arabic = library.register(title="لسان الطير: الجزء الأول (١٤٩٨)", language="ar")["digest"]
        closed = library.register(title="Lent", license="lent")["digest"]
        record = {
            "titles": [{"text": "Вторая редакция", "language": "ru"}],
            "description": [{"text": "Ikkinchi nashr.", "language": "uz"}],
            "subjects": [{"text": "Tarix"}, {"text": "Adabiyot"}],
            "identifiers": [{"scheme": "doi", "value": "10.1000/182"}],
            "contributors": [{"name": "Karimov, Said", "role": "edt"}],
            "part_of": [{"title": "Meros", "volume": "7"}],
        }
        for path, body in (
            (f"/resources/{new}/descriptions", record),
            (f"/resources/{old}/supersession", {"successor": new, "relation": "version"}),
            (f"/resources/{withdrawn}/withdrawal", {"reason": "legal"}),
        ):
            library.registrar.post(path, json=body).raise_for_status()
        library.at_rest()
        digests = {"superseded": old, "described": new, "withdrawn": withdrawn, "long": long}
        digests |= {"arabic": arabic, "closed": closed}
        pages = {name: f"{library.url}/resources/{digest}" for name, digest in digests.items()}
        steward = library.get("/status")["steward"]
        yield {
            **pages,
            "list": f"{library.url}/resources",
            "steward": f"{library.url}/stewards/{steward}",
        }


HARD = ["superseded", "described", "withdrawn", "long", "arabic", "closed", "list", "steward"]


@pytest.mark.parametrize("name", HARD)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_fits_a_phone_and_axe_finds_nothing(
    browser: Browser, works: Works, name: str, language: str
) -> None:
    browser.open(f"{works[name]}?lang={language}")
    assert fits(browser)
    browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert fits(browser)
    assert axe(browser)["violations"] == []


def test_data_for_search_engines_is_no_script_and_breaks_no_policy(
    browser: Browser, works: Works
) -> None:
    browser.open(works["described"])
    data = browser.run(
        "return document.querySelector('script[type=\"application/ld+json\"]').textContent"
    )
    assert json.loads(str(data))["identifier"][0]["value"] == "10.1000/182"
    assert browser.driver.execute_async_script(VIOLATIONS) == []


def test_without_scripts_all_can_be_read(browser_without_scripts: Browser, works: Works) -> None:
    browser = browser_without_scripts
    browser.open(works["described"] + "?lang=en")
    assert browser.text("h1") == "Second edition"
    assert "Karimov, Said" in browser.text(".people")
    assert browser.find(".read .act").is_displayed()
    assert "[Electronic resource]" in browser.text("[aria-labelledby=cite]")
    assert not browser.find(".qr").is_displayed()
    browser.find("main > details:last-of-type > summary").click()
    browser.wait_for(lambda: browser.find(".qr").is_displayed())


def test_a_citation_is_copied_by_the_keyboard(browser: Browser, works: Works) -> None:
    browser.open(works["described"] + "?lang=en")
    browser.wait_for(lambda: browser.find("p[data-copy] button").is_displayed())
    button = browser.reach("p[data-copy] button")
    button.send_keys("\n")
    browser.wait_for(lambda: button.text == "Copied")
