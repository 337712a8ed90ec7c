"""Who may do what, for every route of the OpenAPI document: a new route must be entered here."""

import subprocess

import httpx
import pytest

ID = "0" * 64
PUBLIC = {
    ("get", "/api/v1/resources"),
    ("get", "/api/v1/resources/{digest}"),
    ("get", "/api/v1/resources/{digest}/verdict"),
    ("get", "/api/v1/resources/{digest}/receipt"),
    ("get", "/api/v1/resources/{digest}/absence"),
    ("get", "/api/v1/resources/{digest}/proof"),
    ("get", "/api/v1/resources/{digest}/tlog-proof"),
    ("get", "/muhr/checkpoint"),
    ("get", "/muhr/tile/{path}"),
    ("get", "/muhr/tlog-policy"),
    ("get", "/api/v1/licenses"),
    ("get", "/api/v1/licenses/{name_or_id}"),
    ("get", "/api/v1/ledger/checkpoint"),
    ("get", "/api/v1/ledger/entries"),
    ("get", "/api/v1/ledger/inclusion"),
    ("get", "/api/v1/ledger/consistency"),
    ("get", "/api/v1/status"),
    ("get", "/api/v1/deployment"),
    ("get", "/api/v1/stewards"),
}
ROLES = {
    ("post", "/api/v1/resources"): {"registrar"},
    ("post", "/api/v1/registrations"): {"registrar"},
    ("post", "/api/v1/resources/{digest}/promotion"): {"registrar"},
    ("post", "/api/v1/imports"): {"registrar"},
    ("get", "/api/v1/imports"): {"registrar"},
    ("get", "/api/v1/imports/{job}"): {"registrar"},
    ("get", "/api/v1/imports/{job}/report"): {"registrar"},
    ("delete", "/api/v1/imports/{job}"): {"registrar"},
    ("post", "/api/v1/intents"): {"registrar"},
    ("get", "/api/v1/intents/{intent}"): {"registrar"},
    ("post", "/api/v1/resources/{digest}/supersession"): {"registrar"},
    ("post", "/api/v1/resources/{digest}/rendition"): {"registrar"},
    ("post", "/api/v1/resources/{digest}/withdrawal"): {"registrar"},
    ("get", "/api/v1/resources/{digest}/changes"): {"registrar"},
    ("post", "/api/v1/licenses"): {"registrar"},
    ("post", "/api/v1/grants"): {"registrar", "reader"},
    ("post", "/api/v1/grants/{grant}/renewal"): {"registrar", "reader"},
    ("post", "/api/v1/grants/{grant}/return"): {"registrar", "reader"},
    ("get", "/api/v1/grants"): {"registrar", "reader", "auditor"},
    ("get", "/api/v1/grants/{grant}"): {"registrar", "reader", "auditor"},
    ("post", "/api/v1/grants/{grant}/revocation"): {"registrar"},
    ("post", "/api/v1/openings"): {"reader"},
    ("get", "/api/v1/openings/{secret}/content"): {"reader"},
    ("get", "/api/v1/ledger/private-parts"): {"auditor"},
    ("post", "/api/v1/readers"): {"registrar"},
}
BODIES = {
    "/api/v1/intents": {"type": "RegisterResource"},
    "/api/v1/registrations": {
        "digest": ID,
        "cid": "f01551220" + ID,
        "size_bytes": 1,
        "title": "x",
        "license": "CC-BY-4.0",
        "media_type": "text/plain",
    },
    "/api/v1/licenses": {"name": "n", "rights": "InC", "longest_loan_seconds": 60},
    "/api/v1/grants": {"digest": ID, "reader": "0" * 32, "until": 2_000_000_000},
    "/api/v1/grants/{grant}/renewal": {"until": 2_000_000_000},
    "/api/v1/resources/{digest}/supersession": {"successor": ID, "relation": "version"},
    "/api/v1/resources/{digest}/rendition": {"original": ID},
    "/api/v1/resources/{digest}/withdrawal": {"reason": "error"},
    "/api/v1/openings": {"digest": ID},
}
WRONG = [
    (route, role)
    for route, allowed in ROLES.items()
    for role in ("registrar", "reader", "auditor")
    if role not in allowed
]


@pytest.fixture(scope="module")
def call(library):
    """Return a function that calls a route with these credentials, its placeholders filled."""
    for role in ("registrar", "reader", "auditor"):
        library.token(role)  # made now, so that no test seems to add one

    def send(route: tuple[str, str], authorization: str | None) -> httpx.Response:
        method, path = route
        filled = path
        for name in ("digest", "grant", "secret", "name_or_id", "intent", "job"):
            filled = filled.replace(f"{{{name}}}", ID)
        arguments = {"json": BODIES[path]} if path in BODIES and method == "post" else {}
        if route == ("post", "/api/v1/resources"):
            arguments = {
                "content": b"x",
                "params": {"title": "x", "license": "CC-BY-4.0"},
                "headers": {"Content-Type": "application/octet-stream"},
            }
        if route == ("post", "/api/v1/imports"):
            arguments = {
                "content": b"{}",
                "params": {"license": "CC-BY-4.0"},
                "headers": {"Content-Type": "application/jsonl"},
            }
        headers = arguments.pop("headers", {})
        if authorization is not None:
            headers = {**headers, "Authorization": authorization}
        return client.request(method, filled, headers=headers, **arguments)

    with httpx.Client(base_url=library.url, trust_env=False) as client:
        yield send


def operations(library):
    paths = library.app.openapi()["paths"]
    return {(method, path) for path, methods in paths.items() for method in methods}


def test_every_route_is_either_public_or_has_its_roles(library):
    assert operations(library) == PUBLIC | ROLES.keys()


def test_the_openapi_document_names_the_routes_that_need_a_token(library):
    paths = library.app.openapi()["paths"]
    secured = {route for route in operations(library) if paths[route[1]][route[0]].get("security")}
    assert secured == ROLES.keys()


def test_every_route_that_changes_something_needs_a_token():
    assert all(method == "get" for method, _ in PUBLIC)


@pytest.mark.parametrize("route", sorted(PUBLIC), ids="-".join)
def test_a_public_route_asks_for_no_token(call, route):
    assert call(route, None).status_code in (200, 404, 422)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("route", sorted(ROLES), ids="-".join)
@pytest.mark.parametrize(
    "authorization",
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
def test_a_private_route_refuses_those_without_a_valid_token(call, problem, route, authorization):
    answer = call(route, authorization)
    problem(answer, 401, "not-authenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(("route", "role"), WRONG, ids=str)
def test_a_private_route_refuses_other_roles(library, call, problem, route, role):
    problem(call(route, f"Bearer {library.token(role)}"), 403, "role-not-held")


@pytest.mark.parametrize("route", sorted(ROLES), ids="-".join)
def test_a_private_route_refuses_a_token_whose_time_is_over(library, call, problem, wait, route):
    token = library.token(min(ROLES[route]), seconds=1)  # one for all routes of a role
    expired = wait(
        lambda: (
            (answer := call(("get", "/api/v1/grants"), f"Bearer {token}")).status_code == 401
            and answer
        ),
        "the token does not expire",
    )
    problem(expired, 401, "not-authenticated")
    problem(call(route, f"Bearer {token}"), 401, "not-authenticated")


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
