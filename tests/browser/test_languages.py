"""A person changes the language of a page that has a result of theirs, and goes on in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger_service import messages
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.reasons import Reason
from ledger_service.domain.verification.compact_receipt import compact
from ledger_service.domain.verification.receipt import Receipt
from tests.browser.conftest import Browser, Shelf
from tests.browser.test_verifying import check

ALTERED = Reason("state.altered")


@pytest.fixture
def chooser(browser: Browser) -> Iterator[Browser]:
    """Yield the browser, and forget the language that was chosen."""
    yield browser
    browser.driver.delete_all_cookies()


@pytest.mark.parametrize("language", ["ru", "uz", "uz-Cyrl"])
def test_a_receipt_behind_the_address_stays_when_the_language_changes(
    chooser: Browser, shelf: Shelf, language: str
) -> None:
    deployment = Deployment.parse(shelf.library.get_public("/api/v1/deployment").decode())
    receipt = Receipt.parse(shelf["receipt.json"].read_bytes())
    code = compact(receipt, VerifierKey.parse(deployment.key))
    chooser.open(f"{shelf.url}/verify#receipt={code}")
    chooser.wait_for(lambda: shelf.digest("book") in chooser.text("#receipt-about"))
    chooser.run("document.querySelector(arguments[0]).click()", f".languages [lang={language}]")
    chooser.wait_for(lambda: chooser.find("html").get_attribute("lang") == language)
    assert chooser.driver.current_url.endswith(f"lang={language}#receipt={code}")
    chooser.wait_for(lambda: shelf.digest("book") in chooser.text("#receipt-about"))
    assert check(chooser, shelf, None, "changed") == messages.text(ALTERED, language)
    loaded = chooser.run(
        "return performance.getEntriesByType('resource').map(({ name }) => name)"
        ".filter((name) => name.includes('/messages/'))"
    )
    assert isinstance(loaded, list)
    assert {str(name).rpartition("/")[2] for name in loaded} == {f"{language}.js"}
    chooser.open(shelf.url)
    assert chooser.find("html").get_attribute("lang") == language
