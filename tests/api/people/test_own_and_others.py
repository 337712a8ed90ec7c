"""Role × route × own or another's object, from the OpenAPI document, as the domain's function decides.

A route with a new kind of object, or a new list of what is somebody's own, fails until it has a place here;
pages that need somebody signed in are asked by nobody and by readers.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import httpx
import pytest

from ledger_service.api.callers import permission_of
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.permission import OWN, PUBLIC, Permission, Reach, Thing, decide
from ledger_service.domain.people.session import COOKIE, Subject
from ledger_service.domain.people.way import Way
from ledger_service.services.people.begin_session import begin_session
from reading_room import parts
from scripts.harness.running_library import RunningLibrary
from scripts.permissions import callers, operations

OPERATIONS = operations()
OF_SOMEBODY = {"grant", "token", "request", "secret", "group", "note", "credential", "browser"}
"""Parameters of paths that name what is a reader's or a colleague's; of the last four see
tests/reading_room/annotations, tests/api/credentials and tests/services/people/notices/test_pushes.py."""
OF_THE_LIBRARY = {
    "audience",  # of annotations: public, or whose calls
    "audit",
    "case",
    "cid",
    "cohort",
    "collection",
    "colleague",
    "digest",
    "event",
    "hall",
    "hook",
    "hour",
    "index",
    "intent",
    "job",
    "license_id",  # of another library's loan: whoever has it has the loan
    "list_number",  # of credentials that were revoked: anybody reads it
    "mirror",  # of another library's ledger
    "month",
    "kind",  # of a picture that is drawn
    "key",  # of an opening: whoever has it has the opening
    "name_or_id",
    "number",
    "page",
    "path",
    "peer",
    "reader",  # of a cohort, whom those who close it out name
    "region",
    "rest",  # of the address of a canvas
    "size",
    "statement",  # that the ledger attests
    "steward",
}
"""Parameters that name what is nobody's own: whom a role lets in reaches all."""
OF_MEMBERS = {"file", "invitation", "member", "paper", "project", "version"}
"""Parameters that name what only the members of a project reach: tests/reading_room/together/test_api.py."""
LISTS = {
    "/api/v1/acts",
    "/api/v1/cases",
    "/api/v1/grants",
    "/api/v1/looks",
    "/api/v1/me/export",
    "/api/v1/requests",
    "/api/v1/tokens",
}
ELSEWHERE = {
    "/api/v1/grants",  # names the reader in its body: tests/api/lending/test_grants.py
    "/api/v1/me/erase",  # has no object but the caller
    "/api/v1/openings",
    "/api/v1/requests",
}
BY_APPS = {
    "/opds/publications/{digest}/file",
    "/opds/publications/{digest}/manifest",
}
"""What opens by GET, for whoever has borrowed it: tests/reading_room/interop/opds."""
ROLES = {
    name: caller for name, caller in callers().items() if name in [role.value for role in Role]
}
ROLES.pop("operator")


def parameters(path: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", path))


def names_own(permission: Permission) -> bool:
    return permission in OWN or permission is Permission.CONTENT_OPEN


ASKED = [
    (route, name)
    for route, operation in sorted(OPERATIONS.items())
    if parameters(route[1]) & {"grant", "token", "request"}
    and permission_of(operation) not in PUBLIC
    for name in ROLES
]


@pytest.fixture(scope="module")
def others(library: RunningLibrary) -> dict[str, str]:
    """Return what is the first reader's, by the parameter that names it."""
    library.license("for-others", longest_loan_seconds=77_777)
    lent, asked_for = (library.register(license="for-others")["digest"] for _ in range(2))
    grant = library.grant(lent, until=int(time.time()) + 60_000)["grant"]
    reader = library.client("reader", library.readers[0])
    asked = reader.post("/requests", json={"digest": asked_for})
    assert asked.is_success, asked.text
    tokens = reader.get("/tokens").json()["items"]
    return {
        "grant": grant,
        "request": asked.json()["request"],
        "token": tokens[0]["id"],
    }


def test_every_object_of_a_path_has_a_place() -> None:
    named = set().union(*(parameters(path) for _, path in OPERATIONS))
    assert named <= OF_SOMEBODY | OF_THE_LIBRARY | OF_MEMBERS
    assert named >= OF_SOMEBODY


def test_every_route_that_reaches_what_is_ones_own_has_a_place() -> None:
    for (method, path), operation in OPERATIONS.items():
        if not names_own(permission_of(operation)) or parameters(path) & OF_SOMEBODY:
            continue
        assert path in (LISTS | BY_APPS if method == "get" else ELSEWHERE), (method, path)


@pytest.mark.parametrize(("route", "name"), ASKED, ids=str)
def test_what_is_anothers_is_reached_by_whom_the_function_lets(
    library: RunningLibrary, others: dict[str, str], route: tuple[str, str], name: str
) -> None:
    """Asked for what is the first reader's, as the second, or as a colleague; nothing is changed by it."""
    method, path = route
    permission = permission_of(OPERATIONS[route])
    caller = Caller.of_token(Role(name), library.readers[1], ROLES[name].steward)
    role = Role.READER if "token" in parameters(path) else None
    owner = Thing.of_reader(library.readers[0])
    about = Thing.of_token(role, library.readers[0]) if role else owner
    allowed = decide(caller, permission, about).allowed
    if permission in (Permission.REQUEST_MAKE, Permission.CONTENT_OPEN):
        allowed = False  # one's own alone, of which the verb says that another's is not there
    subject = library.readers[1] if name == "reader" else None
    if allowed and method != "get":
        return  # it would be done
    client = library.client(name, subject)
    filled = re.sub(r"\{(\w+)\}", lambda at: others[at[1]], path)
    answer = client.request(
        method, library.url + filled, **({"json": {}} if method == "post" else {})
    )
    if allowed:
        assert answer.status_code == 200
    else:
        assert answer.status_code in (403, 404, 422), answer.text
        assert library.readers[0] not in answer.text


@pytest.mark.parametrize("path", sorted(LISTS))
def test_a_list_of_ones_own_has_nothing_of_others(
    library: RunningLibrary, others: dict[str, str], path: str
) -> None:
    permission = permission_of(OPERATIONS["get", path])
    reader = Caller.of_token(Role.READER, library.readers[1], ROLES["reader"].steward)
    decision = decide(reader, permission, Thing.of_reader(library.readers[1]))
    answer = library.client("reader", library.readers[1]).get(path.removeprefix("/api/v1"))
    assert answer.is_success == decision.allowed
    assert not decision.allowed or decision.reach is Reach.OWN
    for hidden in (library.readers[0], *others.values()):
        assert hidden not in answer.text


FILES = {"/me/worker.js"}
"""What is the same for everybody, and tells nothing of anybody."""


def pages() -> Iterator[tuple[str, str]]:
    """Yield method and address of each page of a room for whom is signed in."""
    for room in parts("pages"):
        for route in room.router.routes:
            if re.match(r"/(desk|me)(/|$)", route.path) and route.path not in FILES:
                filled = re.sub(r"\{\w+(:\w+)?\}", "0" * 64, route.path)
                for method in route.methods - {"HEAD"}:
                    yield method, filled


def test_pages_for_somebody_are_shown_to_nobody_and_the_desk_to_no_reader(
    library: RunningLibrary,
) -> None:
    asked = sorted(set(pages()))
    assert len(asked) > 30
    subject = Subject(Role.READER, library.readers[1])
    secret, _ = begin_session(library.opened.library, subject, Way.CARD)
    html = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    html["Content-Type"] = "application/x-www-form-urlencoded"
    with httpx.Client(base_url=library.url, trust_env=False, headers=html) as client:
        for method, path in asked:
            nobody = client.request(method, path)
            assert nobody.status_code in (303, 401, 403), (method, path, nobody.status_code)
            assert nobody.headers.get("location", "/sign-in").startswith("/sign-in"), path
            if path.startswith("/desk"):
                cookie = {"Cookie": f"{COOKIE}={secret}"}
                refused = client.request(method, path, headers=cookie)
                assert refused.status_code == 403, (method, path, refused.status_code)
