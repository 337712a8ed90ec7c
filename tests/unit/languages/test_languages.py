"""Which language somebody gets, and how dates, numbers and sizes are written in it."""

from __future__ import annotations

import pytest

from ledger_service import messages
from ledger_service.domain.instant import instant
from ledger_service.messages import formats, languages

NOVEMBER = 1_795_874_700  # 28 November 2026, 14:05 UTC


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", None),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en;q=0.5, uz-Cyrl-UZ", "uz-Cyrl"),
        ("uz-Latn-UZ, ru", "uz"),
        ("de, fr;q=0.9, en;q=0.1", "en"),
        ("ru;q=0, en;q=0.2", "en"),
        ("ru;q=much, en;q=0.2", "en"),
        ("de, *;q=0.5", None),
        ("," * 5000 + "ru", None),
    ],
)
def test_a_header_says_which_language_is_wanted_most(header: str, wanted: str | None) -> None:
    assert languages.accepted(header) == wanted


def test_a_page_follows_its_address_then_the_cookie_then_the_browser() -> None:
    header = {"accept-language": "ru"}
    assert languages.of_page({"lang": "en"}, {"lang": "uz-Cyrl"}, header) == "en"
    assert languages.of_page({"lang": "xx"}, {"lang": "uz-Cyrl"}, header) == "uz-Cyrl"
    assert languages.of_page({}, {"lang": "<script>"}, header) == "ru"
    assert languages.of_page({}, {}, {}) == "uz"
    assert languages.of_program({}) == "en"


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "uz_UZ.UTF-8"}, "uz"),
        ({"LC_MESSAGES": "uz_UZ@cyrillic"}, "uz-Cyrl"),
        ({"LC_ALL": "en_US.UTF-8", "MUHR_LANG": "uz-Cyrl"}, "uz-Cyrl"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_commands_follow_the_locale(environment: dict[str, str], wanted: str) -> None:
    assert languages.of_locale(environment) == wanted


@pytest.mark.parametrize(
    ("language", "date", "number", "sizes"),
    [
        ("en", "28 November 2026", "1,234,567", ["1 byte", "934 bytes", "1.5 MB"]),
        ("ru", "28 ноября 2026 г.", "1 234 567", ["1 байт", "934 байта", "1,5 МБ"]),
        ("uz", "2026-yil 28-noyabr", "1 234 567", ["1 bayt", "934 bayt", "1,5 MB"]),
        ("uz-Cyrl", "2026 йил 28 ноябрь", "1 234 567", ["1 байт", "934 байт", "1,5 МБ"]),
    ],
)
def test_dates_numbers_and_sizes_are_written_as_people_do(
    language: str, date: str, number: str, sizes: list[str]
) -> None:
    assert formats.date(NOVEMBER, language) == date
    assert formats.moment(NOVEMBER, language) == f"{date}, 14:05 UTC"
    with messages.speaking(language):
        assert instant(NOVEMBER) == "2026-11-28T14:05:00Z"
    assert formats.number(1_234_567, language).replace("\u00a0", " ") == number
    told = [formats.size(size, language) for size in (1, 934, 1_500_000)]
    assert [size.replace("\u00a0", " ") for size in told] == sizes


def test_a_size_that_rounds_up_takes_the_next_unit() -> None:
    assert formats.size(999_999).endswith("1\u00a0MB")
    assert formats.size(9_960).endswith("10\u00a0kB")
    assert formats.size(0).startswith("0")
    assert formats.size(10**18).endswith("\u00a0TB")


def test_what_is_told_without_a_language_is_told_in_that_of_the_page() -> None:
    assert messages.said("state.waiting") == "Registered, being sealed"
    with messages.speaking("ru"):
        assert messages.said("state.waiting") == "Зарегистрирован, ставится печать"
        assert messages.said("state.waiting", "uz") == "Roʻyxatga olingan, muhrlanmoqda"
    assert messages.spoken() == "en"


@pytest.mark.parametrize(
    ("count", "told"), [(1, "1 запись"), (3, "3 записи"), (11, "11 записей"), (21, "21 запись")]
)
def test_a_page_counts_as_the_language_does(count: int, told: str) -> None:
    text = messages.said("page.status.entries", "ru", count=count, anchored=0)
    assert text.startswith(told + ",")
