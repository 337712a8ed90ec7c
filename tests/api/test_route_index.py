"""The index of routes finds for each path what FastAPI's router would find."""

from __future__ import annotations

import re

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Match

from ledger_service.api.routing.route_index import RouteIndex
from ledger_service.app import include_routes

PARAMETER = re.compile(r"\{\w+(:\w+)?\}")
WORDS = ("7", "a" * 64, "cite.bib", "new", "resources", "..")


@pytest.fixture(scope="module")
def routes() -> list[BaseRoute]:
    app = FastAPI(openapi_url=None)
    include_routes(app)
    return app.routes


def _found_by_all(routes: list[BaseRoute], method: str, path: str) -> BaseRoute | None:
    """Return what is found by asking one after the other, as FastAPI does."""
    scope = {"type": "http", "method": method, "path": path, "path_params": {}, "headers": []}
    return next((route for route in routes if route.matches(scope)[0] is Match.FULL), None)


def _paths(routes: list[BaseRoute]) -> set[str]:
    """Return paths that routes take, and some that are near to these and that another route or none takes."""
    templates = {context.path for context in iter_route_contexts(routes) if context.path}
    made = {PARAMETER.sub(word, template) for template in templates for word in WORDS}
    return (
        made
        | {path + "/" for path in made}
        | {path.rpartition("/")[0] for path in made}
        | {"", "/"}
    )


def test_it_finds_what_the_router_finds(routes: list[BaseRoute]) -> None:
    index = RouteIndex(routes)
    paths = _paths(routes)
    found = 0
    for path in paths:
        for method in ("GET", "POST", "DELETE"):
            one = index.find(method, path)
            assert one is _found_by_all(routes, method, path), (method, path)
            found += one is not None
    assert found > 1000


def test_it_asks_few_routes_for_each_path(routes: list[BaseRoute]) -> None:
    index = RouteIndex(routes)
    asked = max(len(index.near(path)) for path in _paths(routes))
    assert asked < len(list(iter_route_contexts(routes))) / 10


def test_the_first_of_two_that_take_a_path_answers() -> None:
    first, second = APIRouter(), APIRouter()
    first.add_api_route("/books/{name}", lambda name: name)
    second.add_api_route("/books/new", lambda: "new")
    tree = APIRouter()
    tree.include_router(first)
    tree.include_router(second)
    assert RouteIndex(tree.routes).find("GET", "/books/new") is tree.routes[0]
    assert RouteIndex(tree.routes[::-1]).find("GET", "/books/new") is tree.routes[1]


def test_what_is_no_route_is_refused() -> None:
    tree = APIRouter()
    inner = APIRouter()
    inner.mount("/files", FastAPI())
    tree.include_router(inner)
    with pytest.raises(TypeError):
        RouteIndex(tree.routes)
