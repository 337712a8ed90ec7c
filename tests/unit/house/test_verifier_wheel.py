"""The wheel of muhr-verify has every module of the service that its modules import."""

from __future__ import annotations

from pathlib import Path

from scripts.build_verifier import lacking_modules, renamed_modules


def test_what_the_wheel_has_needs_nothing_else_of_the_service() -> None:
    modules = renamed_modules()
    assert Path("domain/verification/receipt.py") in modules
    assert lacking_modules(modules) == {}


def test_a_module_that_is_forgotten_is_named() -> None:
    text = "from muhr_verify.ports.ledger import Ledger\n"
    assert lacking_modules({Path("a.py"): text}) == {Path("a.py"): ["ports/ledger.py"]}
    named = {Path("b.py"): "import ledger_service\n"}
    assert lacking_modules(named) == {Path("b.py"): ["ledger_service"]}
