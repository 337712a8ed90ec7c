"""What courses give a reader, on a page of their own."""

from __future__ import annotations

import time

import httpx

from ledger_service.domain.people.local_account import card_identity
from ledger_service.services.people.identities import find_identity
from scripts.harness.running_library import RunningLibrary

DAY = 86_400


def page_of(library: RunningLibrary, reader: str) -> str:
    headers = {
        "Authorization": f"Bearer {library.token('reader', reader)}",
        "Accept-Language": "en",
    }
    with httpx.Client(base_url=library.url, headers=headers, trust_env=False) as client:
        answer = client.get("/me/courses")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.text


def test_a_reader_sees_what_a_course_gives(library: RunningLibrary) -> None:
    library.license("my-courses", seats=3, longest_loan_seconds=8 * DAY)
    digest = library.register(license="my-courses", title="Chizma <b>geometriya</b>")["digest"]
    asked = {"digest": digest, "course": "Chizma 1", "until": int(time.time()) + 9 * DAY}
    csv = {"Content-Type": "text/csv"}
    seen = library.registrar.post("/cohorts", params=asked, content=b"card\nme-1", headers=csv)
    library.registrar.post(f"/cohorts/{seen.json()['cohort']}/grant").raise_for_status()
    found = find_identity(library.opened.library, card_identity("me-1"))
    assert found is not None
    text = page_of(library, found.name)
    assert "Chizma 1" in text
    assert f'href="/read/{digest}"' in text
    assert "<b>geometriya</b>" not in text


def test_whom_no_course_gives_anything_is_told_what_to_do(library: RunningLibrary) -> None:
    text = page_of(library, library.readers[1])
    assert "No course gives you a book now" in text
