"""The commands of requests: a reader asks, a registrar lists and decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def test_the_commands_ask_list_and_decide(muhr: Callable[..., Any], library: Any) -> None:
    library.license("requests-by-command", seats=1, longest_loan_seconds=86_417)
    decided = library.register(license="requests-by-command")["digest"]

    def settings(role: str, reader: str | None = None) -> dict[str, str]:
        token = library.token(role, reader)
        return {"MUHR_HOME": "/nonexistent", "MUHR_API": library.url, "MUHR_TOKEN": token}

    name = library.registrar.post("/readers").json()["reader"]
    as_reader, as_registrar = settings("reader", name), settings("registrar")
    asked = muhr(as_reader, "request", "ask", decided, "--days", "1", "--json").json
    assert asked["state"] == "asked"
    listed = muhr(as_registrar, "request", "list", decided, "--open").out
    assert asked["request"] in listed
    nothing = muhr(as_registrar, "request", "list", decided, "--ended")
    assert (nothing.status, nothing.out, nothing.err) == (0, "", "There is nothing to list.\n")
    told = muhr(as_registrar, "request", "refuse", asked["request"], "--why", "no-license").out
    assert "refused" in told
    assert muhr(as_reader, "request", "list", "--json").json[0]["why"] == "no-license"
