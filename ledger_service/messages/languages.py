"""The languages of Muhr, and which of them somebody wants: by an address, a cookie, a header or a locale.

A language is named by its tag of BCP 47, as `<html lang>` has it.
"""

from __future__ import annotations

from collections.abc import Mapping

UZBEK, UZBEK_CYRILLIC, RUSSIAN, ENGLISH = "uz", "uz-Cyrl", "ru", "en"
LANGUAGES = {
    UZBEK: "Oʻzbekcha",
    UZBEK_CYRILLIC: "Ўзбекча",
    RUSSIAN: "Русский",
    ENGLISH: "English",
}
"""Each language, with its name in itself, in the order in which people choose."""
PARAMETER = "lang"
"""The parameter of an address, and the cookie, that name a language."""
_MOST_WISHES, _LONGEST_WISH = 20, 1000  # of an Accept-Language header


def of_page(
    query: Mapping[str, str], cookies: Mapping[str, str], headers: Mapping[str, str]
) -> str:
    """Return the language of a page: its address says it, else the cookie, else the browser, else Uzbek."""
    for given in (query.get(PARAMETER), cookies.get(PARAMETER)):
        if given in LANGUAGES:
            return given
    return accepted(headers.get("accept-language", "")) or UZBEK


def of_program(headers: Mapping[str, str]) -> str:
    """Return the language of what a program is told, English if it asks for none."""
    return accepted(headers.get("accept-language", "")) or ENGLISH


def accepted(header: str) -> str | None:
    """Return the first of our languages that an Accept-Language header wants (RFC 9110), if any."""
    wishes = [_wish(part) for part in header[:_LONGEST_WISH].split(",")[:_MOST_WISHES]]
    for quality, tag in sorted(wishes, key=lambda wish: -wish[0]):
        found = known(tag)
        if quality > 0 and found is not None:
            return found
    return None


def known(tag: str) -> str | None:
    """Return our language for a tag such as `ru-RU`, or a locale such as `uz_UZ.UTF-8@cyrillic`."""
    parts = tag.strip().replace("_", "-").replace("@", "-").replace(".", "-").lower().split("-")
    if parts[0] == UZBEK:
        return UZBEK_CYRILLIC if {"cyrl", "cyrillic"} & {*parts} else UZBEK
    return parts[0] if parts[0] in (RUSSIAN, ENGLISH) else None


def of_locale(environment: Mapping[str, str]) -> str:
    """Return the language of commands: MUHR_LANG, else the locale's; English where that is another."""
    names = ("MUHR_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    given = next((environment[name] for name in names if environment.get(name)), "")
    return known(given) or ENGLISH


def _wish(part: str) -> tuple[float, str]:
    tag, _, weight = part.partition(";")
    name, _, value = weight.partition("=")
    if name.strip().lower() != "q":
        return 1.0, tag
    try:
        quality = float(value)
    except ValueError:
        return 0.0, tag
    return (quality if 0 <= quality <= 1 else 0.0), tag
