"""Librarians and auditors at work in a real browser: on a phone, by the keyboard, and without scripts."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from ledger_service.messages.languages import LANGUAGES
from tests.browser.conftest import Browser, Shelf
from tests.browser.test_looks import check_looks
from tests.browser.test_pages import axe, fits
from tests.browser.test_verifying import give, submit

TERMS = "CC0-1.0"
FILES = 10
LOOKS = ("light", "dark", "high contrast")


def come(browser: Browser, shelf: Shelf, role: str, path: str) -> None:
    """Sign in by the form, in English, and be led to a page of the desk."""
    browser.open(f"{shelf.url}/sign-in?lang=en")
    browser.command("Network.clearBrowserCookies")
    browser.open(f"{shelf.url}/sign-in?lang=en&then={path}")
    give(browser, "#token", shelf.library.kept_token(role))
    submit(browser, "form[action='/sign-in/token']")
    browser.wait_for(lambda: browser.driver.find_elements(By.CSS_SELECTOR, ".desk-bar"))


def check_page(browser: Browser) -> None:
    """Check that the page fits a phone, and that axe finds nothing in any look."""
    assert fits(browser)
    check_looks(browser, LOOKS)
    browser.prefer()


def choose(browser: Browser, control: str, value: str) -> None:
    Select(browser.find(control)).select_by_value(value)


def states(browser: Browser) -> list[str]:
    return [item.text for item in browser.driver.find_elements(By.CSS_SELECTOR, ".row-state")]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Return ten files, a copy of the first, and what a computer leaves in folders."""
    made = [tmp_path / f"Oʻtkan_kunlar_{n}.txt" for n in range(FILES)]
    for path in made:
        path.write_bytes(path.name.encode() * 500)
    (tmp_path / "copy.txt").write_bytes(made[0].read_bytes())
    (tmp_path / "Thumbs.db").write_bytes(b"junk")
    return [*made, tmp_path / "copy.txt", tmp_path / "Thumbs.db"]


def test_a_librarian_takes_ten_files_in_and_sees_each_anchored(
    browser: Browser, shelf: Shelf, files: list[Path], tmp_path: Path
) -> None:
    come(browser, shelf, "registrar", "/desk/take-in")
    check_page(browser)
    choose(browser, "#license", TERMS)
    browser.find("#creator").send_keys("Abdulla Qodiriy")
    browser.find("#file").send_keys("\n".join(map(str, files)))
    browser.wait_for(lambda: states(browser).count("Ready") == FILES)
    assert len(states(browser)) == FILES + 1  # the copy is said to be one
    assert "Set aside: 1" in browser.text("#aside summary")
    assert "Files: 10. Terms of use: CC0-1.0." in browser.text("#summary")
    first = browser.find("#rows [name=title]")
    assert first.get_attribute("value") == "Oʻtkan kunlar 0"
    first.clear()
    first.send_keys("Oʻtkan kunlar, the first")
    check_page(browser)
    browser.find("#register").send_keys(Keys.ENTER)
    anchored = "Registered and fixed on the blockchain"
    browser.wait_for(lambda: states(browser).count(anchored) == FILES, 60)
    assert browser.text("#status") == f"Fixed on the blockchain: {FILES} of {FILES}"
    check_page(browser)
    kept = shelf.library.client().get(f"/resources/{digest_of(files[0])}").json()[0]
    assert (kept["title"], kept["creator"]) == ("Oʻtkan kunlar, the first", "Abdulla Qodiriy")
    browser.command("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    browser.find("#record").send_keys(Keys.ENTER)
    browser.wait_for(lambda: list(tmp_path.glob("muhr-taken-in.csv")))
    text = (tmp_path / "muhr-taken-in.csv").read_text("utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    assert len(rows) == 1 + FILES + 1
    assert rows[4][1:3] == [digest_of(files[3]), "Oʻtkan kunlar 3"]


def test_a_librarian_corrects_a_record_and_withdraws_a_resource(
    browser: Browser, shelf: Shelf
) -> None:
    digest = shelf.library.register(b"to be corrected here", title="Misred")["digest"]
    shelf.library.at_rest()
    come(browser, shelf, "registrar", f"/desk/resources/{digest}")
    check_page(browser)
    title = browser.find("#field-title")
    title.clear()
    title.send_keys("Misread no more")
    browser.find("button[value=look]").send_keys(Keys.ENTER)
    browser.wait_for(lambda: browser.driver.find_elements(By.CSS_SELECTOR, "button[value=save]"))
    assert browser.text("del") == "Misred"
    check_page(browser)
    browser.find("button[value=save]").send_keys(Keys.ENTER)
    browser.wait_for(lambda: browser.driver.current_url.endswith("#record"))
    assert browser.text("h1") == "Misread no more"
    browser.open(f"{shelf.url}/desk/resources/{digest}/withdrawal")
    check_page(browser)
    browser.find("#reason-error").send_keys(Keys.SPACE)
    browser.find("#agreed").send_keys(Keys.SPACE)
    submit(browser, "main form[action$=withdrawal]")
    browser.wait_for(lambda: "was withdrawn" in browser.text("main"))
    check_page(browser)


def test_a_librarian_tries_an_import_and_then_sends_the_same_file(
    browser: Browser, shelf: Shelf, tmp_path: Path
) -> None:
    lines = [
        json.dumps({"digest": digest_of(n), "size_bytes": 9, "title": f"Kitob {n}"})
        for n in range(3)
    ]
    (tmp_path / "books.jsonl").write_text("\n".join([*lines, '{"title": "no digest"}']) + "\n")
    come(browser, shelf, "registrar", "/desk/imports")
    check_page(browser)
    choose(browser, "#license", TERMS)
    browser.find("#file").send_keys(str(tmp_path / "books.jsonl"))
    submit(browser, "#send")
    browser.wait_for(lambda: "To be taken: 3." in browser.text("#trial"))
    check_page(browser)
    submit(browser, "#send")  # the file is still chosen, and “now” is what the form says
    browser.wait_for(lambda: browser.driver.find_elements(By.ID, "live"))
    browser.wait_for(lambda: browser.driver.find_elements(By.CSS_SELECTOR, "#live[data-final]"), 60)
    assert "Done" in browser.text("#live")
    assert "digest" in browser.text("#live table")
    check_page(browser)


def test_an_auditor_looks_at_decisions_down_to_an_entry(browser: Browser, shelf: Shelf) -> None:
    digest = shelf.digest("closed")
    reader = shelf.library.registrar.post("/readers").json()
    headers = {"Authorization": f"Bearer {reader['token']}"}
    nobody = shelf.library.client()
    assert nobody.post("/openings", json={"digest": digest}, headers=headers).status_code == 403
    come(browser, shelf, "auditor", f"/desk/audit?resource={digest}")
    assert "Refused: 1." in browser.text("main")
    check_page(browser)
    browser.find(".fold summary").send_keys(Keys.ENTER)
    check_page(browser)
    browser.find("td a[href*='/entries/']").send_keys(Keys.ENTER)
    browser.wait_for(lambda: "It fits the entry" in browser.text("main"))
    check_page(browser)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/desk", "/desk/take-in", "/desk/grants", "/desk/licenses"])
def test_the_desk_fits_a_phone_in_each_language(
    browser: Browser, shelf: Shelf, path: str, language: str
) -> None:
    come(browser, shelf, "registrar", "/desk/take-in")
    browser.open(f"{shelf.url}{path}?lang={language}")
    assert browser.run("return document.documentElement.lang") == language
    assert "page.desk" not in browser.text("body")
    assert fits(browser)
    assert axe(browser)["violations"] == []


def test_without_scripts_one_file_is_taken_in(
    browser_without_scripts: Browser, shelf: Shelf, tmp_path: Path
) -> None:
    file = tmp_path / "Mehrobdan_chayon.txt"
    file.write_bytes(b"taken in without a script")
    browser = browser_without_scripts
    come(browser, shelf, "registrar", "/desk/take-in")
    choose(browser, "#license", TERMS)
    browser.find("#file").send_keys(str(file))
    submit(browser, "#take-in")
    browser.wait_for(lambda: digest_of(file) in browser.text("main"))
    assert "Mehrobdan chayon" in browser.text("main")


def digest_of(what: Path | int) -> str:
    data = what.read_bytes() if isinstance(what, Path) else b"book %d of an import" % what
    return hashlib.sha256(data).hexdigest()
