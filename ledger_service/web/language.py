"""The language of a page, which its address, a cookie or the browser says; and the words of the page in it.

`?lang=` makes an address that can be shared. It is kept in a cookie that holds the language and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from markupsafe import Markup, escape

from ledger_service import messages
from ledger_service.domain.printable_text import isolated, shown
from ledger_service.messages import formats
from ledger_service.messages.languages import LANGUAGES, PARAMETER, of_page
from ledger_service.web.cookies import YEAR_SECONDS, keep_cookie

VARIES = "Accept-Language, Cookie"
"""What a page differs by, beside its address."""
_IN_PATHS = "/:@!$&'()*+,;=~-._"


def language_of(request: Request) -> str:
    """Return the language of the page that a request asks for, one of LANGUAGES."""
    return of_page(request.query_params, request.cookies, request.headers)


def label(request: Request, answer: Response) -> None:
    """Say in an answer's headers in which language it is, and keep what the address chose."""
    language = language_of(request)
    answer.headers["Content-Language"] = language
    answer.headers.add_vary_header(VARIES)
    if request.query_params.get(PARAMETER) == language:
        keep_cookie(request, answer, PARAMETER, language, YEAR_SECONDS, samesite="lax")


def choices(request: Request) -> list[tuple[str, str, str]]:
    """Return each language with its own name and the address of this page in it."""
    return [(tag, name, address_with(request, PARAMETER, tag)) for tag, name in LANGUAGES.items()]


def address_with(request: Request, parameter: str, value: str) -> str:
    """Return the address of this page with one parameter set, and the others as they are."""
    asked = [
        (name, known) for name, known in request.query_params.multi_items() if name != parameter
    ]
    return f"{_own_path(request)}?{urlencode([*asked, (parameter, value)])}"


def _own_path(request: Request) -> str:
    """Return the path of a page as links have it, with one slash first: two would name another site."""
    return "/" + quote(str(request.scope["path"]).lstrip("/\\"), safe=_IN_PATHS)


def say(name: str, **values: object) -> Markup:
    """Return a text of the catalog as markup, in the language of the page that is made.

    Values are escaped, and letters from right to left keep to their place. Whole numbers have their
    thousands apart: give as text what counts nothing, such as a year. Markup stays markup.
    """
    if not values:
        return _plain(name, messages.spoken())
    found = messages.template(name, values, messages.spoken())
    if found is None:
        return escape(name)
    shown_values = {key: _markup(value) for key, value in values.items()}
    return Markup(messages.filled(escape(found), shown_values))  # noqa: S704  # each is escaped


def language_name(tag: str) -> Markup:
    """Return what a language is called, with the tag beside what the catalog has no name of its own for.

    tag: BCP 47, in any case.
    """
    return _named("page.language.", tag, tag.partition("-")[0])


def role_name(code: str) -> Markup:
    """Return what a relator of MARC is called; the code itself if the catalog has no name for it."""
    return _named("page.role.", code, code)


def _named(kind: str, code: str, wider: str) -> Markup:
    for name in (code.lower(), wider.lower()):
        if messages.template(kind + name, {}, messages.spoken()) is not None:
            told = say(kind + name)
            return told if name == code.lower() else told + Markup(" (<bdi>{}</bdi>)").format(code)
    return Markup("<bdi>{}</bdi>").format(code)


def words(*names: str) -> Markup:
    """Return texts, with their places, for scripts of the page: static/words.js reads them."""
    return _words(names, messages.spoken())


@lru_cache(256)  # more than all lists of the pages in all languages
def _words(names: tuple[str, ...], language: str) -> Markup:
    catalog, english = messages.catalog(language), messages.catalog(messages.ENGLISH)
    return Markup('<template class="words">{}</template>').format(
        Markup("").join(
            _word(
                name,
                catalog["texts"].get(name) or english["texts"].get(name, name),
                catalog["categories"],
            )
            for name in names
        )
    )


def _word(name: str, text: str | Mapping[str, object], categories: list[str]) -> Markup:
    if isinstance(text, str):
        return Markup('<i data-word="{}">{}</i>').format(name, text)
    one = Markup('<i data-word="{}" data-count="{}" data-form="{}">{}</i>')
    forms = text["forms"]
    assert isinstance(forms, list)
    return Markup("").join(
        one.format(name, text["count"], category, form)
        for category, form in zip(categories, forms, strict=True)
    )


@lru_cache(8192)  # more than all texts in all languages
def _plain(name: str, language: str) -> Markup:
    found = messages.template(name, {}, language)
    return escape(name if found is None else found)


def _markup(value: object) -> str:
    if isinstance(value, Markup):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return formats.number(value)
    return escape(isolated(shown(str(value))))
