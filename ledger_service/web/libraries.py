"""Libraries of others that pages use in the browser: which of their files are served, and where.

They are installed by npm, pinned by package-lock.json, and served as they are under an address with their
version, so that a browser keeps them for a year. A file that no list names is not there. A library of
another version than the one that the pages were written for is not there either: the browser's own viewers
show what it would have shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson
from ledger_service.web.modules.editor_packages import EDITOR
from ledger_service.web.modules.package import Package
from ledger_service.web.static_files import KEPT

PREFIX = "/libraries"
POLICY = "default-src 'self'"
"""Of a worker that a script starts: it loads from the library's own address only, and evaluates no text."""
_TYPES = {
    ".css": "text/css",
    ".gif": "image/gif",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
}
LARGEST_MANIFEST_BYTES = 2**18


PDFJS = Package(
    "pdfjs-dist",
    "6.5.438",
    (
        "build/pdf.min.mjs",
        "build/pdf.worker.min.mjs",
        "cmaps/*.bcmap",
        "standard_fonts/*.pfb",
        "standard_fonts/*.ttf",
        "wasm/*_nowasm_fallback.js",
        "web/pdf_viewer.css",
        "web/pdf_viewer.mjs",
        "web/images/*.gif",
        "web/images/*.svg",
    ),
)
FOLIATE = Package(
    "foliate-js",
    "1.0.1",
    (
        "epub.js",
        "epubcfi.js",
        "overlayer.js",
        "paginator.js",
        "progress.js",
        "search.js",
        "text-walker.js",
        "view.js",
    ),
)
OPENSEADRAGON = Package("openseadragon", "6.1.1", ("build/openseadragon/openseadragon.min.js",))
LEAFLET = Package("leaflet", "1.9.4", ("dist/leaflet.css", "dist/leaflet.js", "dist/images/*.png"))
QR = Package("qr", "0.7.0", ("decode.js", "index.js"))
AFRAME = Package("aframe", "1.8.0", ("dist/aframe-v1.8.0.min.js",))
"""With three.js in it. Its fonts, inspector and models of controllers lie elsewhere, and are not used."""
PACKAGES = (PDFJS, FOLIATE, OPENSEADRAGON, LEAFLET, QR, AFRAME, *EDITOR)


@dataclass(frozen=True)
class Libraries:
    """The packages that are installed in a folder. Each has an address, under which its files are served."""

    modules: Path | None

    @cached_property
    def _addresses(self) -> Mapping[str, str]:
        """Of the packages that are installed, by name; they stay as they are while the service runs."""
        if self.modules is None:
            return {}
        return {
            package.name: f"{PREFIX}/{package.name}@{package.version}/"
            for package in PACKAGES
            if _version(self.modules / package.name) == package.version
        }

    def address(self, package: Package) -> str | None:
        """Return where the files of a package begin, with a slash at the end; None if it is not installed."""
        return self._addresses.get(package.name)

    def address_of(self, name: str) -> str | None:
        """Return the same by the name of a package, for templates of rooms."""
        return self._addresses.get(name)

    def find(self, path: str) -> Path | None:
        """Return the file of a path below the prefix, None if no list has it or it is not installed."""
        named, package = path.lstrip("/"), None
        for one in PACKAGES:  # a name may have a scope, and so a slash
            start = f"{one.name}@{one.version}/"
            if named.startswith(start):
                package, inside = one, named.removeprefix(start)
                break
        if package is None or self.address(package) is None or ".." in inside:
            return None
        if not any(_matches(inside, pattern) for pattern in package.files):
            return None
        assert self.modules is not None
        file = self.modules / package.name / inside
        return file if file.is_file() else None


def serve_libraries(libraries: Libraries) -> ASGIApp:
    """Return the application that serves them, compressed for those who take it so."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope["path"]).removeprefix(str(scope.get("root_path", "")))
        file = libraries.find(path) if scope["method"] in ("GET", "HEAD") else None
        if file is None:
            await PlainTextResponse("not found\n", 404)(scope, receive, send)
            return
        headers = {
            "Cache-Control": KEPT,
            "Content-Security-Policy": POLICY,
        }
        kind = _TYPES.get(file.suffix, "application/octet-stream")
        await FileResponse(file, headers=headers, media_type=kind)(scope, receive, send)

    return GZipMiddleware(serve, minimum_size=1_000)


def _matches(path: str, pattern: str) -> bool:
    """Return whether a path is named by a pattern; a star stands for a part of one name."""
    return path.count("/") == pattern.count("/") and fnmatchcase(path, pattern)


def _version(folder: Path) -> str | None:
    """Return the version of the package that a folder holds, None if it holds none."""
    try:
        told = foreign_json.parse((folder / "package.json").read_bytes(), LARGEST_MANIFEST_BYTES)
    except (OSError, InvalidJson):
        return None
    version = told.get("version") if isinstance(told, dict) else None
    return version if isinstance(version, str) else None
