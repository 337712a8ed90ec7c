"""The libraries of others that pages use: what is served, under which address, and what is not there."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from ledger_service.web.libraries import FOLIATE, PACKAGES, PDFJS, Libraries
from ledger_service.web.modules.editor_packages import LATER, NAMES, STATE, WITHIN
from ledger_service.web.modules.import_map import import_map
from ledger_service.web.modules.package import Package
from ledger_service.web.readers import STYLE_OF_FOLIATE
from scripts.harness.running_library import RunningLibrary
from tests.unit.test_house_rules import PROJECT

MODULES = PROJECT / "node_modules"


@pytest.fixture(scope="module")
def client(library: RunningLibrary) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=library.url, trust_env=False) as client:
        yield client


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_each_is_pinned_to_the_version_that_the_pages_were_written_for(package: Package) -> None:
    pinned = json.loads((PROJECT / "package.json").read_text())["dependencies"]
    assert pinned[package.name] == package.version
    assert Libraries(MODULES).address(package) is not None


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_each_pattern_names_a_file(package: Package) -> None:
    for pattern in package.files:
        assert list((MODULES / package.name).glob(pattern)) != []


def test_the_one_inline_style_that_a_page_allows_is_that_of_its_library() -> None:
    source = (MODULES / FOLIATE.name / "paginator.js").read_text()
    style = re.findall(r"<style>(.*?)</style>", source, re.DOTALL)
    found = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in style]
    assert [f"sha256-{digest}" for digest in found] == [STYLE_OF_FOLIATE]


_IMPORTS = re.compile(
    r"""^\s*(?:import|export)\s*(?:[^'"();]*?\sfrom\s*)?['"]([^'"]+)['"]""", re.MULTILINE
)


def test_the_map_of_the_editor_has_all_that_its_modules_ask_for_and_no_more() -> None:
    libraries = Libraries(MODULES)
    made = import_map(libraries, NAMES, WITHIN, LATER)
    assert made is not None
    addresses = json.loads(made.text)["imports"]
    starts = {name for name in addresses if name.partition("/")[0] not in ("lib0", "y-protocols")}
    waiting = [addresses[name] for name in starts - LATER]
    loaded: set[str] = set()
    while waiting:
        address = waiting.pop()
        if address not in loaded:
            loaded.add(address)
            file = libraries.find(address.removeprefix("/libraries"))
            assert file is not None, f"{address} is not served"
            for asked in _IMPORTS.findall(file.read_text()):
                is_near = asked.startswith(".")
                waiting.append(urljoin(address, asked) if is_near else addresses[asked])
    assert set(made.preload) == loaded
    assert len(made.preload) == len(loaded)


def test_the_source_of_a_map_is_of_its_very_text() -> None:
    made = import_map(Libraries(MODULES), NAMES)
    assert made is not None
    digest = base64.b64encode(hashlib.sha256(made.text.encode()).digest()).decode()
    assert made.source == f"sha256-{digest}"
    assert "</" not in made.text
    assert import_map(Libraries(None), NAMES) is None


def test_a_package_with_a_scope_is_served(client: httpx.Client) -> None:
    address = Libraries(MODULES).address(STATE)
    assert address == f"/libraries/@codemirror/state@{STATE.version}/"
    assert client.get(f"{address}dist/index.js").status_code == 200
    assert client.get(f"{address}dist/index.cjs").status_code == 404
    assert client.get(f"{address}../view@6/dist/index.js").status_code == 404


def test_a_file_is_kept_for_a_year_and_loads_from_here_only(client: httpx.Client) -> None:
    address = Libraries(MODULES).address(PDFJS)
    answer = client.get(f"{address}build/pdf.worker.min.mjs")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-security-policy"] == "default-src 'self'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.head(f"{address}cmaps/UniGB-UTF16-H.bcmap").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/libraries/",
        "/libraries/pdfjs-dist@6.5.438/",
        "/libraries/pdfjs-dist@6.5.438/package.json",
        "/libraries/pdfjs-dist@6.5.438/build/pdf.sandbox.min.mjs",
        "/libraries/pdfjs-dist@6.5.438/cmaps/../package.json",
        "/libraries/pdfjs-dist@6.5.438/cmaps/%2e%2e/package.json",
        "/libraries/pdfjs-dist@6.5.438/cmaps/..%2Fpackage.json",
        "/libraries/pdfjs-dist@6.5.437/build/pdf.min.mjs",
        "/libraries/ganache@7.9.2/package.json",
        "/libraries/..%2f..%2fpackage.json",
    ],
)
def test_nothing_else_is_there(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_another_version_or_none_counts_as_not_installed(tmp_path: Path) -> None:
    assert Libraries(None).address(PDFJS) is None
    assert Libraries(tmp_path).address(PDFJS) is None
    folder = tmp_path / PDFJS.name
    folder.mkdir()
    for written in ('{"version": "6.5.437"}', "[1]", "{", '{"version": 6}'):
        (folder / "package.json").write_text(written)
        assert Libraries(tmp_path).address(PDFJS) is None
    assert Libraries(tmp_path).find(f"/{PDFJS.name}@{PDFJS.version}/build/pdf.min.mjs") is None
