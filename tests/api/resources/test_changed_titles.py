"""A title that was changed in the database is shown nowhere as what the library registered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from ledger_service.adapters.sql.resources.schema import registration as table
from ledger_service.domain.verification.receipt import Receipt

TRUE, FALSE = "Qiyomat kechasi", "Somebody else's book"


@pytest.fixture(scope="module")
def digest(library: Any) -> str:
    found: str = library.register(title=TRUE)["digest"]
    library.anchored()
    return found


@pytest.fixture
def changed(library: Any, digest: str) -> Iterator[str]:
    """Change the title in the database for one test."""

    def entitle(title: str) -> None:
        with library.opened.store.engine.begin() as connection:
            named = table.c.digest == bytes.fromhex(digest)
            connection.execute(update(table).where(named).values(title=title))

    entitle(FALSE)
    yield digest
    entitle(TRUE)


def test_the_page_says_that_it_is_not_authentic_and_shows_no_title(
    site: httpx.Client, digest: str, changed: str
) -> None:
    page = site.get("/verify", params={"digest": changed})
    assert page.status_code == 200
    assert not re.search(r'class="state authentic', page.text)
    assert FALSE not in page.text
    assert "not what entry" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/resources/{}",
        "/api/v1/resources/{}/receipt",
        "/resources/{}/receipt.pdf",
    ],
)
def test_it_is_told_and_printed_nowhere(
    site: httpx.Client, changed: str, problem: Any, path: str
) -> None:
    answer = site.get(path.format(changed))
    document = problem(answer, 500, "metadata-mismatch")
    assert FALSE not in str(document)


def test_a_list_with_it_tells_it_too(site: httpx.Client, changed: str, problem: Any) -> None:
    answer = site.get("/api/v1/resources?limit=200")
    while answer.status_code == 200 and answer.json()["next"]:  # others have registered many
        page = {"limit": 200, "cursor": answer.json()["next"]}
        answer = site.get("/api/v1/resources", params=page)
    assert FALSE not in str(problem(answer, 500, "metadata-mismatch"))


def test_the_verdict_speaks_against_it(site: httpx.Client, changed: str) -> None:
    told = site.get(f"/api/v1/resources/{changed}/verdict").json()
    assert told["authentic"] is False
    axes = {axis["axis"]: axis for axis in told["verdicts"][0]["axes"]}
    assert axes["ledger"]["outcome"] == "fail"
    assert axes["ledger"]["reason"] == "metadata-mismatch"


def test_a_receipt_carries_what_its_entry_commits_to(site: httpx.Client, digest: str) -> None:
    kept = Receipt.parse(site.get(f"/api/v1/resources/{digest}/receipt").content)
    assert kept.metadata is not None
    assert kept.metadata["title"] == TRUE
