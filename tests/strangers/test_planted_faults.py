"""One fault of each kind is planted, and found: otherwise a run that finds nothing says nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from fastapi import APIRouter

from ledger_service.cli import LazyGroup
from ledger_service.domain.errors import InvalidReceipt, LedgerBusy
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.services.people.grant_access import enroll_reader
from scripts.harness.running_library import RunningLibrary
from scripts.strangers import evidence, trials
from scripts.strangers.commands import Commands
from scripts.strangers.evidence import Verifiers
from scripts.strangers.ground import Ground
from scripts.strangers.requests import Requests
from scripts.strangers.spoiling_proxy import spoiling
from scripts.strangers.trials import try_all

SEED = 1


class PlantedProgram(LazyGroup):
    """The program, with other commands."""

    list_commands = click.Group.list_commands
    get_command = click.Group.get_command


@pytest.fixture(scope="module")
def ground(blank_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    library = RunningLibrary(tmp_path_factory.mktemp("strangers") / "home", blank_home)
    try:
        made = Ground(library.start())
        yield made
        made.close()
    finally:
        library.stop()


@pytest.fixture
def planted(ground: Ground) -> Callable[..., Requests]:
    """Return a function that adds a route, and returns the surface that has this one only."""

    def plant(name: str, act: Callable[[], Any]) -> Requests:
        app, path = ground.library.app, f"/planted/{name}"
        router = APIRouter()
        router.add_api_route(path, act, methods=["POST"])
        app.include_router(router)
        app.openapi_schema = None
        return Requests(ground, lambda other: other == path)

    return plant


def faults(surface: Any, count: int = 20) -> set[str]:
    """Return the kinds of the faults that are found."""
    found = try_all(surface, count, SEED).failures
    return {failure.fault.split(":")[0].split()[0] for failure in found}


def test_a_route_that_fails_is_found(planted: Callable[..., Requests]) -> None:
    def fail() -> None:
        raise RuntimeError("nobody foresaw it")

    assert faults(planted("fails", fail)) == {"status"}


def test_a_route_that_is_unavailable_is_found(planted: Callable[..., Requests]) -> None:
    def fail() -> None:
        raise LedgerBusy

    assert faults(planted("unavailable", fail)) == {"status"}


def test_a_route_that_hangs_is_found(
    planted: Callable[..., Requests], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.strangers.requests.HANG_SECONDS", 0.5)
    assert faults(planted("hangs", lambda: time.sleep(1)), 4) == {"hung"}


def test_a_refusal_that_changes_something_is_found(
    ground: Ground, planted: Callable[..., Requests]
) -> None:
    store, operator = (
        ground.library.opened.store,
        Caller.operator(ground.library.opened.library.steward),
    )

    def refuse() -> None:
        enroll_reader(store, operator)
        raise InvalidReceipt("form")

    assert faults(planted("changes", refuse)) == {"state"}


def test_a_refusal_that_leaves_a_file_is_found(
    ground: Ground, planted: Callable[..., Requests]
) -> None:
    def refuse() -> None:
        (ground.library.config.blocks / "staging" / str(time.monotonic_ns())).touch()
        raise InvalidReceipt("form")

    assert faults(planted("leaves", refuse)) == {"state"}


def test_a_logged_traceback_is_found(planted: Callable[..., Requests]) -> None:
    def tell() -> None:
        try:
            raise KeyError("x")
        except KeyError:
            logging.getLogger("muhr.api").exception("it went wrong")

    assert faults(planted("tells", tell)) == {"traceback"}


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (lambda: {}["x"], "status"),
        (lambda: click.get_current_context().exit(9), "status"),
        (lambda: click.echo("Traceback (most recent call last):"), "traceback"),
        (lambda: click.echo("a title\x9b2J"), "terminal"),
        (lambda: time.sleep(1), "hung"),
    ],
)
def test_a_command_that_fails_is_found(
    ground: Ground,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[], Any],
    kind: str,
) -> None:
    monkeypatch.setattr(trials, "HANG_SECONDS", 0.5)

    program = PlantedProgram("muhr", [click.Command("planted", callback=act)])
    with spoiling(ground.library.url) as proxy:
        surface = Commands(ground, proxy, tmp_path / "files", ground.library.home, program)
        assert kind in faults(surface)


def test_a_verifier_that_fails_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> Receipt:
        raise KeyError("digest")

    monkeypatch.setattr(evidence, "read_evidence", fail)
    surface = Verifiers()
    assert faults(surface) == {"traceback"}
    surface.close()


def test_verifiers_that_differ_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> Receipt:
        raise InvalidReceipt("form")

    monkeypatch.setattr(evidence, "read_evidence", refuse)
    surface = Verifiers()
    assert faults(surface, 200) == {"differ"}
    surface.close()


def test_a_failing_case_is_made_smaller() -> None:
    class Letters:
        name = "letters"

        def draw(self, draw: Any) -> str:
            return "".join(draw.choice("abcdefgh") for _ in range(30)) + "x"

        def tried(self, case: str) -> trials.Trial:
            return trials.Trial("", "found: it" if "x" in case else None)

        def smaller(self, case: str) -> Iterator[str]:
            for place in range(len(case)):
                yield case[:place] + case[place + 1 :]

    [failure] = try_all(Letters(), 1, SEED).failures
    assert failure.case == "'x'"
