"""Signing in may fail so often in a time: of one account, and of one address."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import TooManyAttempts
from ledger_service.services.people import attempts
from ledger_service.services.people.attempts import ACCOUNT_FAILURES, Attempts, Failures


def test_a_name_that_failed_too_often_waits_until_its_time_is_over() -> None:
    now = 1000.0
    failures = Failures(3, 60, lambda: now)
    for _ in range(3):
        failures.check("a")
        failures.count("a")
    with pytest.raises(TooManyAttempts) as raised:
        failures.check("a")
    assert raised.value.reason.values == {"minutes": 2}
    failures.check("b")
    now += 59
    with pytest.raises(TooManyAttempts):
        failures.check("a")
    now += 1
    failures.check("a")
    failures.count("a")
    failures.check("a")


def test_whoever_succeeds_is_counted_anew() -> None:
    tried, account = Attempts(), b"account"
    for _ in range(ACCOUNT_FAILURES - 1):
        tried.failed("10.0.0.1", account)
    tried.succeeded(account)
    tried.failed("10.0.0.1", account)
    tried.check("10.0.0.1", account)


def test_an_account_waits_wherever_it_is_asked_for_and_its_neighbors_do_not() -> None:
    tried, account = Attempts(), b"account"
    for number in range(ACCOUNT_FAILURES):
        tried.failed(f"10.0.0.{number}", account)
    with pytest.raises(TooManyAttempts):
        tried.check("10.1.1.1", account)
    tried.check("10.0.0.1", b"another")
    tried.check("10.0.0.1")


def test_names_that_are_made_up_take_no_memory_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attempts, "MOST_NAMES", 10)
    failures = Failures(1, 60)
    for number in range(50):
        failures.count(str(number))
    assert len(failures._counted) == 10
    with pytest.raises(TooManyAttempts):
        failures.check("49")
