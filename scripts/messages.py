"""Compiles the catalogs of messages, ledger_service/messages/LANGUAGE.po, for Python and for browsers.

A message id is the name of a reason, its text holds the reason's values in braces; the context “title”
marks the titles of errors. Where the number of something matters, msgid_plural names the value that counts.
Another language is one more .po file; what it lacks is told in English.

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
from scripts.reasons_in_sources import reasons_in_javascript, reasons_in_python

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "ledger_service" / "messages"
FOR_BROWSERS = PROJECT / "ledger_service" / "web" / "static" / "verifier" / "messages"
TITLE = "title"
LARGEST_SAMPLE = 200  # numbers by which the forms of gettext are matched with those of Unicode


def main(arguments: list[str]) -> int:
    """Compile or check; return the exit status."""
    faults: list[str] = []
    for path in sorted(FOLDER.glob("*.po")):
        catalog = read(path)
        for file, text in outputs(path, catalog).items():
            if "--check" not in arguments:
                file.parent.mkdir(exist_ok=True)
                file.write_text(text, "utf-8")
            elif not file.exists() or file.read_text("utf-8") != text:
                faults.append(f"{file.relative_to(PROJECT)} is stale: run `make messages`")
        faults += [f"{path.name}: {fault}" for fault in faults_of(catalog)]
    print(*faults, sep="\n", end="\n" if faults else "", file=sys.stderr)
    return 1 if faults else 0


def read(path: Path) -> Catalog:
    """Return the catalog of a file, its messages in the order of their ids."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, abort_invalid=True)


def outputs(path: Path, catalog: Catalog) -> dict[Path, str]:
    """Return what every generated file holds, and the catalog as it is formatted."""
    formatted = io.BytesIO()
    write_po(formatted, catalog, width=100, sort_output=True, omit_header=False)
    compiled = compile_catalog(catalog)
    wanted = reasons_in_javascript()
    in_browsers = {
        **compiled,
        "texts": {name: text for name, text in compiled["texts"].items() if name in wanted},
        "titles": {},
    }
    return {
        path: formatted.getvalue().decode(),
        path.with_suffix(".json"): as_json(compiled),
        FOR_BROWSERS / f"{path.stem}.js": f"export default {as_json(in_browsers)[:-1]};\n",
    }


def as_json(value: object) -> str:
    """Return JSON as it is committed, one message a line or a few."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def compile_catalog(catalog: Catalog) -> dict[str, Any]:
    """Return the JSON of a catalog: {language, plural, categories, titles, texts}."""
    messages = [message for message in catalog if message.id]
    return {
        "language": str(catalog.locale),
        "plural": catalog.plural_expr,
        "categories": categories(catalog),
        "titles": {name_of(item): item.string for item in messages if item.context == TITLE},
        "texts": {name_of(item): text_of(item) for item in messages if item.context is None},
    }


def categories(catalog: Catalog) -> list[str]:
    """Return the name that Unicode has for each plural form of the catalog, as browsers say it."""
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
    forms = [text] if isinstance(text, str) else text["forms"]
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}


def faults_of(catalog: Catalog) -> list[str]:
    """Return how a catalog differs from what the sources say: reasons, and the values of each."""
    compiled = compile_catalog(catalog)
    texts, given = compiled["texts"], reasons_in_python()
    is_source = str(catalog.locale) == ENGLISH  # what another language lacks is told in English
    faults = [f"{name} has no text" for name in sorted({*given} - {*texts}) if is_source]
    unused = {*texts} - {*given} - reasons_in_javascript()
    faults += [f"nothing gives {name}" for name in sorted(unused)]
    for name in sorted({*texts} & {*given}):
        wanted, shown = given[name], names_in(texts[name])
        if shown != wanted:
            faults.append(f"{name} shows {sorted(shown)}, and is given {sorted(wanted)}")
    titles = compiled["titles"].keys()
    faults += [
        f"{slug} has no title" for slug in sorted(error_types().keys() - titles) if is_source
    ]
    faults += [f"no error is called {slug}" for slug in sorted(titles - error_types().keys())]
    faults += [f"{name} has a stray space" for name in texts if not _is_clean(texts[name])]
    return faults


def _is_clean(text: str | dict[str, Any]) -> bool:
    forms = [text] if isinstance(text, str) else text["forms"]
    return all(form and form == form.strip() and not re.search(r"  |\n", form) for form in forms)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
