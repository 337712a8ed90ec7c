"""The command that tells what the library's people did, beside a running library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def test_an_operator_sees_who_did_what_and_erases_a_name(
    muhr: Callable[..., Any], library: Any
) -> None:
    operator = dict(library.environment)
    digest = library.register()["digest"]
    with library.client("registrar", "feruza") as feruza:
        feruza.post(f"/resources/{digest}/withdrawal", json={"reason": "error"})
    [act] = muhr(operator, "acts", "--holder", "feruza", "--json").json
    assert (act["act"], act["about"]) == ("withdrawn", digest)
    lines = muhr(operator, "acts", "--about", digest).out.splitlines()
    assert [line.split("  ")[1] for line in lines] == ["feruza", "the registrar"]
    assert lines[0].endswith(f"withdrawn {digest}")
    assert " registered entry " in lines[1]
    assert muhr(operator, "acts", "--since", "2126-01-01").out == ""
    assert muhr(operator, "acts", "--until", "2026-01-01", "--kind", "withdrawn").out == ""

    assert muhr(operator, "acts", "--erase", "feruza", "--about", digest).status == 2
    assert muhr(operator, "acts", "--erase", "feruza").out == "erased\n"
    assert muhr(operator, "acts", "--erase", "feruza", "--json").status == 1
    line = muhr(operator, "acts", "--about", digest).out.splitlines()[0]
    assert line.split("  ")[1] == f"colleague {act['colleague']}"
    assert muhr(operator, "token", "--list", "--holder", "feruza").out == ""
