"""Records with further fields, registered, shown and corrected by commands."""

import json
import os

import pytest

RECORD = {
    "title": "Oʻtgan kunlar",
    "creator": "Qodiriy, Abdulla",
    "contributors": [{"name": "Qodiriy, Abdulla", "role": "aut"}, "Yordamchi"],
    "subjects": "821.512.133",
    "dates": [{"kind": "issued", "edtf": "1926?", "text": "1344 hijriy"}],
}


@pytest.fixture
def settings(library):
    return {**library.environment, "MUHR_API": library.url}


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.txt"
    path.write_bytes(os.urandom(20))
    return path


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "record.json"
    path.write_text(json.dumps(RECORD), "utf-8")
    return path


@pytest.fixture
def register(muhr, settings, book):
    def register(*options):
        return muhr(settings, "register", book, "--license", "CC-BY-4.0", *options)

    return register


def test_a_file_is_registered_with_its_record(muhr, settings, book, record, register):
    assert register("--record", record).status == 0
    [shown] = muhr(settings, "describe", book, "--json").json
    assert (shown["title"], shown["subjects"]) == (RECORD["title"], [{"text": "821.512.133"}])
    assert shown["contributors"][1] == {"name": "Yordamchi", "role": "ctb"}
    told = muhr(settings, "describe", book).out
    assert "revision 0" in told
    assert "1344 hijriy (issued, 1926?)" in told
    assert register("--record", record, "--json").json[0]["title"] == RECORD["title"]


def test_fields_are_set_and_taken_away_and_the_history_shows_it(
    muhr, settings, book, record, register
):
    assert register("--title", "Kunlar").status == 0
    fields = (
        "--set",
        "subjects=Tarix [udc]",
        "--set",
        "subjects=Adabiyot",
        "--set",
        "publisher=Fan",
    )
    assert muhr(settings, "describe", book, *fields, "--title", "Oʻtgan kunlar").status == 0
    dates = 'dates=[{"kind": "issued", "edtf": "1926"}]'
    done = muhr(settings, "describe", book, "--set", "publisher=", "--set", dates, "--json")
    assert done.json["subjects"] == [{"text": "Tarix", "scheme": "udc"}, {"text": "Adabiyot"}]
    assert "publisher" not in done.json
    muhr(settings, "describe", book, "--record", record)
    history = muhr(settings, "describe", book, "--history", "--json").json
    assert [item["revision"] for item in history] == [0, 1, 2, 3]
    assert [item.get("publisher") for item in history] == [None, "Fan", None, None]
    assert [item["title"] for item in history[:2]] == ["Kunlar", "Oʻtgan kunlar"]
    assert history[3]["subjects"] == [{"text": "821.512.133"}]
    assert "  publisher     Fan" in muhr(settings, "describe", book, "--history").out


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (("--set", "subjects"), 2),
        (("--set", "color=red"), 2),
        (("--set", "subjects=[{"), 2),
        (("--set", 'identifiers={"scheme": "isbn", "value": "1"}'), 2),
        (("--set", "title=x", "--history"), 2),
        (("--set", "size_bytes=7"), 2),
    ],
)
def test_what_no_record_has_is_refused_before_anything_is_sent(
    muhr, settings, book, register, options, status
):
    register()
    assert muhr(settings, "describe", book, *options).status == status
    assert len(muhr(settings, "describe", book, "--history", "--json").json) == 1


@pytest.mark.parametrize("text", ["", "[]", "{", '{"size_bytes": 7}', '{"color": 1}', "[" * 100])
def test_a_file_that_is_no_record(tmp_path, register, text):
    path = tmp_path / "bad.json"
    path.write_text(text)
    assert register("--record", path).status == 2
