"""The command for tokens beside a running library; no token is shown, whatever fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.simulators.hostile import answering

SECRET = "muhr_" + "S" * 43
D = "ab" * 32


@pytest.fixture
def operator(library: Any) -> dict[str, str]:
    return dict(library.environment)


def test_a_token_is_listed_and_ends_at_once_while_the_service_runs(
    muhr: Callable[..., Any], library: Any, operator: dict[str, str], tmp_path: Path
) -> None:
    printed = muhr(operator, "token", "--role", "registrar", "--holder", "zafar").out
    file = tmp_path / "token"
    file.write_text(printed)
    stranger = {"MUHR_HOME": str(tmp_path), "MUHR_API": library.url}
    promote = ("promote", D, "--token-file", file)
    assert "not registered" in muhr(stranger, *promote).err

    [found] = muhr(operator, "token", "--list", "--holder", "zafar", "--json").json
    assert (found["role"], found["subject"]) == ("registrar", "zafar")
    listed = muhr(operator, "token", "--list").out
    assert f"{found['id']}  registrar" in listed
    assert "muhr_" not in listed

    ended = muhr(operator, "token", "--revoke", found["id"])
    assert ended.out == f"{found['id']}: revoked, registrar zafar\n"
    assert "expired" in muhr(stranger, *promote).err
    assert muhr(operator, "token", "--list", "--holder", "zafar").out == ""
    assert muhr(operator, "token", "--revoke", found["id"], "--json").status == 1


@pytest.mark.parametrize(
    "wrong", [[], ["--revoke", "00", "--list"], ["--revoke", "00", "--role", "reader"]]
)
def test_a_wish_that_is_not_clear_is_misuse(
    muhr: Callable[..., Any], operator: dict[str, str], wrong: list[str]
) -> None:
    assert muhr(operator, "token", *wrong).status == 2


WAYS = {
    "in place of the file": ["revoke", D, "--token-file", SECRET],
    "in place of an option": ["revoke", D, "--" + SECRET],
    "in place of a digest": ["show", SECRET],
    "in place of a reader": ["grant", D, "--reader", SECRET, "--days", "1"],
    "in place of days": ["renew", D, "--days", SECRET],
    "in place of a command": [SECRET],
    "in place of an id": ["token", "--revoke", SECRET],
    "in the address": ["show", D, "--api", f"ftp://x:{SECRET}@127.0.0.1:1"],
    "to nobody": ["revoke", D, "--api", f"http://x:{SECRET}@127.0.0.1:9"],
}


@pytest.mark.parametrize("debug", ["", "1"])
@pytest.mark.parametrize("way", WAYS)
def test_a_token_at_the_wrong_place_is_not_shown(
    muhr: Callable[..., Any], library: Any, tmp_path: Path, way: str, debug: str
) -> None:
    settings = {"MUHR_API": library.url, "MUHR_TOKEN": library.token("registrar")}
    settings |= {"MUHR_HOME": str(library.home), "MUHR_DEBUG": debug}
    answer = muhr(settings, *WAYS[way])
    assert answer.status != 0
    assert "SSSSSS" not in answer.out + answer.err
    assert answer.err


@pytest.mark.parametrize("debug", ["", "1"])
@pytest.mark.parametrize(
    "given",
    [f"{SECRET}\n{'muhr_' + 'T' * 43}", f"Bearer {SECRET}\nX: y", f"{SECRET}S", f"é{SECRET}\udcff"],
)
def test_a_token_that_cannot_be_sent_is_not_shown(
    muhr: Callable[..., Any], tmp_path: Path, given: str, debug: str
) -> None:
    file = tmp_path / "token"
    file.write_bytes(given.encode("utf-8", "surrogateescape"))
    plain = {"MUHR_HOME": str(tmp_path), "MUHR_API": "http://127.0.0.1:9", "MUHR_DEBUG": debug}
    for settings, more in ((plain, ["--token-file", file]), ({**plain, "MUHR_TOKEN": given}, [])):
        for as_json in ([], ["--json"]):
            answer = muhr(settings, "promote", D, *more, *as_json)
            assert answer.status in (2, 4)
            assert "SSSSSS" not in answer.out + answer.err


def test_a_service_that_repeats_a_token_gets_it_on_no_screen(
    muhr: Callable[..., Any], tmp_path: Path
) -> None:
    problem = {"type": "x/invalid-digest", "title": SECRET, "status": 422, "detail": SECRET}
    body = json.dumps({**problem, "reason": "invalid-digest", "values": {"digest": SECRET}})
    with answering(body.encode(), status=422) as api:
        settings = {"MUHR_HOME": str(tmp_path), "MUHR_API": api, "MUHR_TOKEN": SECRET}
        for as_json in ([], ["--json"]):
            answer = muhr(settings, "promote", D, *as_json)
            assert answer.status == 2
            assert "SSSSSS" not in answer.out + answer.err
