"""Which route a request is for, found by the words that its path begins with.

FastAPI asks each router that was included, and each of its routes, one after the other: with some five
hundred of them that was half of what a page cost. Here they stand in a tree by the fixed segments at the
beginning of their paths, in the order in which FastAPI would ask them. See docs/adr/0161.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from fastapi.routing import APIRoute, APIWebSocketRoute, iter_route_contexts
from starlette.routing import BaseRoute, compile_path
from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True)
class Indexed:
    """A route of the index. place: where it stands in the order of all; router: what answers it."""

    place: int
    pattern: re.Pattern[str]
    methods: frozenset[str]
    router: BaseRoute


@dataclass
class Node:
    """The routes whose paths begin with these segments, in their order, and those that go on by one."""

    routes: list[Indexed] = field(default_factory=list)
    below: dict[str, Node] = field(default_factory=dict)


class RouteIndex:
    """The routes of included routers, which never change. Raises TypeError for mounts and the like."""

    def __init__(self, included: Iterable[BaseRoute]) -> None:
        self._root = Node()
        for route, fixed in _indexed(included):
            node = self._root
            for segment in fixed:
                node = node.below.setdefault(segment, Node())
            node.routes.append(route)
        _hand_down(self._root, [])

    def find(self, method: str, path: str) -> BaseRoute | None:
        """Return the router of the first route that takes method and path; None if none takes both."""
        for route in self.near(path):
            if method in route.methods and route.pattern.match(path):
                return route.router
        return None

    def near(self, path: str) -> list[Indexed]:
        """Return the routes that may take a path: all whose fixed segments it begins with."""
        node = self._root
        for segment in path.split("/"):
            deeper = node.below.get(segment)
            if deeper is None:
                break
            node = deeper
        return node.routes


class ByIndex:
    """ASGI application before the router of an application: what the index finds goes straight to its route.

    All else is the router's: WebSockets, other methods, slashes at the end, unknown paths.
    """

    def __init__(self, router: ASGIApp, index: RouteIndex) -> None:
        self._router = router
        self._index = index

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = None
        if scope["type"] == "http" and not scope.get("root_path"):
            found = self._index.find(scope["method"], scope["path"])
        if found is None:
            await self._router(scope, receive, send)
            return
        scope.setdefault("router", scope["app"].router)
        await found.handle(scope, receive, send)


def _indexed(included: Iterable[BaseRoute]) -> Iterator[tuple[Indexed, list[str]]]:
    """Yield the routes in their order, each with the fixed segments at its beginning."""
    place = 0
    for router in included:
        for context in iter_route_contexts([router]):
            if isinstance(context.original_route, APIWebSocketRoute):
                continue
            if not isinstance(context.original_route, APIRoute) or context.path is None:
                raise TypeError(f"{context.original_route} is no route of FastAPI.")
            pattern, methods = compile_path(context.path)[0], frozenset(context.methods or ())
            yield Indexed(place, pattern, methods, router), _fixed(context.path)
            place += 1


def _fixed(path: str) -> list[str]:
    """Return the segments of a path before the first that has a parameter."""
    segments = path.split("/")
    first = next((at for at, segment in enumerate(segments) if "{" in segment), len(segments))
    return segments[:first]


def _hand_down(node: Node, above: list[Indexed]) -> None:
    """Give each node the routes of those above it, so that a path is looked for in one of them alone."""
    node.routes = sorted([*above, *node.routes], key=lambda route: route.place)
    for below in node.below.values():
        _hand_down(below, node.routes)
