"""Quick routes answer as all others do, stand in the OpenAPI document, and let the rest through."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from opentelemetry import metrics, trace

from ledger_service.api import problems
from ledger_service.api.requests import RequestIds
from ledger_service.api.routing.quick_routes import QuickRoutes
from ledger_service.domain.errors import LedgerBusy

PROOF = "/resources/{digest}/proof"


def test_the_openapi_document_tells_of_them(nobody):
    paths = nobody.get("/openapi.json").json()["paths"]
    [parameter] = paths[f"/api/v1{PROOF}"]["get"]["parameters"]
    assert (parameter["name"], parameter["in"], parameter["required"]) == ("digest", "path", True)
    registering = paths["/api/v1/registrations"]["post"]
    assert registering["security"] == [{"HTTPBearer": []}]
    assert "digest" in str(registering["requestBody"])


@pytest.mark.parametrize("path", [PROOF.format(digest="0" * 64), "/registrations"])
@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_another_method_is_a_problem(registrar, path, method):
    answer = registrar.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["allow"] in ("GET, HEAD, OPTIONS", "OPTIONS, POST")


@pytest.mark.parametrize(
    ("digest", "status", "slug"),
    [
        ("0" * 64, 404, "resource-not-found"),
        ("0" * 63, 422, "invalid-digest"),
        ("0" * 65, 422, "invalid-digest"),
        ("A" * 64, 422, "invalid-digest"),
        ("0" * 64 + "%0A", 422, "invalid-digest"),
        ("%00", 422, "invalid-digest"),
        ("x" * 5000, 422, "invalid-digest"),
        ("0%2F0", 404, "route-not-found"),
    ],
)
def test_a_proof_that_cannot_be_is_a_problem(nobody, problem, digest, status, slug):
    problem(nobody.get(PROOF.format(digest=digest)), status, slug)


def test_their_answers_have_the_safe_headers_once(nobody):
    first = nobody.get(PROOF.format(digest="0" * 64))
    second = nobody.get(PROOF.format(digest="0" * 64))
    for name, value in (
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Frame-Options", "DENY"),
    ):
        assert first.headers.get_list(name) == [value]
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


def test_no_tracer_is_asked_to_keep_paths(nobody, monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: asked.append("traces"))
    monkeypatch.setattr(metrics, "get_meter_provider", lambda: asked.append("metrics"))
    assert nobody.get("/status").status_code == 200
    assert asked == []


@pytest.mark.usefixtures("unchanged")
def test_registering_without_a_token_is_refused(nobody, problem):
    answer = nobody.post("/registrations", json={})
    problem(answer, 401, "not-authenticated")
    assert answer.headers["www-authenticate"] == 'Bearer realm="muhr"'


# ---- in an application of our own ---------------------------------------------------------------


def no_page(*_: object) -> Response:
    raise AssertionError("No browser has asked.")


async def call(router: APIRouter, path: str) -> httpx.Response:
    app = FastAPI()
    app.state.public_url = "http://library.test"
    problems.install(app, no_page)
    app.add_middleware(QuickRoutes, prefix="/v1", routers=[router])
    app.add_middleware(RequestIds)

    @app.get("/v1/slow/{name}")
    async def slow(name: str) -> dict[str, str]:
        return {"slow": name}

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://library.test") as client:
        return await client.get(path)


def failing(error: Exception) -> APIRouter:
    router = APIRouter()

    @router.get("/quick/{name}")
    async def fail(request: Request, name: str) -> Response:
        raise error

    return router


@pytest.fixture
def called() -> Callable[[APIRouter, str], httpx.Response]:
    return lambda router, path: asyncio.run(call(router, path))


def test_what_does_not_match_goes_on(called):
    answer = called(failing(LedgerBusy()), "/v1/slow/one")
    assert answer.json() == {"slow": "one"}


def test_an_unavailable_ledger_says_when_to_come_back(called):
    answer = called(failing(LedgerBusy()), "/v1/quick/one")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert answer.json()["type"] == "http://library.test/problems/ledger-busy"


def test_a_fault_is_a_bare_500_and_is_logged_with_its_route(called, caplog):
    with caplog.at_level(logging.ERROR, "muhr.api"):
        answer = called(failing(RuntimeError("a secret")), "/v1/quick/one")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert "unexpected failure in /quick/{name}" in caplog.text


def routers_that_ask_for_more() -> dict[str, APIRouter]:
    made: dict[str, APIRouter] = {}

    async def who(request: Request) -> Any:
        return None

    made["a dependency of a parameter"] = router = APIRouter()

    @router.get("/x")
    async def one(request: Request, caller: Annotated[Any, Depends(who)]) -> Response:
        return Response()

    made["a dependency of the route"] = router = APIRouter()

    @router.get("/x", dependencies=[Depends(who)])
    async def two(request: Request) -> Response:
        return Response()

    made["a dependency of the router"] = router = APIRouter(dependencies=[Depends(who)])

    @router.get("/x")
    async def three(request: Request) -> Response:
        return Response()

    made["a query"] = router = APIRouter()

    @router.get("/x")
    async def four(request: Request, query: str) -> Response:
        return Response()

    return made


@pytest.mark.parametrize("what", routers_that_ask_for_more())
def test_a_route_that_needs_dependencies_cannot_be_quick(what):
    with pytest.raises(TypeError, match="takes more than the request"):
        QuickRoutes(FastAPI(), "/v1", [routers_that_ask_for_more()[what]])
