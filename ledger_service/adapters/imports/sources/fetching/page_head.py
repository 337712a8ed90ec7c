"""The tags of a page's head, in time that the page's size bounds, whatever a stranger wrote.

Python's own parser of HTML raises what is no error of its own for some pages, and for others takes time
by the square of their size. Here no byte is looked at more than a few times. Source: HTML §13.2.5.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

# Whatever these take they keep: a tag that does not end is not tried again in another way.
_VALUE = rb"\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+"
_ATTRIBUTE = rb"([^\s/>=]++)(?:\s*+=\s*+(" + _VALUE + rb"))?+"
_MARKUP = re.compile(
    rb"<(?:(!--)|([a-z][^\s/>]*+)((?:[\s/=]++|" + _ATTRIBUTE + rb")*+)(?:>|\Z))", re.IGNORECASE
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
TEXT_ONLY = frozenset({"script", "style", "title", "textarea", "template", "xmp", "iframe"})


class Tag(NamedTuple):
    """A start tag. name: in small letters; attributes: the first value of each name in small letters."""

    name: str
    attributes: dict[str, str]


def tags_of_head(page: bytes) -> Iterator[Tag]:
    """Yield the start tags of a page's head. page: in UTF-8, or its beginning."""
    small, at = page.lower(), 0  # of bytes it makes ASCII small, and changes no length
    while (found := _MARKUP.search(page, at)) is not None:
        at = found.end()
        if found[1]:
            at = _behind(small, b"-->", at - 2)  # `<!-->` ends itself
            continue
        name = _text(found[2]).lower()
        if name == "body":
            return
        yield Tag(name, _attributes(found[3]))
        if name in TEXT_ONLY:
            at = _behind(small, b"</" + name.encode(), at)


def _behind(page: bytes, end: bytes, at: int) -> int:
    """Return where what ends so is over: at the page's end if it does not end."""
    found = page.find(end, at)
    return len(page) if found < 0 else found + len(end)


def _attributes(text: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTES.findall(text):
        plain = value[1:-1] if value[:1] in (b'"', b"'") else value
        found.setdefault(_text(name).lower(), html.unescape(_text(plain)))
    return found


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
