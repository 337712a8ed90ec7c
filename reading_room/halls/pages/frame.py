"""What the pages of halls share: the layout, and the policy of the page on which a scene is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import Depends
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse

from ledger_service.domain.people.caller import Caller
from ledger_service.web.layout import POLICY, Layout, signed_in

layout = Layout(Path(__file__).parents[1] / "templates")
SignedIn = Annotated[Caller, Depends(signed_in)]
NamedHall = Annotated[str, InPath(pattern=r"^[0-9a-f]{1,64}$")]
STYLE_OF_AFRAME = "sha256-v7XYwoR6kd4w8P/jKJwhD8xtQ9lX51WNsDeaJBRcNMc="
STYLE_OF_NOTHING = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
"""A-Frame adds an empty style sheet and fills it: these two texts, and no other inline style."""
SCENE_POLICY = f"{POLICY}; style-src 'self' '{STYLE_OF_AFRAME}' '{STYLE_OF_NOTHING}'"


def with_scene(page: HTMLResponse) -> HTMLResponse:
    """Return the page of a hall, under the policy that lets its scene be drawn, and nothing kept of it."""
    page.headers["Content-Security-Policy"] = SCENE_POLICY
    page.headers["Cache-Control"] = "no-store"
    return page
