"""A paper by its pages, without scripts: written by a form, read, its history, and the files made of it."""

from __future__ import annotations

import inspect
import io
import json
import re
import zipfile
from collections.abc import Callable
from html import unescape
from typing import NamedTuple

import httpx
import pytest

from reading_room.together.pages.papers import history, read, seal, take_out
from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator

NewReader = Callable[[], tuple[str, BrowserSimulator]]
API = "/api/v1"
TEXT = "# Navoiy\n\nA formula $a_1$ and <script>alert(1)</script>.\n"


class Pages(NamedTuple):
    lead: BrowserSimulator
    other: BrowserSimulator
    project: str
    base: str

    def save(self, browser: BrowserSimulator, text: str, version: str) -> httpx.Response:
        return browser.post(f"{self.base}/text", data={"text": text, "version": version})

    def join(self, role: str) -> None:
        projects = f"{API}/projects/{self.project}"
        link = self.lead.post(f"{projects}/invitations", json={"role": role}).json()
        given = {"secret": link["secret"], "name": "Bek"}
        assert self.other.post(f"{API}/me/links/joined", json=given).status_code == 200


@pytest.fixture
def pages(new_reader: NewReader) -> Pages:
    lead, other = new_reader()[1], new_reader()[1]
    made = lead.post(f"{API}/projects", json={"title": "Navoiy", "name": "Ada"}).json()
    papers = f"{API}/projects/{made['id']}/papers"
    paper = lead.post(papers, json={"title": "Xamsa & <b>"}).json()
    return Pages(lead, other, made["id"], f"/me/projects/{made['id']}/papers/{paper['id']}")


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None
    return unescape(found[1])


def area(page: str) -> str:
    found = re.search(r"<textarea id=\"text\"[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def written(pages: Pages, text: str) -> None:
    version = field(pages.lead.get(pages.base).text, "version")
    assert pages.save(pages.lead, text, version).status_code == 303


def test_a_paper_is_written_by_a_form_and_read(pages: Pages) -> None:
    written(pages, "\n" + TEXT.replace("\n", "\r\n"))
    page = pages.lead.get(pages.base).text
    assert area(page) == "\n" + TEXT
    read = pages.lead.get(f"{pages.base}/read").text
    assert '<h2 id="section-1">Navoiy</h2>' in read
    assert "<msub><mi>a</mi><mn>1</mn></msub>" in read
    assert "&lt;script&gt;alert(1)" in read
    assert "<title>Xamsa &amp; &lt;b&gt;" in read
    assert "Ada" in read


def test_what_somebody_wrote_meanwhile_is_not_lost_nor_is_what_came_late(pages: Pages) -> None:
    pages.join("writer")
    version = field(pages.other.get(pages.base).text, "version")
    written(pages, "First line\nSecond line\n")
    late = pages.save(pages.other, "Mine & <only>\n", version)
    assert late.status_code == 409
    assert area(late.text) == "First line\nSecond line\n"
    assert "Mine &amp; &lt;only&gt;" in late.text
    assert pages.save(pages.other, "Both\n", field(late.text, "version")).status_code == 303
    assert area(pages.lead.get(pages.base).text) == "Both\n"


def test_the_history_names_who_wrote_and_gives_a_text_back(pages: Pages) -> None:
    written(pages, "One\nTwo\n")
    listed = pages.lead.get(f"{pages.base}/history").text
    [number] = re.findall(rf'href="{pages.base}/history/(\d+)"', listed)
    assert "Ada" in listed
    shown = pages.lead.get(f"{pages.base}/history/{number}").text
    assert "+ Two" in shown
    assert f'action="{pages.base}/history/{number}"' not in shown  # it is the text that stands
    assert pages.lead.get(f"{pages.base}/history/999999").status_code == 404
    back = pages.lead.post(f"{pages.base}/history/{number}")
    assert back.headers["location"] == pages.base
    assert area(pages.lead.get(pages.base).text) == "One\nTwo\n"


@pytest.mark.parametrize(
    ("end", "media_type", "start"),
    [
        ("md", "text/markdown", b"# Navoiy"),
        ("html", "text/html", b"<!doctype html>"),
        ("epub", "application/epub+zip", b"PK"),
        ("pdf", "application/pdf", b"%PDF-"),
    ],
)
def test_it_is_taken_out_as_a_file(pages: Pages, end: str, media_type: str, start: bytes) -> None:
    written(pages, TEXT)
    assert f'href="{pages.base}/take-out/{end}"' in pages.lead.get(f"{pages.base}/take-out").text
    answer = pages.lead.get(f"{pages.base}/take-out/{end}")
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(start)


def test_all_of_it_is_taken_out_with_its_history(pages: Pages) -> None:
    written(pages, TEXT)
    parcel = zipfile.ZipFile(io.BytesIO(pages.lead.get(f"{pages.base}/take-out/zip").content))
    [past] = json.loads(parcel.read("history.json"))
    assert past["by"] == ["Ada"]
    assert parcel.read(past["file"]).decode() == TEXT
    assert parcel.read("paper.md").decode() == TEXT
    assert {"paper.html", "paper.epub", "paper.pdf"} < set(parcel.namelist())
    assert pages.lead.get(f"{pages.base}/take-out/docx").status_code == 404


def test_a_citation_is_told_in_the_catalogs_own_form(pages: Pages, library: RunningLibrary) -> None:
    digest = library.register(title="Qutadgʻu bilig", creator="Xos Hojib, Yusuf")["digest"]
    written(pages, f"See [@{digest}, p. 7] and [@{'0' * 64}].\n")
    read = pages.lead.get(f"{pages.base}/read?lang=en").text
    assert "Xos Hojib, Y. (n.d.). Qutadgʻu bilig." in read
    assert f'/resources/{digest}"' in read
    assert f"<code><bdi>{'0' * 64}</bdi></code>" in read  # nobody registered it, which is told
    assert "Электронный ресурс" in pages.lead.get(f"{pages.base}/read?lang=ru").text


@pytest.mark.parametrize("role", ["reader", "commenter"])
def test_whoever_may_not_write_gets_no_form_and_changes_nothing(pages: Pages, role: str) -> None:
    written(pages, TEXT)
    pages.join(role)
    page = pages.other.get(pages.base).text
    assert "<textarea" not in page.partition('id="plain"')[2]
    assert f'data-right="{"comment" if role == "commenter" else "read"}"' in page
    assert pages.save(pages.other, "x", "").status_code == 403
    number = re.findall(r"/history/(\d+)\"", pages.other.get(f"{pages.base}/history").text)[0]
    assert pages.other.post(f"{pages.base}/history/{number}").status_code == 403
    assert area(pages.lead.get(pages.base).text) == TEXT


def test_what_takes_a_core_for_seconds_waits_in_a_line_of_its_own() -> None:
    for endpoint in (read.read, history.version, take_out.take_out, seal.seal):
        assert inspect.iscoroutinefunction(endpoint), endpoint


def test_to_who_is_no_member_there_is_no_such_paper(pages: Pages, new_reader: NewReader) -> None:
    stranger = new_reader()[1]
    for path in ("", "/read", "/history", "/history/1", "/take-out", "/take-out/md"):
        assert stranger.get(pages.base + path).status_code == 404, path
    assert pages.save(stranger, "x", "").status_code == 404
    project = stranger.post(f"{API}/projects", json={"title": "Own", "name": "Eve"}).json()["id"]
    other = pages.base.replace(pages.project, project)
    assert stranger.get(other).status_code == 404
    assert pages.lead.get(other).status_code == 404  # it is in another project


def test_the_page_allows_its_map_of_modules_and_no_other_script(pages: Pages) -> None:
    answer = pages.lead.get(pages.base)
    policy = answer.headers["content-security-policy"]
    assert re.search(r"script-src 'self' 'sha256-[\w+/=]{44}';", policy)
    assert "unsafe" not in policy
    [nonce] = re.findall(r"'nonce-([\w-]{22})'", policy)
    assert f'data-nonce="{nonce}"' in answer.text
    assert nonce not in pages.lead.get(pages.base).text
    inline = re.findall(r"<script(?![^>]*\ssrc=)([^>]*)>", answer.text)
    assert inline == [' type="importmap"', ' type="application/json" id="members"']
    kept = re.findall(r'data-kept="(\w+)\.', answer.text)
    pages.join("writer")
    assert re.findall(r'data-kept="(\w+)\.', pages.other.get(pages.base).text) != kept


def test_a_text_that_is_too_large_is_refused_and_shown(pages: Pages) -> None:
    version = field(pages.lead.get(pages.base).text, "version")
    refused = pages.save(pages.lead, "x" * 1_000_001, version)
    assert refused.status_code == 409
    assert area(pages.lead.get(pages.base).text) == ""
