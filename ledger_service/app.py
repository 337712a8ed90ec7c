"""Composition: the FastAPI application of one library. Made by `make_app`; nothing at import time."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI
from fastapi.telemetry import TelemetryConfig
from fastapi_offline import FastAPIOffline
from starlette.routing import BaseRoute

import reading_room
from ledger_service import __version__
from ledger_service.api import problems
from ledger_service.api.announced import Announced
from ledger_service.api.authorship import reviews, signed_works
from ledger_service.api.chain import deployment as deployments
from ledger_service.api.chain import intents, node
from ledger_service.api.consortium import alarms, members
from ledger_service.api.credentials import credentials, published
from ledger_service.api.imports import imports
from ledger_service.api.ledger import ledger, tiles
from ledger_service.api.lending import access, books, cohorts, grants, openings, requests, traces
from ledger_service.api.origins import OtherOrigins
from ledger_service.api.people import (
    acts,
    cases,
    colleagues,
    invitations,
    looks,
    own_data,
    readers,
    tokens,
)
from ledger_service.api.publication.witness import make_witness_app
from ledger_service.api.queries import check_query
from ledger_service.api.requests import RequestIds
from ledger_service.api.resources import (
    changes,
    content,
    descriptions,
    licenses,
    registrations,
    resources,
)
from ledger_service.api.routing.methods import Methods
from ledger_service.api.routing.quick_routes import QuickRoutes
from ledger_service.api.routing.route_index import ByIndex, RouteIndex
from ledger_service.api.verification import leaves, proofs
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.consortium.member import WITNESS_PATH
from ledger_service.domain.publication.policy import Log, Policy
from ledger_service.listening.kept_answers import KeptAnswers
from ledger_service.ports.content import UseCounter
from ledger_service.services.chain.heed_worker import HeedingStore
from ledger_service.services.chain.read_node import Ask, NodeReads, no_node
from ledger_service.services.group_appends import Appender
from ledger_service.services.library import Library
from ledger_service.services.people.attempts import Attempts
from ledger_service.web import libraries, pages, reading, static_files, verifying
from ledger_service.web.credentials import checking
from ledger_service.web.libraries import Libraries
from ledger_service.web.sign_in import (
    by_card,
    by_passkey,
    by_token,
    by_university,
    by_wallet,
    invitation,
)
from ledger_service.web.sign_in import routes as sign_in
from reading_room import parts

PREFIX = "/api/v1"
NOT_TRACED: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""No spans, even if a tracer is installed: paths hold the secrets of openings."""
WAYS = (by_university, by_card, by_passkey, by_wallet, by_token)
"""The ways in, as the sign-in page lists them."""
PAGES = (pages, verifying, checking, reading, books, sign_in, invitation)
QUICK = (proofs.router, registrations.router, openings.quick)
ROUTES = (
    proofs,
    leaves,
    signed_works,
    reviews,
    registrations,
    resources,
    content,
    imports,
    changes,
    descriptions,
    licenses,
    grants,
    cohorts,
    requests,
    intents,
    openings,
    traces,
    ledger,
    deployments,
    node,
    readers,
    own_data,
    invitations,
    tokens,
    acts,
    colleagues,
    cases,
    looks,
    access,
    credentials,
    members,
    alarms,
)


def make_app(
    library: Library,
    deployment: Deployment,
    public_url: str,
    policy: Callable[[], Policy] | None = None,
    ask_node: Ask = no_node,
    contact: str = "",
    node_modules: Path | None = None,
) -> FastAPI:
    """Return the application.

    public_url: how people reach it, without a slash at the end. policy: as it is when it is asked for, by
    default the ledger without witnesses. ask_node: reads the library's chain node for people who have none.
    contact: a URI by which people reach whoever runs the service. node_modules: the folder of the libraries
    that pages use in the browser; without it the browser's own viewers show what they can.
    """
    store = HeedingStore(library.store)
    appender = Appender(store)
    library = replace(library, store=store, appender=appender)
    counters: list[UseCounter] = [room.make(library) for room in parts("counting")]
    app = FastAPIOffline(
        lifespan=_closing(appender, counters),
        docs_url=f"{PREFIX}/docs",
        redoc_url=None,
        openapi_url=f"{PREFIX}/openapi.json",
        static_url=f"{PREFIX}/docs-static",
        swagger_ui_oauth2_redirect_url=f"{PREFIX}/docs/oauth2-redirect",
        title="Muhr",
        version=__version__,
        description="A provenance and access ledger for electronic libraries.",
        telemetry=NOT_TRACED,
    )
    app.state.library = library
    app.state.deployment = json.loads(deployment.format())
    app.state.public_url = public_url
    app.state.node_reads = NodeReads(ask_node, deployment)
    alone = Policy((Log(library.key, public_url + tiles.PREFIX),))
    app.state.policy = policy or (lambda: alone)
    app.state.contact = contact
    app.state.use_counters = counters
    problems.install(app, pages.show_failure)
    include_routes(app)
    _add_files(app, Libraries(node_modules))
    _add_borders(app, library, public_url)
    return app


def _add_borders(app: FastAPI, library: Library, public_url: str) -> None:
    """Add what requests come through before a route, from within."""
    app.add_middleware(QuickRoutes, prefix=PREFIX, routers=QUICK)
    app.add_middleware(Methods)
    app.add_middleware(KeptAnswers, changes=library.store.changes)
    open_to_all = [room.router.prefix for room in parts("paths")]
    app.add_middleware(OtherOrigins, prefixes=open_to_all)
    app.add_middleware(Announced, links=_announced(public_url))
    app.add_middleware(RequestIds)


def add_witness(app: FastAPI, cosign: Callable[[bytes], str]) -> None:
    """Let the application serve our witness beside the library. cosign: see `make_witness_app`."""
    app.mount(WITNESS_PATH, make_witness_app(cosign))


def include_routes(app: FastAPI) -> None:
    """Add every route; also for whoever wants an OpenAPI document and has no library."""
    routes, index = _routes(reading_room.ROOMS)
    app.router.routes.extend(routes)
    app.router.middleware_stack = ByIndex(app.router.middleware_stack, index)
    app.state.attempts = Attempts()
    app.state.ways = {way.NAME: way.is_set_up for way in WAYS}
    app.state.links = [
        (*link, getattr(room, "is_shown", _always))
        for room in parts("pages")
        for link in room.LINKS
    ]
    app.state.me_links = [link for room in parts("pages") for link in getattr(room, "ME_LINKS", ())]
    app.state.places = {
        getattr(route, "path", "")
        for room in (*parts("pages"), *parts("paths"))
        for route in room.router.routes
    }


@cache
def _routes(_: tuple[reading_room.Room, ...]) -> tuple[tuple[BaseRoute, ...], RouteIndex]:
    """Return every route of a library with these rooms, in the order in which they match, and their index.

    They are made once for all applications of a process: what FastAPI derives from a route takes longer
    than all else of an application, and a route has nothing of a library. It finds that in the state of
    the application to which a request came (ADR 0164).
    """
    tree = APIRouter()
    known_only = [Depends(check_query)]
    told = problems.DOCUMENTED
    of_api = (*(module.router for module in ROUTES), tiles.proofs, openings.quick)
    for router in (*of_api, *(room.router for room in parts("api"))):
        tree.include_router(router, prefix=PREFIX, dependencies=known_only, responses=told)
    for router in (published.router, tiles.router, *(room.router for room in parts("paths"))):
        tree.include_router(router, dependencies=known_only, responses=told)
    for module in (*PAGES, *WAYS, *parts("pages")):
        tree.include_router(module.router)
    return tuple(tree.routes), RouteIndex(tree.routes)


def _always(_: Library) -> bool:
    """Return that pages lead to a room whatever the library is."""
    return True


def _announced(public_url: str) -> list[tuple[str, str]]:
    """Return what every page names in its header Link: (address, relation)."""
    told = [link for room in parts("paths") for link in getattr(room, "ANNOUNCED", ())]
    return [(public_url + path, relation) for path, relation in told]


def _add_files(app: FastAPI, found: Libraries) -> None:
    """Add what pages load beside themselves: our own files, the libraries of others, what rooms made."""
    app.mount("/static", static_files.static_files)
    app.mount(libraries.PREFIX, libraries.serve_libraries(found))
    app.state.libraries = found
    app.state.renditions = [room.tell for room in parts("renditions")]
    app.state.groups = parts("groups")
    app.state.remarks = [room.remarks for room in parts("noted")]
    app.state.nearby = [room.near for room in parts("nearby")]
    app.state.listing = next(iter(parts("listing")), None)
    app.state.finding = next(iter(parts("finding")), None)
    app.state.protection = next(iter(parts("protection")), None)


def _closing(
    appender: Appender, counters: Sequence[UseCounter]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        for counter in counters:
            counter.close()
        appender.close()

    return lifespan
