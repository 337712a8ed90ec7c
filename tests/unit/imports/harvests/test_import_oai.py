"""Harvests of OAI-PMH services, as repositories answer: nothing is lost, and nothing wrong is taken."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from ledger_service.adapters.imports.harvests import HarvestNotes
from ledger_service.adapters.imports.sources.kinds import read_source
from ledger_service.adapters.imports.sources.records.oai import Selection
from ledger_service.adapters.imports.sources.records.unused import MOST_NAMES, OTHERS, Unused
from ledger_service.domain.errors import InvalidManifest, ServiceUnavailable
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.prepared_claim import REFUSED, SKIPPED
from ledger_service.domain.reasons import Reason
from tests.unit.imports.harvests.oai_service import (
    ERROR,
    PAGE,
    RECORD,
    Query,
    Sent,
    answering,
    oai_service,
    record,
)


@pytest.fixture
def books(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "books"
    folder.mkdir()
    for number in range(10):
        (folder / f"{number}.txt").write_text(f"book {number}")
    return folder


def read(
    url: str,
    files: Path,
    selection: Selection | None = None,
    notes: HarvestNotes | None = None,
) -> list[ImportItem]:
    pieces = read_source(url, "L", files, selection=selection, notes=notes)
    return [item for item in pieces if isinstance(item, ImportItem)]


def told(items: list[ImportItem]) -> list[str]:
    """Return the name of each item's file, or of why it is refused."""
    return [
        Reason.parse(item.reason).name.removeprefix("invalid-manifest.")
        if item.outcome
        else Path(item.path).name
        for item in items
    ]


def test_records_are_matched_to_files_page_after_page(books: Path) -> None:
    first = RECORD.format("", 1, "1.txt") + RECORD.format(' status="deleted"', 2, "1.txt")
    second = RECORD.format("", 3, "missing.txt") + RECORD.format("", 4, "..%2F..%2Fetc%2Fpasswd")
    with oai_service({"": PAGE.format(first, "t1"), "t1": PAGE.format(second, "")}) as url:
        items = read(url, books)
    assert [item.outcome for item in items] == ["", SKIPPED, REFUSED, REFUSED]
    assert (items[0].path, items[0].title, items[0].creator) == (
        str(books / "1.txt"),
        "Xamsa",
        "Navoiy",
    )


def test_the_query_of_the_url_is_kept_and_options_select_more(books: Path) -> None:
    asked: list[Query] = []

    def answer(path: str, query: Query) -> str:
        if "resumptionToken" in query:
            return PAGE.format(record("2.txt"), "")
        return PAGE.format(record("1.txt"), "t 1")

    with answering(answer, asked) as url:
        selection = Selection(since="2026-01-01", until="2026-02-01", prefix="qdc")
        items = read(f"{url}?verb=Identify&set=novels&page=oai&key=a%26b", books, selection)
    assert told(items) == ["1.txt", "2.txt"]
    always = {"verb": "ListRecords", "page": "oai", "key": "a&b"}
    selecting = {"set": "novels", "from": "2026-01-01", "until": "2026-02-01"}
    assert asked == [
        {**always, **selecting, "metadataPrefix": "qdc"},
        {**always, "resumptionToken": "t 1"},
    ]


def test_languages_and_formats_that_are_none_are_left_out(books: Path) -> None:
    languages = ["en_US", "uz", "uz_UZ", "other", "O‘zbek", "Russian", "n/a", "ru-RU", "eng; rus"]
    records = [
        record(f"{number}.txt", extra="<format>12 p.</format><format>Text/HTML; q=1</format>")
        .replace("<language>uz", f"<language>{language}")
        for number, language in enumerate(languages)
    ]  # fmt: skip
    with oai_service({"": PAGE.format("".join(records), "")}) as url:
        items = [item for item in read(url, books) if not item.outcome]
    assert [item.language for item in items] == [
        *("en-US", "uz", "uz-UZ", "", "", "", "", "ru-RU", ""),
    ]
    assert {item.media_type for item in items} == {"text/html"}


def test_what_stands_about_a_record_is_not_the_record(books: Path) -> None:
    about = "<about><dc xmlns='http://purl.org/dc/elements/1.1/'><title>Other</title></dc></about>"
    untitled = record("1.txt", about=about).replace("<title>Xamsa</title>", "")
    with oai_service({"": PAGE.format(untitled + record("2.txt", about=about), "")}) as url:
        items = read(url, books)
    assert told(items) == ["no-title", "2.txt", "skipped.element-not-used"]
    assert items[1].title == "Xamsa"


def test_records_that_name_one_file_do_not_get_the_titles_of_each_other(books: Path) -> None:
    (books / "b").mkdir()
    (books / "b" / "1.txt").write_text("the other")
    other = record("x", "Other").replace("files/x", "b/1.txt")
    twice = record("3.txt", "A") + record("y", "B").replace("files/y", "files/3.txt")
    later = record("z", "C").replace("files/z", "files/2.txt")
    pages = {"": PAGE.format(record("2.txt") + twice + other, "t"), "t": PAGE.format(later, "")}
    with oai_service(pages) as url:
        items = read(url, books)
    assert told(items) == ["2.txt", "named-twice", "named-twice", "1.txt", "named-twice"]
    assert items[3].path == str(books / "b" / "1.txt")


@pytest.mark.parametrize(
    "bad",
    ["Bad \x03 one", "Bad &#xfffe; ref", "Bad & one", "Bad <b one", "Bad &nbsp; one", "\ud800"],
)
def test_one_malformed_record_is_one_refused_item(books: Path, bad: str) -> None:
    first = PAGE.format(record("1.txt") + record("2.txt", bad) + record("3.txt"), "a&amp;b")
    pages: dict[str, Sent | str] = {
        "": Sent(first.encode("utf-8", "surrogatepass")),
        "a&b": PAGE.format(record("4.txt"), ""),
    }
    with answering(lambda _, query: pages[query.get("resumptionToken", "")]) as url:
        items = read(url, books)
    assert sorted(told(items)) == ["1.txt", "3.txt", "4.txt", "record-malformed"]
    (refused,) = [item for item in items if item.outcome]
    assert refused.place == "oai:l:2.txt"


def test_a_page_that_breaks_off_is_told(books: Path) -> None:
    page = PAGE.format(record("1.txt") + record("2.txt"), "")
    with oai_service({"": page[: page.index("oai:l:2.txt") + 20]}) as url:
        assert told(read(url, books)) == ["1.txt", "record-malformed", "page-cut"]


def test_a_lost_letter_is_not_registered(books: Path) -> None:
    with oai_service({"": PAGE.format(record("1.txt", "Хам\ufffdа"), "")}) as url:
        assert told(read(url, books)) == ["letters-lost"]


def test_a_service_may_be_slow_have_moved_and_begin_with_a_blank_line(books: Path) -> None:
    past = format_datetime(datetime(2020, 1, 1, tzinfo=UTC))
    answers = [
        Sent("", 503, {"Retry-After": "0"}),
        Sent("", 429, {"Retry-After": past}),
        Sent("", 302, {"Location": "/new?verb=ListRecords&metadataPrefix=oai_dc&moved=1"}),
        Sent("\n\ufeff" + PAGE.format(record("1.txt"), "t")),
        Sent(PAGE.format(record("2.txt"), "")),
    ]
    paths: list[str] = []

    def answer(path: str, query: Query) -> Sent:
        paths.append(path)
        return answers[len(paths) - 1]

    with answering(answer) as url:
        assert told(read(url, books)) == ["1.txt", "2.txt"]
    assert paths == ["/oai", "/oai", "/oai", "/new", "/new"]


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (Sent(ERROR.format("badResumptionToken"), 200), "token-refused"),
        (Sent(ERROR.format("badResumptionToken"), 400), "token-refused"),
        (Sent(ERROR.format("badArgument"), 400), "refused"),
        (Sent(PAGE.format(record("1.txt"), "t"), 200), "endless"),
        (Sent("<html/>", 200), "not-oai"),
        (Sent("<html>", 200), "not-xml"),
        (Sent("gone", 500), "service-unavailable.address-status"),
        (Sent("", 302, {"Location": "ftp://x/"}), "service-unavailable.not-now"),
        (Sent("", 302, {"Location": "/oai"}), "service-unavailable.not-now"),
    ],
)
def test_what_was_read_stands_whatever_comes_later(books: Path, second: Sent, reason: str) -> None:
    def answer(path: str, query: Query) -> Sent:
        if "resumptionToken" in query or path == "/moved":
            return second
        return Sent(PAGE.format(record("1.txt"), "t"))

    with answering(answer) as url:
        items = read(url, books)
    assert told(items)[0] == "1.txt"
    assert told(items)[-1] == reason


def test_a_token_may_stand_for_page_after_page(books: Path) -> None:
    names = iter(["1.txt", "2.txt", "3.txt"])

    def answer(path: str, query: Query) -> str:
        name = next(names)
        return PAGE.format(record(name), "" if name == "3.txt" else "same")

    with answering(answer) as url:
        assert told(read(url, books)) == ["1.txt", "2.txt", "3.txt"]


def test_an_answer_that_is_no_oai_pmh_is_an_error_and_no_records_are_none(books: Path) -> None:
    bad = [
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", InvalidManifest),
        (ERROR.format("badVerb"), InvalidManifest),
        ("x", InvalidManifest),
        ("<html><body>Welcome</body></html>", InvalidManifest),
        ("<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'/>", InvalidManifest),
    ]
    for page, error in bad:
        with oai_service({"": page}) as url, pytest.raises(error):
            read(url, books)
    with oai_service({"": ERROR.format("noRecordsMatch")}) as url:
        assert read(url, books) == []
    with pytest.raises(ServiceUnavailable):
        read("http://127.0.0.1:9/oai", books)
    with pytest.raises(InvalidManifest, match="no-files-folder"):
        list(read_source("http://127.0.0.1:9/oai", "L", None))
    with pytest.raises(InvalidManifest, match="selection-not-here"):
        list(read_source(str(books), "L", None, selection=Selection("novels")))


def test_a_harvest_goes_on_where_it_stopped_and_asks_for_what_changed_next(
    books: Path, tmp_path: Path
) -> None:
    asked: list[Query] = []
    second = {"is": Sent("", 500)}

    def answer(path: str, query: Query) -> Sent:
        if query.get("resumptionToken") == "t1":
            return second["is"]
        return Sent(PAGE.format(record("1.txt"), "t1"))

    def run() -> list[str]:
        notes = HarvestNotes(tmp_path / "harvests")
        items = read(url, books, notes=notes)
        notes.reached(len(items), sum(item.outcome == REFUSED for item in items))
        notes.end()
        return told(items)

    with answering(answer, asked) as url:
        assert run() == ["1.txt", "service-unavailable.address-status"]
        second["is"] = Sent(PAGE.format(record("2.txt"), ""))
        assert run() == ["2.txt"]
        assert asked[-1] == {"verb": "ListRecords", "resumptionToken": "t1"}
        assert run() == ["1.txt", "2.txt"]  # something was refused before: all is asked for again
        assert "from" not in asked[-2]
        assert run() == ["1.txt", "2.txt"]
        assert asked[-2]["from"] == "2026-11-29"


def test_a_token_that_was_kept_too_long_begins_anew(books: Path, tmp_path: Path) -> None:
    def answer(path: str, query: Query) -> str:
        if "resumptionToken" in query:
            return ERROR.format("badResumptionToken")
        return PAGE.format(record("1.txt"), "t1")

    with answering(answer) as url:
        for _ in range(2):
            notes = HarvestNotes(tmp_path)
            assert told(read(url, books, notes=notes)) == ["1.txt", "token-refused"]
            notes.reached(2, 1)
            notes.end()


def test_a_record_decides_on_its_license(books: Path) -> None:
    by = "<rights>http://creativecommons.org/licenses/by/4.0/</rights>"
    later = "<rights>info:eu-repo/semantics/embargoedAccess</rights><date>{}</date>".format(
        "info:eu-repo/date/embargoEnd/9999-01-01"
    )
    records = record("1.txt") + record("2.txt", extra=by) + record("3.txt", extra=later)
    with answering(lambda _, __: PAGE.format(records, "")) as url:
        items = read(url, books)
    assert told(items) == ["1.txt", "2.txt", "embargo"]
    assert [item.license for item in items] == ["L", "CC-BY-4.0", ""]


def test_a_harvest_tells_what_of_its_records_was_not_used(books: Path) -> None:
    more = "<subject>poems</subject><creator>Sharq</creator><date>1485</date><type>Text</type><type>y</type>"
    terms = "<t:extent xmlns:t='http://purl.org/dc/terms/'>9 p.</t:extent>"
    records = record("1.txt", extra=more) + record("2.txt", extra=terms, about="<about>a</about>")
    second = {"is": Sent("gone", 500)}

    def answer(_: str, query: Query) -> Sent | str:
        return second["is"] if "resumptionToken" in query else PAGE.format(records, "t")

    unused = {
        ("skipped.element-not-used", "dc:type", 2),
        ("skipped.element-not-used", "about", 1),
    }
    with answering(answer) as url:
        for _ in range(2):
            skipped = [item for item in read(url, books) if item.outcome == SKIPPED]
            assert {item.place for item in skipped} == {url}
            reasons = [Reason.parse(item.reason) for item in skipped]
            assert {
                (reason.name, reason.values["name"], reason.values["count"]) for reason in reasons
            } == unused
            second["is"] = Sent(PAGE.format("", ""))


def test_names_that_nobody_knows_are_counted_within_bounds() -> None:
    unused = Unused()
    for number in range(3 * MOST_NAMES):
        unused.element(f"{number:04}" * 90)
    lines = list(unused.items("x"))
    assert len(lines) == MOST_NAMES + 1
    assert Reason.parse(lines[0].reason).values == {"name": OTHERS, "count": 2 * MOST_NAMES}
