"""Recommendations over HTTP, on pages and by the command."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from ledger_service.config import load
from ledger_service.domain.errors import InvalidInput
from reading_room.recommendations import cli
from scripts.harness.running_library import RunningLibrary

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture(scope="module")
def near(library: RunningLibrary, registrar: Any, wait: Callable[..., None]) -> tuple[str, str]:
    """Return the digests of two works by one person, after a run."""
    made = library.register_all(["<b>Saddi</b> Iskandariy", "Layli va Majnun"])
    for digest in made:
        body = {"creator": "Navoiy, who is near"}
        answer = registrar.post(f"/resources/{digest}/descriptions", json=body)
        assert answer.status_code == 200
    number = registrar.get("/recommendations").json()["number"]
    assert registrar.post("/recommendations").status_code == 202

    def has_ended() -> bool:
        run = registrar.get("/recommendations").json()
        return run["number"] > number and run["ended_at"] is not None

    wait(has_ended, "the run does not end")
    return made[0], made[1]


def page(library: RunningLibrary, path: str, status: int = 200) -> str:
    answer = httpx.get(library.url + path, headers=HTML, trust_env=False)
    assert answer.status_code == status
    return answer.text


def test_what_is_near_is_listed_with_its_reasons(nobody: Any, near: tuple[str, str]) -> None:
    told = nobody.get(f"/resources/{near[0]}/recommendations").json()
    assert told["state"] == "on"
    [item] = [item for item in told["items"] if item["digest"] == near[1]]
    assert item["reasons"] == [{"kind": "person", "text": "Navoiy, who is near"}]
    assert nobody.get(f"/resources/{'0' * 64}/recommendations").json()["items"] == []
    assert nobody.get("/resources/nothing/recommendations").status_code == 422
    assert nobody.post("/recommendations").status_code == 401


def test_the_page_of_a_resource_names_what_is_near(
    library: RunningLibrary, near: tuple[str, str]
) -> None:
    text = page(library, f"/resources/{near[1]}")
    assert "Others are near to this" in text
    assert f'href="/resources/{near[0]}"' in text
    assert "also by <bdi>Navoiy, who is near</bdi>" in text
    assert "&lt;b&gt;Saddi&lt;/b&gt;" in text
    assert "<b>Saddi" not in text


def test_the_card_is_what_an_entry_attests(
    library: RunningLibrary, nobody: Any, near: tuple[str, str]
) -> None:
    told = nobody.get("/recommendations/model-card").json()
    assert hashlib.sha256(told["statement"].encode()).hexdigest() == told["digest"]
    entry = json.loads(library.entries()[told["entry"]])
    assert (entry["type"], entry["statement"]) == ("model", told["digest"])
    text = page(library, "/recommendations/model-card")
    assert told["digest"] in text
    assert json.loads(told["statement"])["code"] in text


def test_the_whole_list_is_taken_by_everybody_alike(
    library: RunningLibrary, near: tuple[str, str]
) -> None:
    text = page(library, "/recommendations")
    assert 'data-parts="1"' in text
    assert "<noscript>" in text
    answer = httpx.get(library.url + "/recommendations/list/0.json", trust_env=False)
    works = answer.json()["works"]
    places = {row[1]: at for at, row in enumerate(works)}
    assert places["Layli va Majnun"] in works[places["<b>Saddi</b> Iskandariy"]][2]
    assert answer.headers["content-encoding"] == "gzip"
    assert len(gzip.compress(answer.content)) < len(answer.content)
    page(library, "/recommendations/list/1.json", 404)
    page(library, "/recommendations/list/x.json", 422)


def test_the_command_tells_what_is_near_and_how_the_run_stands(
    library: RunningLibrary, near: tuple[str, str]
) -> None:
    def run(*words: str) -> tuple[int, str]:
        token = {"MUHR_TOKEN": library.token("registrar")}
        shown = CliRunner().invoke(cli.recommend, [*words, "--api", library.url], env=token)
        return shown.exit_code, shown.output

    status, told = run(near[0])
    assert status == 0
    assert near[1] in told
    assert "also by" in told
    assert run()[0] == 0
    assert run("0" * 64)[0] == 1
    status, told = run(near[0], "--json")
    assert json.loads(told)["digest"] == near[0]
    assert run("--run")[0] in (0, 3)


def test_one_switch_turns_all_of_it_off(new_library: Callable[..., RunningLibrary]) -> None:
    without = new_library(RECOMMENDATIONS="off")
    without.start()
    digest = without.register(title="Near to nothing")["digest"]
    told = without.registrar.get(f"/resources/{digest}/recommendations").json()
    assert (told["state"], told["items"]) == ("off", [])
    refused = without.registrar.post("/recommendations")
    assert (refused.status_code, refused.json()["reason"]) == (
        422,
        "invalid-input.recommendations-off",
    )
    assert without.registrar.get("/recommendations/model-card").status_code == 404
    text = page(without, "/recommendations")
    assert "switched off in this library" in text
    assert "recommendations.js" not in text
    assert "near.js" not in page(without, f"/resources/{digest}")
    page(without, "/recommendations/model-card", 404)


def test_the_switch_is_on_or_off() -> None:
    assert load({}).limits.recommends
    assert not load({"MUHR_RECOMMENDATIONS": "off"}).limits.recommends
    with pytest.raises(InvalidInput, match="RECOMMENDATIONS"):
        load({"MUHR_RECOMMENDATIONS": "no"})
