"""Two authors sign a work or a sealed paper in a browser, and the front page says so of the file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from selenium.webdriver.common.by import By
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions

from tests.browser.conftest import Browser, Shelf
from tests.browser.me.test_shelf import press, text_of_page
from tests.browser.test_looks import check_looks
from tests.browser.test_pages import fits
from tests.browser.test_verifying import choose

LOOKS = ("light", "high contrast")
PATH = "/me/statements"
SIGNED_BY = "#receipt-result .signed-by"
PASSKEYS = "/me/sessions/passkeys"
WALLET = Account.from_key("0x" + "17" * 32)
PROVIDER = f"""
  window.ethereum = {{request: ({{method, params}}) => {{
    if (method === "eth_requestAccounts") return Promise.resolve(["{WALLET.address}"]);
    return new Promise((done) => {{ window.askedOfWallet = {{method, params, done}}; }});
  }}}};
"""


@pytest.fixture
def device(browser: Browser) -> Iterator[Browser]:
    """Return the browser with a device that keeps passkeys, and a wallet whose key is ours."""
    options = VirtualAuthenticatorOptions(
        protocol=VirtualAuthenticatorOptions.Protocol.CTAP2,
        transport=VirtualAuthenticatorOptions.Transport.INTERNAL,
        has_resident_key=True,
        has_user_verification=True,
        is_user_verified=True,
    )
    browser.driver.add_virtual_authenticator(options)
    told = {"source": PROVIDER}
    found = browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", told)
    yield browser
    browser.command("Page.removeScriptToEvaluateOnNewDocument", identifier=found["identifier"])
    browser.driver.remove_virtual_authenticator()


def at(shelf: Shelf, path: str) -> str:
    """Return an address by name: a passkey is bound to a host, and an IP address is none."""
    return shelf.url.replace("127.0.0.1", "localhost") + path


def come_as(browser: Browser, shelf: Shelf, token: str, path: str) -> None:
    browser.open(at(shelf, "/sign-in?lang=en"))
    browser.command("Network.clearBrowserCookies")
    browser.open(at(shelf, f"/sign-in?lang=en&then={path}"))
    browser.find("#token").send_keys(token)
    browser.find("form[action='/sign-in/token'] button").click()
    browser.wait_for(lambda: browser.driver.current_url == at(shelf, path))


def check(browser: Browser) -> None:
    """Check that the page fits a phone, and that axe finds nothing in it, all folds open."""
    browser.run("for (const one of document.querySelectorAll('details')) one.open = true")
    assert fits(browser)
    check_looks(browser, LOOKS)


def accept(browser: Browser, name: str, role: str, *, by: str = "") -> None:
    browser.find("#name").send_keys(name)
    browser.find(f"input[value='{role}']").click()
    if by:
        browser.find("input[name='by'][value='wallet']").click()
        browser.find("#wallet").send_keys(by)
    press(browser, "button[value='accept']")


def sign_by_wallet(browser: Browser) -> None:
    browser.wait_for(lambda: browser.find("#sign").is_displayed())
    old = browser.find("html")
    browser.find("#sign").click()
    asked = "return window.askedOfWallet && JSON.stringify(window.askedOfWallet)"
    browser.wait_for(lambda: browser.run(asked))
    told = json.loads(str(browser.run(asked)))
    assert (told["method"], told["params"][0]) == ("eth_signTypedData_v4", WALLET.address)
    typed = json.loads(told["params"][1])
    names = [author["name"] for author in typed["message"]["authors"]]
    assert (typed["message"]["title"], names) == ("Suvning xotirasi", ["Malika", "Юсуф"])
    signature = WALLET.sign_message(encode_typed_data(full_message=typed)).signature.hex()
    browser.run("window.askedOfWallet.done(arguments[0])", "0x" + signature.removeprefix("0x"))
    browser.wait_for(lambda: browser.find("html") != old)


def test_a_passkey_and_a_wallet_sign_and_the_front_page_says_so(
    device: Browser, shelf: Shelf, tmp_path: Path
) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(b"%PDF-1.7 signed in a browser by two")
    staff = shelf.library.client("registrar")
    one, other = (staff.post("/readers").json()["token"] for _ in range(2))
    come_as(device, shelf, one, PASSKEYS)
    press(device, "form[data-passkey] button")
    device.open(at(shelf, PATH))
    device.find("#title").send_keys("Suvning xotirasi")
    device.find("#file").send_keys(str(file))
    check(device)
    press(device, f"form[action='{PATH}'] button")
    check(device)
    link = "/" + str(device.find("#link-2").get_attribute("value")).split("/", 3)[3]
    press(device, "main a.act")
    statement = "/" + device.driver.current_url.split("/", 3)[3]
    check(device)
    accept(device, "Malika", "software")

    come_as(device, shelf, other, link)
    check(device)
    press(device, f"form[action='{link}'] button")
    accept(device, "Юсуф", "supervision", by=WALLET.address)
    check(device)
    sign_by_wallet(device)
    assert "has signed" in text_of_page(device)

    come_as(device, shelf, one, statement)
    check(device)
    press(device, "form[data-passkey] button")
    device.wait_for(lambda: device.driver.find_elements(By.ID, "proof"))
    check(device)
    press(device, "button[value='ask']")
    come_as(device, shelf, shelf.library.kept_token("registrar"), "/desk/signed")
    device.find("select[name='license']").send_keys("CC-BY-4.0")
    check(device)
    press(device, "button[value='register']")
    shelf.library.at_rest()
    device.open(f"{shelf.url}/verify?lang=en")
    choose(device, file)
    device.wait_for(lambda: device.driver.find_elements(By.CSS_SELECTOR, ".signed-by"))
    told = device.text(".signed-by")
    assert "Signed by all of its 2 authors" in told
    assert told.count("signature holds") == 2
    device.wait_for(lambda: "Checked in this browser" in device.text(".signed-by [role=status]"))
    assert "all 2 authors hold, and the ledger" in device.text(".signed-by [role=status]")
    check(device)
    check_by_receipt(device, shelf, file, tmp_path)


def check_by_receipt(browser: Browser, shelf: Shelf, file: Path, folder: Path) -> None:
    """Check a work by its receipt: with the library's files of signatures, then with one that was changed."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    anybody = shelf.library.client(None)
    receipt, authors = folder / "receipt.json", folder / "authors.json"
    receipt.write_bytes(anybody.get(f"/resources/{digest}/receipt").content)
    [listed] = anybody.get(f"/resources/{digest}/authors").json()
    kept = anybody.get(f"/statements/{listed['statement']}").json()
    for name, says in (("", "signatures of all 2 authors hold"), ("changed", "does not hold")):
        browser.open(f"{shelf.url}/verify?lang=en#by-receipt")
        browser.find("#receipt-file").send_keys(str(receipt))
        browser.find("#receipt-book").send_keys(str(file))
        if name:
            kept["signed"]["signatures"][1]["signature"] = "11" * 65
            authors.write_text(json.dumps(kept))
            browser.find("#receipt-authors").send_keys(str(authors))
        browser.find("#by-receipt button").click()
        browser.wait_for(lambda: browser.driver.find_elements(By.CSS_SELECTOR, SIGNED_BY))
        assert says in browser.text(SIGNED_BY)
        assert "Malika" in browser.text(SIGNED_BY)
        check(browser)


def paper_of_two(shelf: Shelf, one: str, other: str) -> str:
    """Return the path of a new paper, which both may write."""
    lead, second = (shelf.library.client(None) for _ in range(2))
    lead.headers["Authorization"] = f"Bearer {one}"
    second.headers["Authorization"] = f"Bearer {other}"
    project = lead.post("/projects", json={"title": "Suv", "name": "Malika"}).json()["id"]
    link = lead.post(f"/projects/{project}/invitations", json={"role": "writer"}).json()
    second.post("/me/links/joined", json={"secret": link["secret"], "name": "Юсуф"})
    paper = lead.post(f"/projects/{project}/papers", json={"title": "Suvning xotirasi"}).json()[
        "id"
    ]
    return f"/me/projects/{project}/papers/{paper}"


def write(browser: Browser, text: str) -> None:
    """Write into the paper that is open, until the library has it."""
    browser.wait_for(lambda: browser.find("#paper").get_attribute("data-state") == "saved")
    browser.find("#desk .cm-content").send_keys(text)
    browser.wait_for(lambda: text.strip() in browser.text("#desk"))
    browser.wait_for(lambda: browser.find("#paper").get_attribute("data-state") == "saved")


def fetch_work(browser: Browser, shelf: Shelf, statement: str, to: Path) -> Path:
    """Keep the file that is signed, as the link on the page gives it."""
    kept = "; ".join(f"{one['name']}={one['value']}" for one in browser.driver.get_cookies())
    answer = httpx.get(f"{shelf.url}{statement}/work", headers={"cookie": kept}, trust_env=False)
    assert 'filename="work.pdf"' in answer.headers["content-disposition"]
    to.write_bytes(answer.content)
    return to


def register_at_desk(browser: Browser, shelf: Shelf, statement: str) -> None:
    come_as(browser, shelf, shelf.library.kept_token("registrar"), "/desk/signed")
    form = f"form[action='/desk/signed/{statement.rpartition('/')[2]}']"
    browser.find(f"{form} option[value='CC-BY-4.0']").click()
    press(browser, f"{form} button[value='register']")
    assert "The work is being registered" in text_of_page(browser)
    check(browser)


def test_a_version_of_a_paper_is_sealed_signed_by_two_registered_and_known(
    device: Browser, shelf: Shelf, tmp_path: Path
) -> None:
    staff = shelf.library.client("registrar")
    one, other = (staff.post("/readers").json()["token"] for _ in range(2))
    paper = paper_of_two(shelf, one, other)
    come_as(device, shelf, other, PASSKEYS)
    press(device, "form[data-passkey] button")
    device.open(at(shelf, paper))
    write(device, "What the second wrote. ")
    come_as(device, shelf, one, paper)
    write(device, "What the first wrote, and it is more. ")
    press(device, f"main a[href='{paper}/seal']")
    assert "% of the text" in text_of_page(device)
    check(device)
    device.find("#shares").click()
    press(device, f"form[action='{paper}/seal'] button")
    statement = "/" + device.driver.current_url.split("/", 3)[3]
    press(device, f"a[href='{PASSKEYS}?then={statement}']")  # there is none yet: add one, and go on
    check(device)
    press(device, "form[data-passkey] button")
    assert device.driver.current_url == at(shelf, statement)
    accept(device, "Malika", "software")
    assert "You have said who you are" in text_of_page(device)
    check(device)
    come_as(device, shelf, other, statement)
    accept(device, "Юсуф", "supervision")
    press(device, "form[data-passkey] button")
    come_as(device, shelf, one, statement)
    file = fetch_work(device, shelf, statement, tmp_path / "paper.pdf")
    press(device, "form[data-passkey] button")
    assert not device.driver.find_elements(By.CSS_SELECTOR, "main a[href^='/resources/']")
    press(device, "button[value='ask']")
    register_at_desk(device, shelf, statement)
    shelf.library.at_rest()
    device.open(f"{shelf.url}/?lang=en")
    choose(device, file)
    device.wait_for(lambda: device.driver.find_elements(By.CSS_SELECTOR, ".signed-by"))
    told = device.text(".signed-by")
    assert "Signed by all of its 2 authors" in told
    assert told.count("signature holds") == told.count("by a passkey") == 2
    assert "as the authors tell it" in told
