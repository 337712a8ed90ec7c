"""A library alone replaces its accounts by one command each, while it runs and under a new password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger_service import config as configuration
from ledger_service.cli.statuses import INTERRUPTED
from ledger_service.rotating import RoleShown, show_roles
from scripts.harness.running_library import RunningLibrary
from scripts.harness.waiting import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def library(new_library: Callable[..., RunningLibrary]) -> RunningLibrary:
    return new_library().start()


def roles(settings: dict[str, str]) -> dict[str, RoleShown]:
    return {role.role: role for role in show_roles(configuration.load(settings))}


def test_each_account_is_replaced_while_the_library_runs(
    library: RunningLibrary, muhr: Callable[..., Any]
) -> None:
    settings = {**library.environment, "MUHR_CHAIN_URL": library.chain.url}
    library.register()
    before = roles(settings)
    assert [role.is_live for role in before.values()] == [True, True, True, None]
    assert muhr(settings, "keys", "rotate", "relayer").status == INTERRUPTED  # nobody agreed
    assert muhr(settings, "keys", "rotate", "admin").status == 2
    assert roles(settings) == before
    for role in before:
        if role == "anchorer":  # a key that is made from here on has the new password
            assert muhr(settings, "change-password").status == 0
        answer = muhr(settings, "keys", "rotate", role, "--yes")
        assert answer.status == 0, answer
        wait_until(lambda role=role: roles(settings)[role].next is None, f"{role} is not taken up")
        after = roles(settings)[role]
        assert after.former == (before[role].account,)
        assert after.is_live is not False
    registered = library.register()
    events = library.chain_events("ResourceRegistered")
    assert events[-1].text("registrar") == roles(settings)["registrar"].account
    assert library.registered(registered["digest"])["state"] == "registered"
    shown = muhr(settings, "keys", "show")
    assert (shown.status, shown.out.count("its key is kept")) == (0, 4)
    assert muhr(settings, "change-password").status == 0  # former keys get it, too
    assert library.audit().findings == []
