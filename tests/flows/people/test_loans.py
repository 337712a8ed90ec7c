"""The commands that tell of loans: to a librarian by the reader's name, to an auditor by a pseudonym."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from typing import Any

import pytest

from ledger_service.domain.identifiers import GrantId


@pytest.fixture
def settings(library: Any) -> Callable[[str], dict[str, str]]:
    """Return the settings of somebody with a token of a role; of the role "": without any."""

    def of(role: str) -> dict[str, str]:
        token = {"MUHR_TOKEN": library.token(role)} if role else {}
        return {"MUHR_HOME": "/nonexistent", "MUHR_API": library.url, **token}

    return of


@pytest.fixture
def lent(library: Any) -> tuple[str, str, str]:
    """Return a resource, and two grants of it: the first has ended, and the second is live."""
    digest = library.register()["digest"]
    grants = [library.grant(digest, reader=reader)["grant"] for reader in library.readers[:2]]
    with library.opened.store.write() as transaction:
        transaction.grants.set_until(GrantId.parse(grants[0]), int(time.time()) - 1)
    return digest, grants[0], grants[1]


def pseudonym_of(library: Any, grant: str) -> str:
    with library.opened.store.read() as transaction:
        return transaction.grants.find(GrantId.parse(grant)).pseudonym.hex()


def test_a_resource_is_shown_with_its_loans_to_those_who_may_see_them(
    muhr: Callable[..., Any], library: Any, settings: Any, lent: tuple[str, str, str]
) -> None:
    digest, ended, live = lent
    lines = muhr(settings("registrar"), "show", digest).out.splitlines()
    assert "loans       2" in lines
    [first, second] = lines[-2:]
    assert first.split()[0] == "ended"
    assert second.split()[0] == "issued"
    assert second.endswith(f" UTC  {library.readers[1]}")
    told = muhr(settings("auditor"), "show", digest).out
    assert pseudonym_of(library, live)[:16] in told
    assert library.readers[1] not in told
    assert "loans" not in muhr(settings(""), "show", digest).out
    assert muhr(settings(""), "show", digest, "--json").json["loans"] is None
    rows = muhr(settings("registrar"), "show", digest, "--json").json["loans"]
    assert [row["grant"] for row in rows] == [ended, live]


def test_a_token_that_is_over_hides_loans_and_nothing_else(
    muhr: Callable[..., Any], settings: Any, lent: tuple[str, str, str]
) -> None:
    stale = {**settings(""), "MUHR_TOKEN": "muhr_" + "0" * 43}
    answer = muhr(stale, "show", lent[0])
    assert answer.status == 0
    assert "loans       not shown: " in answer.out


def test_grants_are_listed_by_resource_reader_and_state(
    muhr: Callable[..., Any], library: Any, settings: Any, lent: tuple[str, str, str]
) -> None:
    digest, ended, live = lent

    def listed(role: str, *options: str) -> list[str]:
        found = muhr(settings(role), "grants", digest, *options, "--json").json
        return [row["grant"] for row in found]

    first, second = library.readers[:2]
    for options, wanted in (
        ((), [ended, live]),
        (("--live",), [live]),
        (("--not-live",), [ended]),
        (("--state", "ended"), [ended]),
        (("--reader", second), [live]),
        (("--reader", first, "--live"), []),
        (("--until", "2020-01-01"), []),
        (("--limit", "1"), [ended]),
    ):
        assert listed("registrar", *options) == wanted
    assert listed("reader", "--reader", first) == [ended]
    assert listed("auditor", "--pseudonym", pseudonym_of(library, live)) == [live]
    assert muhr(settings("auditor"), "grants", "--reader", first).status == 1
    assert muhr(settings(""), "grants").status == 1


def test_a_list_of_grants_is_a_table_or_csv(
    muhr: Callable[..., Any], library: Any, settings: Any, lent: tuple[str, str, str]
) -> None:
    digest, ended, live = lent
    table = muhr(settings("registrar"), "grants", digest).out.splitlines()
    assert [line.split()[:3] for line in table] == [
        [ended, digest[:16], "ended"],
        [live, digest[:16], "issued"],
    ]
    told = muhr(settings("registrar"), "grants", digest, "--format", "csv").out
    [_, row] = csv.DictReader(io.StringIO(told))
    assert (row["grant"], row["reader"], row["pseudonym"]) == (live, library.readers[1], "")
    assert row["to"].endswith(" UTC")
    assert muhr(settings("registrar"), "grants", "--format", "csv", "--json").status == 2
