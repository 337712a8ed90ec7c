"""Compiles the catalogs of messages, ledger_service/messages/LANGUAGE.po, for Python and for browsers.

A message id is the name of a reason, or the id of a page's text; its text holds values in braces. The context
“title” marks the titles of errors. Where the number of something matters, msgid_plural names the value that
counts. en.po is the source. Uzbek in Cyrillic letters is made of Uzbek in Latin ones (scripts/cyrillic.py).

    python -m scripts.messages            compile, with the catalogs sorted and formatted anew
    python -m scripts.messages --check    exit 1 if something is stale, or differs from what the sources say
"""

from __future__ import annotations

import io
import json
import re
import string
import sys
from gettext import c2py
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from ledger_service.domain.chain_errors import error_types
from ledger_service.messages import ENGLISH
from scripts.cyrillic import cyrillic, latin_in
from scripts.formats_of_languages import formats
from scripts.reasons_in_sources import reasons_in_javascript, reasons_in_python
from scripts.texts_in_pages import ID, texts_named

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "ledger_service" / "messages"
FOR_BROWSERS = PROJECT / "ledger_service" / "web" / "static" / "verifier" / "messages"
WRITTEN, MADE = (ENGLISH, "ru", "uz"), "uz_Cyrl"
TITLE = "title"
AXIS = "page.axis."  # the names of axes, which the verifier in JavaScript prints, too
LARGEST_SAMPLE = 200  # numbers by which the forms of gettext are matched with those of Unicode


def main(arguments: list[str]) -> int:
    """Compile or check; return the exit status."""
    faults: list[str] = []
    catalogs = read_all()
    for name, catalog in catalogs.items():
        for file, text in outputs(FOLDER / f"{name}.po", catalog).items():
            if "--check" not in arguments:
                file.parent.mkdir(exist_ok=True)
                file.write_text(text, "utf-8")
            elif not file.exists() or file.read_text("utf-8") != text:
                faults.append(f"{file.relative_to(PROJECT)} is stale: run `make messages`")
    faults += [f"en.po: {fault}" for fault in faults_of(catalogs[ENGLISH])]
    for name in WRITTEN[1:]:
        faults += [f"{name}.po: {fault}" for fault in differences(catalogs, name)]
    faults += [f"uz.po: {fault}" for fault in unspelled(catalogs[MADE])]
    print(*faults, sep="\n", end="\n" if faults else "", file=sys.stderr)
    return 1 if faults else 0


def read_all() -> dict[str, Catalog]:
    """Return every catalog by the name of its file; the one in Cyrillic letters is made."""
    found = {name: read(FOLDER / f"{name}.po") for name in WRITTEN}
    return {**found, MADE: in_cyrillic(found["uz"])}


def read(path: Path) -> Catalog:
    """Return the catalog of a file, its messages in the order of their ids."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, abort_invalid=True)


def in_cyrillic(latin: Catalog) -> Catalog:
    """Return the Uzbek catalog in Cyrillic letters."""
    made = Catalog(
        locale=MADE,
        header_comment="# Made of uz.po by scripts/messages.py: correct the text there.",
        creation_date=latin.creation_date,
        revision_date=latin.revision_date,
    )
    for message in latin:
        if message.id:
            forms = message.string
            told = cyrillic(forms) if isinstance(forms, str) else tuple(map(cyrillic, forms))
            made.add(message.id, told, context=message.context)
    return made


def outputs(path: Path, catalog: Catalog) -> dict[Path, str]:
    """Return what every generated file holds, and the catalog as it is formatted."""
    formatted = io.BytesIO()
    write_po(formatted, catalog, width=100, sort_output=True, omit_header=False)
    compiled = compile_catalog(catalog)
    wanted = reasons_in_javascript()
    in_browsers = {
        **compiled,
        "texts": {
            name: text
            for name, text in compiled["texts"].items()
            if name.startswith(AXIS) or (name in wanted and not ID.fullmatch(name))
        },
        "titles": {},
    }
    return {
        path: formatted.getvalue().decode(),
        path.with_suffix(".json"): as_json(compiled),
        FOR_BROWSERS
        / f"{path.stem.replace('_', '-')}.js": f"export default {as_json(in_browsers)[:-1]};\n",
    }


def as_json(value: object) -> str:
    """Return JSON as it is committed, one message a line or a few."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def compile_catalog(catalog: Catalog) -> dict[str, Any]:
    """Return the JSON of a catalog: {language, plural, categories, formats, titles, texts}."""
    messages = [message for message in catalog if message.id and is_told(message)]
    named = categories(catalog)
    return {
        "language": str(catalog.locale).replace("_", "-"),
        "plural": catalog.plural_expr,
        "categories": named,
        "formats": formats(str(catalog.locale), named),
        "titles": {name_of(item): item.string for item in messages if item.context == TITLE},
        "texts": {name_of(item): text_of(item) for item in messages if item.context is None},
    }


def is_told(message: Message) -> bool:
    """Return whether a message has a text, in all of its forms."""
    forms = [message.string] if isinstance(message.string, str) else message.string
    return all(forms)


def categories(catalog: Catalog) -> list[str]:
    """Return the name that Unicode has for each plural form of the catalog, as browsers say it.

    Unicode's last form of Russian, for fractions, has none: whole things are counted.
    """
    form_of = c2py(catalog.plural_expr)
    rule = Locale.parse(str(catalog.locale)).plural_form
    named = {form_of(number): rule(number) for number in range(LARGEST_SAMPLE)}
    return [named[form] for form in range(catalog.num_plurals)]


def name_of(message: Message) -> str:
    """Return the reason, or the slug, that a message is for."""
    return message.id if isinstance(message.id, str) else message.id[0]


def text_of(message: Message) -> str | dict[str, Any]:
    """Return the text of a message, or what is counted and a text for each form."""
    if isinstance(message.id, str):
        return str(message.string)
    return {"count": message.id[1], "forms": list(message.string)}


def names_in(text: str | dict[str, Any]) -> set[str]:
    """Return the values that a text shows; raise ValueError if its braces are malformed."""
    found = (string.Formatter().parse(form) for form in forms_of(text))
    return {name for parts in found for _, name, _, _ in parts if name}


def forms_of(text: str | dict[str, Any]) -> list[str]:
    """Return the forms of a text: one, or as many as the language's plural has."""
    return [text] if isinstance(text, str) else text["forms"]


def faults_of(catalog: Catalog) -> list[str]:
    """Return how the English catalog differs from what the sources say: ids, and the values of each."""
    compiled = compile_catalog(catalog)
    texts, given, pages = compiled["texts"], reasons_in_python(), texts_named()
    faults = [f"{name} has no text" for name in sorted(({*given} | pages.ids) - {*texts})]
    unused = {name for name in texts if not pages.has(name)} - {*given} - reasons_in_javascript()
    faults += [f"nothing gives {name}" for name in sorted(unused)]
    for name in sorted({*texts} & {*given}):
        wanted, shown = given[name], names_in(texts[name])
        if shown != wanted:
            faults.append(f"{name} shows {sorted(shown)}, and is given {sorted(wanted)}")
    for name in sorted({*texts} & pages.values.keys()):
        shown = _values_of(texts[name])
        for values in pages.values[name]:
            if values != shown:
                faults.append(f"{name} shows {sorted(shown)}, and is given {sorted(values)}")
    titles = compiled["titles"].keys()
    faults += [f"{slug} has no title" for slug in sorted(error_types().keys() - titles)]
    faults += [f"no error is called {slug}" for slug in sorted(titles - error_types().keys())]
    return faults + unclean(texts)


def differences(catalogs: dict[str, Catalog], name: str) -> list[str]:
    """Return how a language differs from English: an id too few or too many, other values, fewer forms."""
    english, other = _texts(catalogs[ENGLISH]), _texts(catalogs[name])
    faults = [f"{item} has no text" for item in sorted({*english} - {*other})]
    faults += [f"{item} is not in en.po" for item in sorted({*other} - {*english})]
    for item in sorted({*other} & {*english}):
        mine, theirs = other[item], english[item]
        if isinstance(mine, str) != isinstance(theirs, str):
            faults.append(f"{item} has plural forms in one language only")
        elif names_in(mine) != names_in(theirs):
            faults.append(
                f"{item} shows {sorted(names_in(mine))}, in English {sorted(names_in(theirs))}"
            )
        elif (
            isinstance(mine, dict)
            and len({frozenset(names_in(form)) for form in mine["forms"]}) > 1
        ):
            faults.append(f"{item} shows other values in some of its forms")
    return faults + unclean(other)


def unspelled(made: Catalog) -> list[str]:
    """Return which texts have words that Cyrillic letters cannot spell."""
    found = {
        name: [word for form in forms_of(text) for word in latin_in(form)]
        for name, text in _texts(made).items()
    }
    return [
        f"{name}: {' '.join(words)} stays Latin: put it in back-ticks, or into KEPT of scripts/cyrillic.py"
        for name, words in found.items()
        if words
    ]


def unclean(texts: dict[str, Any]) -> list[str]:
    """Return which texts have stray spaces, or an Uzbek letter in another of its spellings."""
    return [f"{name} has a stray space or sign" for name in texts if not _is_clean(texts[name])]


def _texts(catalog: Catalog) -> dict[str, Any]:
    compiled = compile_catalog(catalog)
    titles = {f"{TITLE}:{slug}": text for slug, text in compiled["titles"].items()}
    return {**compiled["texts"], **titles}


def _values_of(text: str | dict[str, Any]) -> set[str]:
    return names_in(text) | (set() if isinstance(text, str) else {text["count"]})


def _is_clean(text: str | dict[str, Any]) -> bool:
    stray = re.compile(r"  |\n|[ogOG][‘’´]")
    return all(form == form.strip() and not stray.search(form) for form in forms_of(text))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
