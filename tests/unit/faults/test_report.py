"""The page of figures tells what suites have kept, and what nobody has measured."""

import pytest

from scripts.report import __main__ as report
from scripts.report import figures, kept
from scripts.report.__main__ import row
from scripts.report.figures import Goal, Outcome, no_failures
from scripts.report.goals import goals


@pytest.fixture
def results(tmp_path, monkeypatch):
    """Return the folder in which suites keep their figures."""
    for module in (kept, figures):
        monkeypatch.setattr(module, "RESULTS", tmp_path / "report")
    return tmp_path / "report"


def figure(least=10):
    return figures.kept("things that failed", "0 of 10", "things", no_failures(least))


def test_a_figure_that_nobody_kept_is_told_as_not_measured(results):
    assert (
        row(Goal("N0", "Things"), figure())
        == "| N0 | things that failed | 0 of 10 | not measured | | | | |"
    )


def test_a_figure_is_told_with_command_seed_and_date(results):
    kept.keep("things", "make things", {"cases": 10, "failures": 0}, seed=7)
    found = figure().find()
    assert found is not None
    assert (found.value, found.outcome, found.command, found.seed) == (
        "0 of 10",
        Outcome.MET,
        "make things",
        "7",
    )
    assert found.at in row(Goal("N0", "Things"), figure())


@pytest.mark.parametrize(
    ("cases", "failures", "outcome"),
    [(10, 0, Outcome.MET), (9, 0, Outcome.SHORT), (10, 1, Outcome.MISSED), (9, 1, Outcome.MISSED)],
)
def test_a_run_that_tries_less_holds_for_as_much_as_it_tried(results, cases, failures, outcome):
    kept.keep("things", "make things", {"cases": cases, "failures": failures})
    found = figure().find()
    assert found is not None
    assert found.outcome is outcome


def test_each_goal_has_a_figure_or_says_that_nothing_measures_it(results):
    named = [goal.name for goal in goals()]
    assert {f"N{number}" for number in range(1, 16)} <= set(named)
    assert all(goal.figures or goal.open for goal in goals())


def test_benchmarks_are_read_from_their_page(results):
    load = next(goal for goal in goals() if goal.name == "N10")
    assert [figure.what for figure in load.figures if figure.find() is None] == []


@pytest.mark.parametrize(("failures", "status"), [(0, 0), (1, 1)])
def test_a_promise_that_was_not_kept_is_an_exit_status(
    results, tmp_path, monkeypatch, failures, status
):
    monkeypatch.setattr(report, "PAGE", tmp_path / "reliability.md")
    kept.keep("storms", "make storms", {"cases": 20, "failures": failures})
    assert report.main() == status
