"""Several applications in one process: each has a state of its own, and the routes are made once."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from ledger_service.app import include_routes


def _routes(app: FastAPI) -> list[object]:
    """Return what FastAPI makes of each route when the first request comes."""
    return [context._route_context for context in iter_route_contexts(app.routes)]


def _only_here() -> str:
    return "here"


def test_what_fastapi_makes_of_a_route_is_made_once() -> None:
    first, second = FastAPI(), FastAPI()
    include_routes(first)
    include_routes(second)
    made = [route for route in _routes(first) if route is not None]
    assert len(made) > 500
    assert all(one is another for one, another in zip(_routes(first), _routes(second), strict=True))


def test_each_application_has_its_own_state() -> None:
    first, second = FastAPI(), FastAPI()
    include_routes(first)
    include_routes(second)
    for name in ("attempts", "ways", "links", "me_links", "places"):
        assert getattr(first.state, name) is not getattr(second.state, name), name


def test_a_route_of_one_application_is_not_one_of_another() -> None:
    first, second = FastAPI(), FastAPI()
    include_routes(first)
    first.add_api_route("/only-here", _only_here)
    include_routes(second)
    assert "/only-here" not in {getattr(route, "path", "") for route in second.routes}
