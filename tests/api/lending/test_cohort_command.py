"""`muhr cohort`: a list is told and granted, listed, left and closed; `muhr open` waits for the claim."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger_service.cli.lending.cohorts import cohort
from ledger_service.cli.lending.grants import open_
from ledger_service.domain.people.local_account import card_identity
from ledger_service.services.people.identities import find_identity

DAY = 86_400


@pytest.fixture(scope="module")
def book(library) -> tuple[str, bytes]:
    library.license("of-the-command", seats=5, longest_loan_seconds=6 * DAY)
    data = b"For the course. " * 64
    return library.register(data, license="of-the-command")["digest"], data


@pytest.fixture
def run(library, tmp_path):
    def call(*words: str, role: str = "registrar", subject: str | None = None) -> Result:
        token = tmp_path / f"{role}.token"
        token.write_text(library.token(role, subject))
        where = ["--api", library.url, "--token-file", str(token)]
        command = open_ if words[0] == "open" else cohort
        return CliRunner().invoke(command, [*words[command is open_ :], *where])

    return call


def listed(folder: Path, *cards: str) -> str:
    path = folder / "list.csv"
    path.write_bytes(
        ("Ф.И.О.\tНомер билета\n" + "".join(f"Ўрмон\t{card}\n" for card in cards)).encode("utf-16")
    )
    return str(path)


def test_a_course_from_its_list_to_its_end(library, run, tmp_path, book) -> None:
    digest, data = book
    words = [
        "grant",
        listed(tmp_path, "k1", "k2", "k2"),
        "--resource",
        digest,
        "--course",
        "Kimyo",
        "--days",
        "9",
    ]
    seen = run(*words, "--dry-run")
    assert seen.exit_code == 0, seen.output
    assert "Will be members: 2" in seen.output
    assert "Rows that name somebody twice: 1" in seen.output
    assert "Ўрмон" not in seen.output
    granted = run(*words, "--yes", "--json")
    assert granted.exit_code == 0, granted.output
    course = json.loads(granted.stdout)
    assert (course["state"], course["members"], course["unclaimed"]) == ("open", 2, 2)
    assert course["cohort"] in run("list", "--resource", digest).output
    mine = library.opened.library
    name = find_identity(mine, card_identity("k1")).name
    file = tmp_path / "book"
    got = run("open", digest, "-o", str(file), role="reader", subject=name)
    assert got.exit_code == 0, got.output
    assert file.read_bytes() == data
    left = run("leave", course["cohort"], listed(tmp_path, "k2", "k3"), "--json")
    assert json.loads(left.stdout) == {"left": 1, "revoked": 0, "strangers": 1}
    shown = run("show", course["cohort"])
    assert "2 members: 1 have claimed, 0 may claim, 1 have left" in shown.output
    closed = run("close", course["cohort"], "--yes", "--json")
    assert json.loads(closed.stdout)["state"] == "closing"
