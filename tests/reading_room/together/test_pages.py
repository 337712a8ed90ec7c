"""Projects by their pages: everything by forms, nothing by scripts, and no link acts by being followed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import NamedTuple

import pytest

from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.local_account import card_identity
from ledger_service.services.people.identities import find_or_enroll
from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator

NewReader = Callable[[], tuple[str, BrowserSimulator]]
TITLE = "Navoiy & <Bobur>"


class Two(NamedTuple):
    lead: BrowserSimulator
    other: BrowserSimulator
    path: str


@pytest.fixture
def two(new_reader: NewReader) -> Two:
    lead, other = new_reader()[1], new_reader()[1]
    made = lead.post("/me/projects", data={"title": TITLE, "name": "Ada"})
    assert made.status_code == 303
    return Two(lead, other, made.headers["location"])


def link_of(two: Two, **fields: str) -> str:
    given = {"do": "link", "role": "writer", "days": "7", **fields}
    page = two.lead.post(f"{two.path}/invitations", data=given)
    assert f'action="{two.path}/invitations"' in two.lead.get(f"{two.path}/members").text
    [link] = re.findall(r"<code>[^<]*(/join/[\w-]+)</code>", page.text)
    return str(link)


def test_a_link_shows_what_is_joined_and_only_its_button_joins(
    library: RunningLibrary, two: Two
) -> None:
    link = link_of(two)
    with BrowserSimulator(library.url) as nobody:
        answer = nobody.get(link)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/sign-in?then={link}"
    for _ in range(2):
        page = two.other.get(link)
        assert "Navoiy &amp; &lt;Bobur&gt;" in page.text
        assert page.headers["x-robots-tag"] == "noindex"
        assert page.headers["cache-control"] == "no-store"
    assert two.other.get(two.path).status_code == 404
    joined = two.other.post(link, data={"name": "<Bek>"})
    assert (joined.status_code, joined.headers["location"]) == (303, two.path)
    members = two.lead.get(f"{two.path}/members").text
    assert "&lt;Bek&gt;" in members
    assert "<Bek>" not in members
    assert two.other.get(link).status_code == 404
    assert two.other.post("/join/" + "x" * 43, data={"name": ""}).status_code == 404


def test_another_sites_page_neither_joins_nor_leaves(two: Two) -> None:
    link = link_of(two, many="yes")
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert two.other.post(link, data={"name": ""}, headers=foreign).status_code == 403
    assert two.lead.post(f"{two.path}/leave", data={"sure": "yes"}, headers=foreign).is_error
    assert two.other.get(two.path).status_code == 404


def test_who_is_invited_by_card_finds_it_among_their_projects(
    library: RunningLibrary, two: Two
) -> None:
    subject = find_or_enroll(library.opened.library, card_identity("PG-77 1"), Role.READER)
    given = {"do": "named", "cards": "pg771\nPG-77 2", "role": "reader", "days": "3"}
    assert two.lead.post(f"{two.path}/invitations", data=given).status_code == 303
    page = two.lead.get(f"{two.path}/members").text
    assert "pg771" in page
    with BrowserSimulator(library.url) as invited:
        invited.sign_in(library.token("reader", subject.name))
        found = re.findall(
            r'action="(/me/projects/invitations/\w+)"', invited.get("/me/projects").text
        )
        assert len(found) == 1
        assert two.other.post(found[0], data={"do": "join"}).status_code == 422
        assert invited.post(found[0], data={"do": "join", "name": ""}).headers["location"] == (
            two.path
        )
        assert invited.get(two.path).status_code == 200
        assert 'action="' + two.path + '/files"' not in invited.get(two.path).text
    assert "pg771" not in two.lead.get(f"{two.path}/members").text


def test_a_class_list_is_read_and_told_of(two: Two) -> None:
    table = b"Name;Card\nDilnoza;PL-1\nBek;PL-2\nBek;PL-2\n;\nAziz;\n"
    fields, files = {"role": "reader", "days": "3", "issuer": ""}, {"file": ("list.csv", table)}
    page = two.lead.post(f"{two.path}/invitations/list", data=fields, files=files)
    assert page.status_code == 200
    assert "2 people are invited." in page.text
    assert "Dilnoza" not in page.text
    wrong = two.lead.post(
        f"{two.path}/invitations/list", data=fields, files={"file": ("x.csv", b"%PDF-1.7")}
    )
    assert wrong.status_code == 422


def test_files_are_sent_brought_back_and_removed(two: Two) -> None:
    for data in (b"first", b"second"):
        sent = two.lead.post(f"{two.path}/files", files={"file": ("<notes>.txt", data)})
        assert sent.status_code == 303
    page = two.lead.get(two.path).text
    assert "&lt;notes&gt;.txt" in page
    [file] = set(re.findall(rf'href="({two.path}/files/\w+)"', page))
    assert two.lead.post(file, data={"do": "restore", "number": "1"}).status_code == 303
    shown = two.lead.get(file).text
    contents = re.findall(r'href="(/api/v1/projects/[\w/]+/content)"', shown)
    assert two.lead.get(contents[0]).content == b"first"
    assert len(set(contents)) == 3
    assert two.other.get(contents[0]).status_code == 404
    two.lead.post(file, data={"do": "rename", "name": "notes 2.txt"})
    assert "notes 2.txt" in two.lead.get(two.path).text
    assert two.lead.post(file, data={"do": "remove"}).status_code == 303
    assert two.lead.get(file).status_code == 404
    nothing = two.lead.post(f"{two.path}/files", files={"file": ("", b"")})
    assert nothing.status_code == 422


def test_papers_titles_and_the_archive(two: Two) -> None:
    two.lead.post(f"{two.path}/papers", data={"title": "Xamsa"})
    [paper] = re.findall(r'action="([^"]+)/change"', two.lead.get(two.path).text)[:1]
    two.lead.post(f"{paper}/change", data={"do": "rename", "title": "Xamsa, 1483"})
    assert "Xamsa, 1483" in two.lead.get(two.path).text
    taken_out = two.lead.get(f"{two.path}/export")
    with zipfile.ZipFile(io.BytesIO(taken_out.content)) as archive:
        assert archive.testzip() is None
        forms = {f"papers/Xamsa, 1483.{ending}" for ending in ("md", "html", "epub", "pdf")}
        assert set(archive.namelist()) == {"project.json", *forms}
    assert two.other.get(f"{two.path}/export").status_code == 404
    two.lead.post(two.path, data={"do": "rename", "title": "Bobur"})
    two.lead.post(two.path, data={"do": "archive"})
    shut = two.lead.get(two.path).text
    assert "Bobur" in shut
    assert f'action="{two.path}/papers"' not in shut
    refused = two.lead.post(f"{two.path}/papers", data={"title": "Late"})
    assert refused.status_code == 422
    two.lead.post(two.path, data={"do": "open"})
    two.lead.post(f"{paper}/change", data={"do": "remove"})
    assert "Xamsa" not in two.lead.get(two.path).text


def test_roles_are_given_and_the_last_member_destroys_the_project(two: Two) -> None:
    two.other.post(link_of(two), data={"name": "Bek"})
    leave = f"{two.path}/leave"
    assert two.lead.post(leave, data={"sure": "yes"}).status_code == 422
    two.lead.post(f"{two.path}/members", data={"do": "role", "number": "2", "role": "lead"})
    two.lead.post(f"{two.path}/members", data={"do": "name", "name": "Ada L."})
    assert "Ada L." in two.other.get(f"{two.path}/members").text
    wrong = two.lead.post(f"{two.path}/members", data={"do": "role", "number": "x", "role": "y"})
    assert wrong.status_code == 422
    assert two.lead.post(leave, data={"sure": ""}).status_code == 422
    assert two.lead.post(leave, data={"sure": "yes"}).headers["location"] == "/me/projects"
    assert two.lead.get(two.path).status_code == 404
    assert f'action="{leave}"' in two.other.get(leave).text
    two.other.post(leave, data={"sure": "yes"})
    assert two.other.get(two.path).status_code == 404
