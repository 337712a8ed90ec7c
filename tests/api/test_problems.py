"""What every answer has, and what unknown addresses and wrong methods get."""

import json
import re

import pytest

from ledger_service.domain import errors
from ledger_service.domain.chain_errors import error_types

ROUTES = [
    "/resources",
    "/resources/{id}",
    "/resources/{id}/verdict",
    "/resources/{id}/receipt",
    "/licenses",
    "/licenses/x",
    "/grants",
    "/grants/{id}",
    "/grants/{id}/revocation",
    "/openings",
    "/openings/{id}/content",
    "/ledger/checkpoint",
    "/ledger/private-parts",
    "/status",
    "/deployment",
    "/stewards",
    "/readers",
]


SIGN_IN_TYPE = "application/opds-authentication+json"


def test_the_document_tells_of_problems_as_they_are(nobody):
    paths = nobody.get("/openapi.json").json()["paths"]
    for path, methods in paths.items():
        for operation in methods.values():
            if path.startswith(
                "/opds/"
            ):  # who is not known is told how one signs in, as OPDS has it
                told = operation["responses"].pop("401", {"content": {SIGN_IN_TYPE: {}}})
                assert list(told["content"]) == [SIGN_IN_TYPE]
            [kind] = operation["responses"]["default"]["content"]
            assert kind == "application/problem+json"
            answered = {status[0] for status in operation["responses"]} - {"d"}
            assert answered in ({"2"}, {"3"}), path  # or it leads elsewhere


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/v1/ledger/checkpoint", "text/plain"),
        ("/muhr/checkpoint", "text/plain"),
        ("/muhr/tlog-policy", "text/plain"),
    ],
)
def test_the_document_tells_media_types_as_they_are(site, path, kind):
    described = site.get("/api/v1/openapi.json").json()["paths"][path]["get"]
    assert list(described["responses"]["200"]["content"]) == [kind]
    assert site.get(path).headers["content-type"].startswith(kind)


@pytest.mark.parametrize(
    "path", ["/api", "/api/v1", "/api/v1/", "/api/v2/resources", "/nope", "/api/v1/nope", "/é%00"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_address_is_a_problem(site, problem, path, method):
    problem(site.request(method, path), 404, "route-not-found")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_a_wrong_method_is_a_problem(registrar, problem, route, method):
    answer = registrar.request(method, route.replace("{id}", "0" * 64))
    problem(answer, 405)
    allowed = set(answer.headers["allow"].split(", "))
    assert method not in allowed
    assert allowed - {"HEAD", "OPTIONS"} in ({"GET"}, {"POST"}, {"GET", "POST"})


@pytest.mark.parametrize("path", ["/problems/nope", "/problems/x%2fy", "/problems/<script>"])
def test_an_unknown_problem_is_a_problem(site, problem, path):
    answer = site.get(path)
    problem(answer, 404, "route-not-found")
    assert "<script>" not in answer.headers.get("content-type", "")


@pytest.mark.parametrize("slug", sorted(error_types()))
def test_every_problem_has_a_page(site, slug):
    answer = site.get(f"/problems/{slug}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert len(re.sub("<style>.*</style>|<[^>]*>", " ", answer.text).split()) > 5
    assert foreign_hosts(answer.text, site) == []


def test_the_families_and_their_leaves_are_among_the_pages():
    slugs = error_types().keys()
    assert {"ledger-error", "invalid-input", "not-permitted", "resource-too-large"} <= slugs
    assert errors.NoLiveGrant.slug() in slugs


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/v1/status", 200), ("/nope", 404), ("/api/v1/grants", 401), ("/api/v1/docs", 200)],
)
def test_every_answer_has_an_id_and_safe_headers(site, path, status):
    first, second = site.get(path), site.get(path)
    assert first.status_code == status
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert first.headers["x-content-type-options"] == "nosniff"
    assert first.headers["referrer-policy"] == "no-referrer"
    assert first.headers["x-frame-options"] == "DENY"
    assert "server" not in first.headers


def test_a_problem_is_not_cached(site):
    assert site.get("/nope").headers["cache-control"] == "no-store"


def test_the_documentation_needs_no_foreign_host(site):
    page = site.get("/api/v1/docs")
    assert page.status_code == 200
    assert foreign_hosts(page.text, site) == []
    linked = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert linked
    for path in linked:
        assert site.get(path).status_code == 200, path


def test_the_openapi_document_describes_every_route(site):
    document = site.get("/api/v1/openapi.json").json()
    assert document["info"]["title"] == "Muhr"
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["description"], (method, path)


def test_problem_details_hold_no_secret_of_the_caller(site, problem):
    secret = "muhr_" + "s" * 43
    answer = site.get("/api/v1/grants", headers={"Authorization": f"Bearer {secret}"})
    problem(answer, 401)
    assert secret not in answer.text


def test_the_deployment_is_what_the_operator_holds(site, library):
    held = json.loads((library.home / "deployment.json").read_text())
    assert site.get("/api/v1/deployment").json() == held


def foreign_hosts(text, site):
    hosts = re.findall(r"(?:https?:)?//([a-z0-9][a-z0-9.-]*(?::\d+)?)", text)
    return [host for host in hosts if host != site.base_url.netloc.decode()]
