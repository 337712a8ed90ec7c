"""A student verifies files in a real browser: on a phone's screen, by nothing but Tab and Enter."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import segno
from selenium.webdriver.common.keys import Keys

from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.verification.compact_receipt import compact
from ledger_service.domain.verification.receipt import Receipt
from tests.browser.conftest import Browser, Shelf

TOLD = "Authentic, as the library says"
NOT_CHECKED = "Not fully checked"
ALTERED = "Altered: not the file of this receipt"
NOT_REGISTERED = "This library has not registered this exact file"
LARGE_BYTES = 600 * 2**20  # above what a browser's own hash takes at once


def give(browser: Browser, control: str, value: object) -> None:
    """Reach a control and give it a file or text, as its own dialog would."""
    browser.reach(control).send_keys(str(value))


def choose(browser: Browser, *files: Path) -> None:
    """Choose files on the page that is open, which are then checked at once."""
    browser.wait_for(lambda: browser.find("#by-file").is_displayed())
    give(browser, "#file", "\n".join(map(str, files)))


def unfold(browser: Browser, part: str) -> None:
    """Open what is folded away, by the keyboard."""
    if browser.find(part).get_attribute("open") is None:
        browser.reach(f"{part} > summary")
        browser.press(Keys.ENTER)


def folded(browser: Browser) -> str:
    """Return all words of the page, those that are folded away, too."""
    return str(browser.find("main").get_attribute("textContent"))


def submit(browser: Browser, form: str) -> None:
    browser.reach(f"{form} button")
    browser.press(Keys.ENTER)


def check(browser: Browser, shelf: Shelf, evidence: str | None, file: str) -> str:
    """Check a file by evidence on the page that is open; return the words of the verdict."""
    unfold(browser, "#receipt-part")
    browser.wait_for(lambda: browser.find("#by-receipt").is_displayed())
    browser.run("document.getElementById('receipt-result').replaceChildren()")
    if evidence is not None:
        give(browser, "#receipt-file", shelf[evidence])
    give(browser, "#receipt-book", shelf[file])
    submit(browser, "#by-receipt")
    browser.wait_for(lambda: browser.text("#receipt-result"))
    return browser.text("#receipt-result h2")


def outcomes(browser: Browser) -> dict[str, str]:
    """Return the outcome on each axis that the page shows."""
    rows = "[...document.querySelectorAll('#receipt-result li')]"
    found = browser.run(
        f"return {rows}.map((row) => [row.dataset.axis,row.querySelector('.outcome').textContent])"
    )
    return dict(found)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize(
    ("file", "word", "sort"),
    [
        ("book", TOLD, "authentic_as_told"),
        ("changed", NOT_REGISTERED, "not_registered"),
        ("stranger", NOT_REGISTERED, "not_registered"),
    ],
)
def test_a_file_is_verified(
    browser: Browser, shelf: Shelf, file: str, word: str, sort: str
) -> None:
    browser.open(shelf.url)
    choose(browser, shelf[file])
    browser.wait_for(lambda: "/verify?digest=" in browser.driver.current_url)
    assert browser.text(f"h1.{sort}") == word
    assert shelf.digest(file) in folded(browser)


def test_a_file_of_any_size_is_hashed_in_pieces(
    browser: Browser, shelf: Shelf, tmp_path: Path
) -> None:
    large = tmp_path / "lecture.mp4"
    with large.open("wb") as file:
        file.truncate(LARGE_BYTES)
    browser.open(shelf.url)
    choose(browser, large)
    browser.wait_for(lambda: browser.find(".ring").is_displayed())
    browser.wait_for(lambda: "/verify?digest=" in browser.driver.current_url, seconds=240)
    with large.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    assert digest in folded(browser)


def test_a_digest_is_verified_and_a_malformed_one_explained(browser: Browser, shelf: Shelf) -> None:
    browser.open(f"{shelf.url}/verify")
    unfold(browser, "#digest-part")
    give(browser, "#digest", shelf.digest("book"))
    browser.press(Keys.ENTER)
    browser.wait_for(lambda: "/verify?digest=" in browser.driver.current_url)
    assert browser.text("h1") == TOLD
    browser.open(f"{shelf.url}/verify")
    unfold(browser, "#digest-part")
    give(browser, "#digest", "no digest")
    browser.press(Keys.ENTER)
    browser.wait_for(lambda: "/verify?digest=" in browser.driver.current_url)
    assert "64" in browser.text("[role=alert]")
    assert browser.find("#digest").get_attribute("value") == "no digest"


@pytest.mark.parametrize("evidence", ["receipt.json", "receipt.json.gz", "receipt.pdf"])
def test_a_receipt_is_checked_on_the_device(browser: Browser, shelf: Shelf, evidence: str) -> None:
    browser.open(f"{shelf.url}/verify")
    assert check(browser, shelf, evidence, "book") == TOLD
    found = outcomes(browser)
    assert (found["bytes"], found["ledger"]) == ("pass", "pass")
    assert set(found.values()) == {"pass", "not checked"}
    assert check(browser, shelf, evidence, "changed") == ALTERED
    assert outcomes(browser)["bytes"] == "fail"


def test_evidence_of_absence_is_checked_on_the_device(browser: Browser, shelf: Shelf) -> None:
    browser.open(f"{shelf.url}/verify")
    assert check(browser, shelf, "absence.json", "stranger") == NOT_REGISTERED
    assert outcomes(browser)["ledger"] == "pass"
    assert check(browser, shelf, "absence.json", "book") == NOT_CHECKED
    assert set(outcomes(browser).values()) == {"not checked"}


def test_what_is_no_receipt_is_told(browser: Browser, shelf: Shelf) -> None:
    browser.open(f"{shelf.url}/verify")
    unfold(browser, "#receipt-part")
    give(browser, "#receipt-file", shelf["book"])
    give(browser, "#receipt-book", shelf["book"])
    submit(browser, "#by-receipt")
    browser.wait_for(lambda: browser.text("#receipt-result"))
    assert "could not be checked" in browser.text("#receipt-result .fail")


def test_the_link_of_a_printed_receipt_carries_it(browser: Browser, shelf: Shelf) -> None:
    deployment = Deployment.parse(shelf.library.get_public("/api/v1/deployment").decode())
    receipt = Receipt.parse(shelf["receipt.json"].read_bytes())
    code = compact(receipt, VerifierKey.parse(deployment.key))
    browser.open(f"{shelf.url}/verify#receipt={code}")
    browser.wait_for(lambda: shelf.digest("book") in browser.text("#receipt-about"))
    assert not browser.find("#receipt-file").is_displayed()
    assert check(browser, shelf, None, "book") == TOLD
    assert check(browser, shelf, None, "changed") == ALTERED


def test_a_photo_of_a_printed_code_carries_the_receipt(
    browser: Browser, shelf: Shelf, tmp_path: Path
) -> None:
    deployment = Deployment.parse(shelf.library.get_public("/api/v1/deployment").decode())
    receipt = Receipt.parse(shelf["receipt.json"].read_bytes())
    code = compact(receipt, VerifierKey.parse(deployment.key))
    photo = tmp_path / "photo.png"
    address = f"https://elsewhere.example/verify#receipt={code}"  # which is not followed
    segno.make_qr(address, error="l", boost_error=False).save(str(photo), scale=5, border=6)
    browser.open(f"{shelf.url}/verify")
    unfold(browser, "#receipt-part")
    browser.wait_for(lambda: browser.find("#scan-part").is_displayed())
    (tmp_path / "no.png").write_bytes(b"no picture")
    give(browser, "#scan-photo", tmp_path / "no.png")
    browser.wait_for(lambda: "No code" in browser.text("#scan-status"))
    give(browser, "#scan-photo", photo)
    browser.wait_for(lambda: shelf.digest("book") in browser.text("#receipt-about"))
    assert browser.driver.current_url == f"{shelf.url}/verify#receipt={code}"
    assert check(browser, shelf, None, "book") == TOLD


def test_without_scripts_the_digest_is_asked_for_and_answered(
    browser_without_scripts: Browser, shelf: Shelf
) -> None:
    browser = browser_without_scripts
    browser.open(f"{shelf.url}/verify")
    for part in ("#by-file", "#by-receipt", "#node-part"):
        assert not browser.find(part).is_displayed()
    pages = ("/", "book", TOLD), ("/verify", "book", TOLD), ("/verify", "changed", NOT_REGISTERED)
    for path, file, word in pages:
        browser.open(shelf.url + path)
        browser.find("#digest").send_keys(shelf.digest(file), Keys.ENTER)
        browser.wait_for(lambda: "/verify?digest=" in browser.driver.current_url)
        assert browser.text("h1") == word
        assert len(browser.driver.find_elements("css selector", ".axes li")) == 7


def test_several_files_are_told_in_a_table(browser: Browser, shelf: Shelf, tmp_path: Path) -> None:
    twin = tmp_path / "<b>twin"
    twin.write_bytes(shelf["book"].read_bytes())
    browser.open(shelf.url)
    choose(browser, shelf["book"], shelf["stranger"], twin)
    browser.wait_for(lambda: browser.text("#summary"))
    rows = browser.driver.find_elements("css selector", "#results tbody tr")
    cells = [row.find_elements("css selector", "th, td") for row in rows]
    assert [[cell.text for cell in row[:2]] for row in cells] == [
        ["book", TOLD],
        ["stranger", NOT_REGISTERED],
        ["<b>twin", TOLD],
    ]
    assert browser.text("#summary") == f"2 × {TOLD} · 1 × {NOT_REGISTERED}"
    assert browser.driver.switch_to.active_element == browser.find("#results-title")
    link = rows[1].find_element("css selector", "a")
    assert shelf.digest("stranger") in str(link.get_attribute("href"))
    assert "stranger" in str(link.get_attribute("aria-label"))


def test_a_receipt_and_its_file_are_found_among_two_files(browser: Browser, shelf: Shelf) -> None:
    for files, word in ((("book", "receipt.json"), TOLD), (("receipt.pdf", "changed"), ALTERED)):
        browser.open(f"{shelf.url}/verify")
        choose(browser, *(shelf[name] for name in files))
        browser.wait_for(lambda: browser.driver.find_elements("css selector", "#receipt-result h2"))
        assert browser.text("#receipt-result h2") == word


def test_a_check_can_be_canceled(browser: Browser, shelf: Shelf, tmp_path: Path) -> None:
    large = tmp_path / "lecture.mp4"
    with large.open("wb") as file:
        file.truncate(LARGE_BYTES)
    browser.open(shelf.url)
    choose(browser, large)
    browser.wait_for(lambda: browser.find("#cancel").is_displayed())
    browser.reach("#cancel")
    browser.press(Keys.ENTER)
    browser.wait_for(lambda: "canceled" in browser.text("#progress"))
    assert not browser.find("#work").is_displayed()
    assert browser.driver.current_url == f"{shelf.url}/"
    choose(browser, shelf["book"])
    browser.wait_for(lambda: "/verify?digest=" in browser.driver.current_url)
