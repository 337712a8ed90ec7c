"""How dates, numbers and sizes are written in a language: Unicode's CLDR, with patterns of our own.

CLDR's patterns for Uzbek are seldom used in the country. Its months in Cyrillic letters lack the soft sign.
"""

from __future__ import annotations

from typing import Any

from babel import Locale

DATES = {
    "en": "{day} {month} {year}",
    "ru": "{day} {month} {year} г.",
    "uz": "{year}-yil {day}-{month}",
    "uz_Cyrl": "{year} йил {day} {month}",
}
MONTHS = {
    "uz_Cyrl": [
        "январь", "февраль", "март", "апрель", "май", "июнь",
        "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
    ],
}  # fmt: skip
UNITS = {
    "en": ["{} kB", "{} MB", "{} GB", "{} TB"],
    "ru": ["{} кБ", "{} МБ", "{} ГБ", "{} ТБ"],
    "uz": ["{} KB", "{} MB", "{} GB", "{} TB"],
    "uz_Cyrl": ["{} КБ", "{} МБ", "{} ГБ", "{} ТБ"],
}
BYTES = {
    "en": {"one": "{} byte", "other": "{} bytes"},
    "ru": {"one": "{} байт", "few": "{} байта", "many": "{} байт"},
    "uz": {"one": "{} bayt", "other": "{} bayt"},
    "uz_Cyrl": {"one": "{} байт", "other": "{} байт"},
}


def formats(name: str, categories: list[str]) -> dict[str, Any]:
    """Return the formats of a language: {date, months, group, decimal, bytes, units}.

    categories: the names of its plural forms, in their order. Spaces within a number or a size do not break.
    """
    locale = Locale.parse(name)
    symbols = locale.number_symbols["latn"]
    months = MONTHS.get(name) or [locale.months["format"]["wide"][month] for month in range(1, 13)]
    return {
        "date": DATES[name],
        "months": months,
        "group": symbols["group"],
        "decimal": symbols["decimal"],
        "bytes": [_unbroken(BYTES[name][category]) for category in categories],
        "units": [_unbroken(unit) for unit in UNITS[name]],
    }


def _unbroken(text: str) -> str:
    return text.replace(" ", "\u00a0")
