"""Lines of logs: JSON of named fields, in which nothing of strangers acts, and few of a kind."""

import io
import json
import logging

import pytest

from ledger_service import logs


@pytest.fixture
def told():
    """Return a logger and a function that gives what it wrote."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    handler.addFilter(logs.Repeats())
    logger = logging.Logger("muhr.test")
    logger.addHandler(handler)
    return logger, lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_the_named_fields_alone(told):
    logger, lines = told
    logger.warning("waiting: %s", "nothing", extra={"reader": "Alisher", "token": "secret"})
    (line,) = lines()
    assert line.keys() == {"at", "level", "part", "line"}
    assert (line["level"], line["part"], line["line"]) == (
        "warning",
        "muhr.test",
        "waiting: nothing",
    )


def test_what_strangers_wrote_acts_on_no_terminal_and_forges_no_line(told):
    logger, lines = told
    logger.warning("node says: %s", "\x1b[2Jfine\nERROR forged\u202e")
    (line,) = lines()
    assert line["line"] == "node says: \\x1b[2Jfine\\nERROR forged\\u{202e}"


def test_a_long_line_is_cut(told):
    logger, lines = told
    logger.warning("%s", "a" * 10_000)
    assert len(lines()[0]["line"]) < 2_100


def test_a_request_is_named_by_its_id(told):
    logger, lines = told
    token = logs.REQUEST.set("an id")
    logger.warning("one")
    logs.REQUEST.reset(token)
    logger.warning("two")
    assert [line.get("request") for line in lines()] == ["an id", None]


def test_a_failure_is_told_once_with_its_traceback_in_one_line(told):
    logger, lines = told
    try:
        raise RuntimeError("first line\nsecond \x1b[2J")
    except RuntimeError as exc:
        logger.error("unexpected failure", exc_info=exc)
        logger.error("Exception in ASGI application", exc_info=exc)
    (line,) = lines()
    assert "RuntimeError: first line\nsecond" in line["traceback"]


def test_a_line_that_repeats_is_told_a_few_times_and_then_counted(told, monkeypatch):
    logger, lines = told
    for minute in (0, 61):
        monkeypatch.setattr("time.monotonic", lambda minute=minute: 1000 + minute)
        for number in range(20):
            logger.warning("request %d is no HTTP", number)
    found = lines()
    assert len(found) == 2 * logs.LINES_A_WINDOW
    assert [line.get("repeated") for line in found] == [None] * 5 + [15] + [None] * 4


def test_of_other_places_each_has_its_lines(told):
    logger, lines = told
    for _ in range(20):
        logger.warning("one")
        logger.warning("two")
    assert len(lines()) == 2 * logs.LINES_A_WINDOW
