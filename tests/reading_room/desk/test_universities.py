"""Universities at the desk: an admin sees them, tests one by a button, and nobody else gets there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from ledger_service.domain.people.affiliation import RoleRule
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.identity_provider import IdentityProvider, answer_path
from ledger_service.services.people.connect_provider import connect_provider, remove_provider
from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator
from tests.simulators.people.provider import CLIENT, SECRET, ProviderSimulator, providing

PAGE = "/desk/people/universities"
NAME = "desk-tested"


@pytest.fixture
def admin(library: RunningLibrary, come: Callable[..., BrowserSimulator]) -> BrowserSimulator:
    return come(library.token("admin"))


@pytest.fixture
def provider(library: RunningLibrary) -> Iterator[ProviderSimulator]:
    """Return a provider that is connected to the library."""
    parts = library.opened.library
    operator = Caller.operator(parts.steward)
    asked = parts.store, parts.clock, parts.universities, operator
    with providing(lambda: int(time.time())) as found:
        found.redirects = {library.url + answer_path(NAME)}
        rules = (RoleRule.parse("staff@tatu.uz=registrar"),)
        made = IdentityProvider(NAME, "TATU <b>", found.issuer, CLIENT, rules=rules)
        connect_provider(*asked, made, SECRET)
        yield found
        remove_provider(*asked, NAME)


def test_a_university_is_shown_and_tested(
    library: RunningLibrary, admin: BrowserSimulator, provider: ProviderSimulator
) -> None:
    page = admin.get(PAGE).text
    assert "TATU &lt;b&gt;" in page
    assert library.url + answer_path(NAME) in page
    assert "staff@tatu.uz=registrar" in page
    assert SECRET not in page
    assert 'class="fail"' not in page
    answer = admin.post(f"{PAGE}/{NAME}/test", data={"do": "test"})
    assert answer.status_code == 200
    assert 'class="pass"' in answer.text
    assert 'class="fail"' not in answer.text


def test_a_test_says_what_is_wrong(admin: BrowserSimulator, provider: ProviderSimulator) -> None:
    provider.redirects = set()
    provider.secret = "another"
    assert 'class="fail"' in admin.post(f"{PAGE}/{NAME}/test", data={"do": "test"}).text
    provider.status = 500
    answer = admin.post(f"{PAGE}/{NAME}/test", data={"do": "test"})
    assert answer.status_code in (200, 422)
    assert 'class="fail"' in answer.text or "notice bad" in answer.text
    assert admin.post(f"{PAGE}/nowhere/test", data={"do": "test"}).status_code == 422


def test_nobody_else_gets_there(
    come: Callable[..., BrowserSimulator],
    librarian: BrowserSimulator,
    provider: ProviderSimulator,
) -> None:
    for browser in (librarian, come()):
        assert browser.get(PAGE).status_code in (303, 401, 403)
        assert browser.post(f"{PAGE}/{NAME}/test", data={"do": "test"}).status_code in (
            303,
            401,
            403,
        )
    assert f'href="{PAGE}"' not in librarian.get("/desk").text
