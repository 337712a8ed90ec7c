"""What search finds, in which order, and what it counts: one list for each database that holds the index.

A class of tests derives from `SearchSuite` and has a fixture `store`, with the room's tables, and nothing in
them.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from ledger_service.adapters.sql.store import SqlStore
from ledger_service.domain.errors import InvalidCursor
from reading_room.search.ports import Indexed
from reading_room.search.rules.document import Document
from reading_room.search.rules.facet import Facet
from reading_room.search.rules.found import (
    CANDIDATES,
    Asked,
    Counted,
    Order,
    format_key,
    key_of,
)
from reading_room.search.rules.matching import hit_of, step_of
from reading_room.search.rules.query import parse_query
from reading_room.search.sql import SqlSearch
from tests.reading_room.search.hostile import HOSTILE
from tests.reading_room.search.shelved import document, fuller, of_year

SEED = 20261129
BOOKS = [
    document(1, "Oʻzbekiston tarixi", "Ahmedov Boʻriboy", "uz"),
    document(2, "Ўзбекистон тарихи", "Аҳмедов Бўрибой", "uz-Cyrl"),
    document(3, "Özbekiston tarixi", "Ahmedov", "uz"),
    document(4, "История Узбекистана", "Бартольд, Василий", "ru", license="reading-room"),
    document(5, "Tarix fanidan oʻquv qoʻllanma", "", "uz", "application/epub+zip"),
    document(6, "Journal of Central Asian history", "Smith, John", "en", "text/html"),
    document(7, "Ёлка и снег", "Елена Цветкова", "ru", "image/png"),
    document(8, "Qaraqalpaq tawları", "", "kaa", "video/mp4"),
    fuller(
        9,
        "Ilmiy-texnik jurnal",
        subjects=["Fizika", {"text": "Tarix", "scheme": "udc"}],
        dates=[{"kind": "issued", "edtf": "1995-04"}],
        publisher="Fan nashriyoti",
        titles=[{"text": "Научно-технический журнал", "language": "ru"}],
        identifiers=[{"scheme": "issn", "value": "2049-3630"}],
    ),
    fuller(
        10,
        "Hamsa",
        "Alisher Navoiy",
        subjects=["Sheʼriyat"],
        dates=[{"kind": "created", "edtf": "1889~"}],
        contributors=[{"name": "Parso Shamsiyev", "role": "edt"}],
        languages=["chg", "fa"],
        identifiers=[{"scheme": "isbn", "value": "9780306406157"}],
    ),
    document(
        11, "Uzbek grammar", "", "en", text="Oʻzbek tilining tarixi haqida. The ablative case."
    ),
    document(12, "Oʻrta asrlar: Oʻzbekiston tarixi manbalari", "", "uz"),
]


def put(store: SqlStore, documents: list[Document]) -> None:
    with store.write() as transaction:
        transaction.room(SqlSearch).add(documents)


def find(store: SqlStore, text: str, **asked: object) -> Counted:
    filters = asked.pop("filters", None)
    with store.read() as transaction:
        query = parse_query(text, filters)  # type: ignore[arg-type]
        return transaction.room(SqlSearch).find(Asked(query, **asked))  # type: ignore[arg-type]


def numbers(found: Counted) -> list[int]:
    return [hit.number for hit in found.hits]


class SearchSuite:
    """The list of tests."""

    @pytest.fixture
    def shelf(self, store: SqlStore) -> SqlStore:
        """Return a store with an index of a dozen books."""
        put(store, BOOKS)
        return store

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("Ozbekiston tarixi", [3, 2, 1, 12]),
            ("O'ZBEKISTON TARIXI", [3, 2, 1, 12]),
            ("ўзбекистон", [3, 2, 1, 12]),
            ("tarixi", [3, 2, 1, 12, 11]),
            ("“tarixi manbalari”", [12]),
            ('"tarixi asrlar"', []),
            ('"ozbekiston tarixi', [3, 2, 1, 12]),
            ("tari*", [5, 3, 2, 1, 12, 11, 9]),
            ("history*", [6]),
            ("ahmedov", [3, 2, 1]),
            ("title:ahmedov", []),
            ("muallif:ahmedov tarixi", [3, 2, 1]),
            ("author:smith", [6]),
            ("subject:tarix", [9]),
            ("mavzu:tarix*", [9]),
            ("tarixi -ahmedov", [12, 11]),
            ('tarixi -"ozbekiston tarixi"', [11]),
            ("-tarixi -history -language:uz", [8, 7, 4]),
            ("language:ru", [7, 4]),
            ("til:uz-Cyrl", [2]),
            ("license:reading-room", [4]),
            ("kind:film", [8]),
            ("access:closed", [4]),
            ("year:1889", [10]),
            ("year:1800-1999", [10, 9]),
            ("yil:1990-", [9]),
            ("год:-1900", [10]),
            ("елка", [7]),
            ("ёлка", [7]),
            ("қарақалпақ таўлары", [8]),
            ("ilmiy-texnik", [9]),
            ("ilmiytexnik", []),
            ("научно технический", [9]),
            ('"журнал ilmiy"', []),
            ("title:журнал", [9]),
            ("creator:шамсиев", [10]),
            ("publisher fan", []),
            ("fan nashriyoti", [9]),
            ("language:fa", [10]),
            ("9780306406157", [10]),
            ("2049-3630", [9]),
            ("ablative", [11]),
            ('"case the"', []),
            ("http://tarixi", []),
            ("", [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
            ("...", [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ],
    )
    def test_words_find_what_has_them_the_nearest_first(
        self, shelf: SqlStore, typed: str, found: list[int]
    ) -> None:
        counted = find(shelf, typed)
        assert numbers(counted) == found
        assert (counted.total, counted.is_more) == (len(found), False)

    def test_a_query_finds_what_has_all_its_parts_in_the_order_of_nearness(
        self, store: SqlStore
    ) -> None:
        drawn = random.Random(SEED)
        words = [
            "ona",
            "ota",
            "oʻn",
            "shahar",
            "шаҳар",
            "sahar",
            "gʻoz",
            "елка",
            "ёлка",
            "taw",
            "таў",
        ]
        documents = [
            of_year(
                document(
                    number,
                    " ".join(drawn.choices(words, k=drawn.randint(1, 5))),
                    " ".join(drawn.choices(words, k=drawn.randint(0, 2))),
                    drawn.choice(["uz", "ru", "en", ""]),
                    text=" ".join(drawn.choices(words, k=drawn.randint(0, 3))),
                ),
                drawn.randint(1800, 2026),
                drawn.sample(["ona tili", "shahar", "fizika"], k=drawn.randint(0, 2)),
            )
            for number in range(1, 150)
        ]
        put(store, documents)
        forms = [
            "{0}",
            "{0} {1}",
            '"{0} {1}"',
            "title:{0} {1}",
            "{0} -{1}",
            "sha*",
            "-{0}",
            "{0} o*",
        ]
        forms += [
            "year:1900-1950 {0}",
            "language:uz {0}",
            "subject:{0}",
            'title:"{0} {1}" {2}',
            "{0}*",
        ]
        for _ in range(300):
            typed = drawn.choice(forms).format(*drawn.choices(words, k=3))
            order = drawn.choice(list(Order))
            query = parse_query(typed)
            fit = [
                hit_of(made, step)
                for made in documents
                if (step := step_of(query, made)) is not None
            ]
            fit.sort(key=lambda hit: key_of(hit, order, has_words=bool(query.words)))
            counted = find(store, typed, order=order, limit=200)
            assert numbers(counted) == [hit.number for hit in fit], typed
            assert counted.total == len(fit)

    def test_titles_are_in_the_order_of_the_uzbek_alphabet(self, store: SqlStore) -> None:
        titles = [
            "Olma",
            "Zamon",
            "Oʻrik",
            "Ўзбек",
            "Gʻoz",
            "Шаҳар",
            "Sahar",
            "Şamol",
            "Choy",
            "Cholpon",
            "کتاب",
        ]
        put(store, [document(number, title) for number, title in enumerate(titles, 1)])
        found = [titles[number - 1] for number in numbers(find(store, "", order=Order.TITLE))]
        assert found == [
            *("Olma", "Sahar", "Zamon", "Oʻrik", "Ўзбек", "Gʻoz", "Шаҳар", "Şamol"),
            *("Cholpon", "Choy", "کتاب"),
        ]

    @pytest.mark.parametrize("order", Order)
    @pytest.mark.parametrize("typed", ["tari*", ""])
    def test_pages_follow_one_another_and_leave_nothing_out(
        self, shelf: SqlStore, order: Order, typed: str
    ) -> None:
        whole = numbers(find(shelf, typed, order=order, limit=50))
        seen, after = [], ""
        while True:
            page = find(shelf, typed, order=order, limit=2, after=after).hits
            seen += [hit.number for hit in page[:2]]
            if len(page) <= 2:
                break
            has_words = bool(parse_query(typed).words)
            after = format_key(order, key_of(page[1], order, has_words=has_words))
        assert seen == whole

    @pytest.mark.parametrize(
        "after", ["x", "r.1", "d.1.2.3", "t.zz.1", "r.1.1." + "9" * 30, "r.-.-.-"]
    )
    def test_a_cursor_of_another_search_is_refused(self, shelf: SqlStore, after: str) -> None:
        with pytest.raises(InvalidCursor):
            find(shelf, "tarixi", after=after)

    def test_what_is_found_is_counted_by_its_values(self, shelf: SqlStore) -> None:
        facets = find(shelf, "tari*", with_facets=True).facets
        assert facets[Facet.LANGUAGE] == [("uz", 5), ("en", 1), ("uz-cyrl", 1)]
        assert facets[Facet.KIND] == [("text", 7)]
        assert facets[Facet.ACCESS] == [("open", 7)]
        assert facets[Facet.LICENSE] == [("CC-BY-4.0", 7)]
        assert facets[Facet.SUBJECT] == [("Fizika", 1), ("Tarix", 1)]
        assert facets[Facet.YEAR] == [("1995", 1)]
        assert [count for _, count in facets[Facet.STEWARD]] == [7]

    @pytest.mark.parametrize(
        ("chosen", "found"),
        [
            ({Facet.LANGUAGE: ["en", "uz-Cyrl"]}, [2, 11]),
            ({Facet.SUBJECT: ["Fizika"]}, [9]),
            ({Facet.YEAR: ["1990-1999"], Facet.KIND: ["text"]}, [9]),
            ({Facet.YEAR: ["once"]}, []),
            ({Facet.LICENSE: ["' OR 1=1"]}, []),
        ],
    )
    def test_values_that_are_chosen_narrow_what_is_found(
        self, shelf: SqlStore, chosen: dict[Facet, list[str]], found: list[int]
    ) -> None:
        assert numbers(find(shelf, "tari*", filters=chosen)) == found

    @pytest.mark.parametrize("typed", HOSTILE)
    def test_whatever_is_typed_is_a_query(self, shelf: SqlStore, typed: str) -> None:
        find(shelf, typed, with_facets=True)
        find(shelf, "-" + typed, filters={facet: [typed] for facet in Facet})

    def test_any_letters_are_a_query(self, shelf: SqlStore) -> None:
        drawn = random.Random(SEED)
        letters = "\"*:-()^{}+~'\\ %?$;,.&|!<>=@#\x00\n\u200f\ue000\ue001аўёoʻgʻzAND OR NOT NEAR title:year:1"
        for _ in range(500):
            find(shelf, "".join(drawn.choices(letters, k=drawn.randint(1, 40))))

    def test_only_the_newest_of_very_many_are_ordered_and_counted(self, store: SqlStore) -> None:
        put(store, [document(number, f"Kitob {number}") for number in range(1, CANDIDATES + 200)])
        counted = find(store, "kitob", limit=3, order=Order.TITLE)
        assert (counted.total, counted.is_more) == (CANDIDATES, True)
        assert min(numbers(counted)) > 100
        nearest = find(store, "kitob 150")
        assert (numbers(nearest), nearest.is_more) == ([150], False)

    def test_what_is_hidden_is_not_found_until_it_is_added_again(self, shelf: SqlStore) -> None:
        with shelf.write() as transaction:
            transaction.room(SqlSearch).hide([2, 3, 999])
        assert numbers(find(shelf, "ozbekiston tarixi")) == [1, 12]
        put(shelf, BOOKS[1:2])
        assert numbers(find(shelf, "ozbekiston tarixi")) == [2, 1, 12]
        with shelf.read() as transaction:
            assert transaction.room(SqlSearch).numbers_of(BOOKS[0].digest) == [1]

    def test_names_are_found_exactly_also_of_what_is_hidden(self, shelf: SqlStore) -> None:
        put(
            shelf, [fuller(13, "Hamsa", identifiers=[{"scheme": "isbn", "value": "9780306406157"}])]
        )
        with shelf.write() as transaction:
            room = transaction.room(SqlSearch)
            assert room.named("isbn", "9780306406157", 9) == [13, 10]
            assert room.named("isbn", "9780306406157", 1) == [13]
            room.hide([13])
            assert room.named("isbn", "9780306406157", 9) == [13, 10]
            assert room.named("issn", "9780306406157", 9) == []
            assert room.named("doi", "10.1000/' OR \x00", 9) == []

    def test_a_document_gets_the_words_of_its_file_later(self, shelf: SqlStore) -> None:
        old = BOOKS[0]
        new = replace(old, columns=(*old.columns[:3], (*old.columns[3], "samarqand")))
        for is_first in (True, False):
            with shelf.write() as transaction:
                assert transaction.room(SqlSearch).add_text(old, new) is is_first
        assert numbers(find(shelf, "samarqand")) == [1]
        assert numbers(find(shelf, "ozbekiston tarixi ahmedov")) == [3, 2, 1]
        with shelf.read() as transaction:
            room = transaction.room(SqlSearch)
            assert room.without_text(None, 2) == [(12, 12), (11, 11)]
            assert room.without_text(4, 9) == [
                (3, 3),
                (2, 2),
            ]  # neither what is closed nor what has it

    def test_the_words_of_the_index_are_known(self, shelf: SqlStore) -> None:
        with shelf.read() as transaction:
            room = transaction.room(SqlSearch)
            assert room.known_words(["ozbekiston", "ozbikiston"]) == {"ozbekiston"}
            assert room.words_from("tar", 10) == ["tarix", "tarixi"]
            assert room.words_from("tar", 1) == ["tarix"]

    def test_a_cleared_index_is_empty_and_may_be_filled_anew(self, shelf: SqlStore) -> None:
        with shelf.write() as transaction:
            room = transaction.room(SqlSearch)
            room.set_indexed(Indexed(7, 1))
            room.set_indexed(Indexed(8, 1))
            assert room.indexed() == Indexed(8, 1)
            room.clear()
            assert room.indexed() == Indexed()
        assert find(shelf, "").total == 0
        put(shelf, BOOKS)
        assert numbers(find(shelf, "ahmedov")) == [3, 2, 1]
