"""Texts of records in documents of XML, which cannot hold every character that a record can."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Return a text as it stands between tags; a character that XML cannot hold is replaced by U+FFFD."""
    if text.isprintable():  # which no character is that XML cannot hold
        return escape(text) if "&" in text or "<" in text or ">" in text else text
    return escape(_NOT_XML.sub("\ufffd", text))


def xml_attribute(text: str) -> str:
    """Return a text as an attribute's value, in its quotes; see `xml_text`."""
    return quoteattr(_NOT_XML.sub("\ufffd", text))
