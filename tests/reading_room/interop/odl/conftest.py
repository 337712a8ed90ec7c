"""Another library, which lends from the shared one as Palace does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import httpx
import pytest

from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.permission import Permission
from ledger_service.services.people.grant_access import issue_token
from ledger_service.setup import clock
from scripts.harness.running_library import RunningLibrary

DAY = 86_400
_numbers = count(1)


@pytest.fixture(scope="session")
def distributor(library: RunningLibrary) -> Callable[[str], str]:
    """Return a function that makes a token by which a library of this name may lend, and nothing else."""

    def make(name: str) -> str:
        operator = Caller.operator(library.opened.library.steward)
        scopes = [Permission.LOAN_DISTRIBUTE]
        return issue_token(library.opened.store, clock, operator, Role.SERVICE, name, DAY, scopes)

    return make


@pytest.fixture(scope="session")
def palace(library: RunningLibrary, distributor: Callable[[str], str]) -> Iterator[httpx.Client]:
    """Return the client of another library."""
    auth = ("whoever", distributor("palace of the city"))
    with httpx.Client(base_url=library.url, auth=auth, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def device(library: RunningLibrary) -> Iterator[httpx.Client]:
    """Return the client of a reading system, which has no token."""
    with httpx.Client(base_url=library.url, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def offered(library: RunningLibrary) -> Callable[..., dict[str, str]]:
    """Return a function that registers what may be lent, on terms given by name, and gives its digest."""
    defined: dict[str, str] = {}

    def make(**terms: object) -> dict[str, str]:
        wanted = {"seats": 1, "self_service": True, **terms}
        if str(wanted) not in defined:
            number = next(_numbers)
            defined[str(wanted)] = f"lent-elsewhere-{number}"
            length = 10 * DAY + number
            library.license(defined[str(wanted)], longest_loan_seconds=length, **wanted)
        name = defined[str(wanted)]
        digest = library.register(license=name, media_type="application/epub+zip")["digest"]
        return {"digest": digest, "name": name}

    return make
