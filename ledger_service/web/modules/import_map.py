"""Import maps: the addresses of modules that pages load by their names, without a build.

The map stands in the page, since browsers read it from nowhere else; the page's policy allows this text by
its digest, and no other.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from starlette.responses import Response

from ledger_service.web.libraries import Libraries
from ledger_service.web.modules.editor_packages import KATEX, LATER, NAMES, WITHIN
from ledger_service.web.modules.package import Package


class ImportMap(NamedTuple):
    """What a page has in its head. text: of the map; source: as a policy names it; preload: addresses.

    styles: where the package begins that brings styles of its own, empty if none does.
    """

    text: str
    source: str
    preload: tuple[str, ...]
    styles: str = ""


def import_map(
    libraries: Libraries,
    names: Mapping[str, tuple[Package, str]],
    within: Iterable[tuple[Package, str]] = (),
    later: Collection[str] = (),
) -> ImportMap | None:
    """Return the map of these names, None if a package of one is not installed.

    within: further files that are loaded with the page; later: names that are not.
    """
    addresses = {}
    for name, (package, file) in names.items():
        start = libraries.address(package)
        if start is None:
            return None
        addresses[name] = start + file
    text = json.dumps({"imports": addresses}, sort_keys=True, separators=(",", ":"))
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    first = [addresses[name] for name in names if name not in later]
    also = [f"{libraries.address(package)}{file}" for package, file in within]
    return ImportMap(text, f"sha256-{digest}", (*first, *also))


@lru_cache(maxsize=4)
def imports_of_editor(libraries: Libraries) -> ImportMap | None:
    """Return what the page of a paper loads; None if it is not installed."""
    made = import_map(libraries, NAMES, WITHIN, LATER)
    return None if made is None else made._replace(styles=libraries.address(KATEX) or "")


def let_import(page: Response, policy: str, imports: ImportMap, nonce: str) -> None:
    """Let the page's scripts load by this map, and write styles that have the nonce."""
    page.headers["Content-Security-Policy"] = (
        f"{policy}; script-src 'self' '{imports.source}'; style-src 'self' 'nonce-{nonce}'"
    )
