"""Who may do what: every route of the OpenAPI document, asked by every role, as the domain's function says.

A route that states no permission fails here, and so does one that lets in others than it states.
"""

import re
import subprocess

import httpx
import pytest

from ledger_service.api.callers import permission_of
from ledger_service.domain.errors import NotAuthenticated, NotPermitted
from ledger_service.domain.people.permission import PUBLIC, reach
from scripts.permissions import PAGE, callers, operations, page

ID = "0" * 64
OPERATIONS = operations()
NEEDED = {
    route: permission_of(operation)
    for route, operation in OPERATIONS.items()
    if "x-permission" in operation
}
PRIVATE = sorted(route for route, permission in NEEDED.items() if permission not in PUBLIC)
CALLERS = {name: caller for name, caller in callers().items() if name != "operator"}


def refusal(route, name):
    """Return the error by which the domain's function refuses this caller, None if it lets them in."""
    try:
        reach(CALLERS[name], NEEDED[route])
    except NotPermitted as exc:
        return exc
    return None


ASKED = [(route, name) for route in sorted(NEEDED) for name in CALLERS]
LET_IN = [asked for asked in ASKED if refusal(*asked) is None]
REFUSED = [asked for asked in ASKED if refusal(*asked) is not None]
BODIES = {
    "/api/v1/intents": {"type": "RegisterResource"},
    "/api/v1/registrations": {
        "digest": ID,
        "cid": "f01551220" + ID,
        "size_bytes": 1,
        "title": "x",
        "license": "none",
        "media_type": "text/plain",
    },
    "/api/v1/licenses": {"name": "!", "rights": "InC", "longest_loan_seconds": 60},
    "/api/v1/grants": {"digest": ID, "reader": "0" * 32, "until": 2_000_000_000},
    "/api/v1/grants/{grant}/renewal": {"until": 2_000_000_000},
    "/api/v1/resources/{digest}/supersession": {"successor": ID, "relation": "version"},
    "/api/v1/resources/{digest}/rendition": {"original": ID},
    "/api/v1/resources/{digest}/withdrawal": {"reason": "error"},
    "/api/v1/openings": {"digest": ID},
}
BY_THEIR_ADDRESS = {
    ("post", "/odl/status/{secret}/register"),
    ("put", "/odl/status/{secret}/return"),
    ("put", "/odl/status/{secret}/renew"),
}
"""What changes something for whoever has an address that nobody guesses, as LSD 1.0 asks; it is the token."""
UPLOADS = {
    "/api/v1/resources": (b"x", "application/octet-stream", {"title": "x", "license": "none"}),
    "/api/v1/imports": (b"{}", "application/jsonl", {"license": "none"}),
}


@pytest.fixture(scope="module")
def call(library):
    """Return a function that calls a route with these credentials, about what there is not."""
    bodies = {
        **BODIES,
        "/api/v1/grants": {**BODIES["/api/v1/grants"], "reader": library.readers[0]},
    }

    def send(route: tuple[str, str], authorization: str | None) -> httpx.Response:
        method, path = route
        arguments = {"json": bodies[path]} if path in bodies and method == "post" else {}
        headers = {} if authorization is None else {"Authorization": authorization}
        if path in UPLOADS and method == "post":
            content, kind, query = UPLOADS[path]
            arguments = {"content": content, "params": query}
            headers["Content-Type"] = kind
        filled = re.sub(r"\{\w+\}", ID, path)
        return client.request(method, filled, headers=headers, **arguments)

    with httpx.Client(base_url=library.url, trust_env=False) as client:
        yield send


@pytest.fixture(scope="module")
def authorization(library):
    """Return a function that gives a caller's credentials; made now, so that no test seems to add any."""
    held = {name: f"Bearer {library.token(name)}" for name in CALLERS if name != "anybody"}
    return held.get


def test_every_route_states_its_permission():
    assert OPERATIONS.keys() - NEEDED.keys() == set()


def test_the_running_library_has_the_same_routes_with_the_same_permissions(library):
    paths = library.app.openapi()["paths"]
    assert {
        (method, path): operation
        for path, methods in paths.items()
        for method, operation in methods.items()
    } == OPERATIONS


def test_the_page_of_permissions_is_fresh():
    assert PAGE.read_text("utf-8") == page()


def test_the_openapi_document_names_the_routes_that_need_a_token():
    said = {route: operation.get("security", [{}]) for route, operation in OPERATIONS.items()}
    assert {route for route, security in said.items() if {} not in security} == set(PRIVATE)


def test_every_route_that_changes_something_needs_a_token():
    reads = {("post", "/api/v1/rpc"), ("post", "/oai"), ("post", "/api/v1/credentials/check")}
    heard = {
        ("post", "/inbox"),  # what it keeps changes nothing until a librarian decides it
        ("post", "/api/v1/consortium/members"),  # by whom it was signed decides, not who brings it
    }
    open_ones = NEEDED.keys() - set(PRIVATE) - reads - heard
    changing = {(method, path) for method, path in open_ones if method != "get"}
    assert changing == BY_THEIR_ADDRESS


def check_unknown(answer, route, problem):
    """Check that it is the answer to whom nobody knows: a problem, or to apps the document that says how one
    signs in.
    """
    if not route[1].startswith("/opds/"):
        problem(answer, 401, "not-authenticated")
        return
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/opds-authentication+json"


@pytest.mark.parametrize(("route", "name"), LET_IN, ids=str)
def test_a_route_lets_in_whom_its_permission_is_held_by(call, authorization, route, name):
    answer = call(route, authorization(name))
    assert answer.status_code not in (401, 403), answer.text
    assert answer.status_code < 500


@pytest.mark.usefixtures("authorization", "unchanged")
@pytest.mark.parametrize(("route", "name"), REFUSED, ids=str)
def test_a_route_refuses_everybody_else(call, authorization, problem, route, name):
    expected = refusal(route, name)
    status = 401 if isinstance(expected, NotAuthenticated) else 403
    answer = call(route, authorization(name))
    if status == 401:
        check_unknown(answer, route, problem)
    else:
        problem(answer, status, expected.slug())


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("route", PRIVATE, ids="-".join)
@pytest.mark.parametrize(
    "credentials",
    [
        None,
        "",
        "Bearer",
        "Bearer x",
        "Bearer muhr_" + "A" * 43,
        "Basic cmVhZGVyOnJlYWRlcg==",
        "muhr_" + "A" * 43,
        "Bearer " + "x" * 5000,
    ],
    ids=["none", "empty", "no-token", "short", "unknown", "basic", "bare", "long"],
)
def test_a_private_route_refuses_those_without_a_valid_token(call, problem, route, credentials):
    answer = call(route, credentials)
    check_unknown(answer, route, problem)
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("route", PRIVATE, ids="-".join)
def test_a_private_route_refuses_a_token_whose_time_is_over(library, call, problem, wait, route):
    name = next(name for name in CALLERS if refusal(route, name) is None)
    token = library.token(name, seconds=1)  # one for all routes of a role
    expired = wait(
        lambda: (
            (answer := call(("get", "/api/v1/grants"), f"Bearer {token}")).status_code == 401
            and answer
        ),
        "the token does not expire",
    )
    problem(expired, 401, "not-authenticated")
    check_unknown(call(route, f"Bearer {token}"), route, problem)


def test_an_enrolled_reader_gets_a_token_that_is_shown_once(library, registrar, problem):
    found = registrar.post("/readers").json()
    assert set(found) == {"reader", "token", "expires_at"}
    headers = {"Authorization": f"Bearer {found['token']}"}
    assert httpx.get(f"{library.url}/api/v1/grants", headers=headers, trust_env=False).json() == {
        "items": [],
        "next": None,
    }


def test_a_token_is_kept_as_a_digest_only(library):
    token = library.token("registrar")
    # By another process: when one closes a file of SQLite, all locks that it has on it are gone.
    found = subprocess.run(
        ["grep", "--text", "--count", "--no-messages", token, *library.home.glob("muhr.db*")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "muhr.db:0\n" in found.stdout
    assert all(line.endswith(":0") for line in found.stdout.splitlines())
