"""What pages load beside their HTML: styles, scripts, pictures, of this origin alone.

An address holds the version of the whole folder, a digest of its bytes. Whatever came under it is kept for a
year and never asked for again; scripts import one another by relative addresses, so that one page never mixes
two versions. An address without a version is asked for anew each time, by its ETag.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

STATIC = Path(__file__).with_name("static")
VERSION_MARK = "v-"
VERSION_LETTERS = 12
KEPT = "public, max-age=31536000, immutable"
ASKED_ANEW = "no-cache"


class VersionedFiles(StaticFiles):
    """The files of a folder, each below its version or without one."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        first, _, rest = path.replace(os.sep, "/").partition("/")
        is_versioned = first.startswith(VERSION_MARK) and rest != ""
        answer = await super().get_response(rest if is_versioned else path, scope)
        is_current = is_versioned and first == VERSION_MARK + version()
        answer.headers["Cache-Control"] = KEPT if is_current else ASKED_ANEW
        return answer


@cache
def version() -> str:
    """Return the version of all files together, hex digits."""
    found = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            found.update(f"{path.relative_to(STATIC).as_posix()} {len(data)}\n".encode() + data)
    return found.hexdigest()[:VERSION_LETTERS]


def static(name: str) -> str:
    """Return the address of a file of the folder, with its version."""
    return f"/static/{VERSION_MARK}{version()}/{name}"


def service_worker(name: str, scope: str, head: str = "") -> Response:
    """Return a service worker for the pages below a path; it is asked for anew each time. head: before it."""
    text = head + (STATIC / name).read_text("utf-8")
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": "default-src 'self'",
        "Service-Worker-Allowed": scope,
    }
    return Response(text, media_type="text/javascript", headers=headers)


static_files = GZipMiddleware(VersionedFiles(directory=STATIC), minimum_size=1_000)
