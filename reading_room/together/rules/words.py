"""Words that people give to what is theirs: a line of text that can be shown, within bounds."""

from __future__ import annotations

import unicodedata

from ledger_service.domain.errors import InvalidProject

LONGEST_TITLE = 200  # characters, as those that follow
LONGEST_NAME = 100
LONGEST_FILE_NAME = 200  # bytes
_NO_FILE_NAMES = frozenset({"", ".", ".."})


def made_title(typed: str) -> str:
    """Return the title of a project or a paper as one line; raise InvalidProject."""
    title = _line(typed, LONGEST_TITLE)
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise InvalidProject("title", most=LONGEST_TITLE)
    return title


def made_member_name(typed: str) -> str:
    """Return what a member wants to be called as one line, empty for no name; raise InvalidProject."""
    name = _line(typed, LONGEST_NAME)
    if len(name) > LONGEST_NAME:
        raise InvalidProject("name", most=LONGEST_NAME)
    return name


def made_file_name(typed: str) -> str:
    """Return the name of a file, which a folder of any system may have; raise InvalidProject.

    Of a path only what is behind its last slash is the name.
    """
    name = _line(typed.replace("\\", "/").rpartition("/")[2], LONGEST_FILE_NAME)
    if name in _NO_FILE_NAMES or len(name.encode()) > LONGEST_FILE_NAME:
        raise InvalidProject("file-name", most=LONGEST_FILE_NAME)
    return name


def _line(typed: str, most: int) -> str:
    """Return a text as one line; of what is far too long, enough to see that."""
    text = " ".join(unicodedata.normalize("NFC", typed[: 8 * most]).split())
    if not text.isprintable():
        raise InvalidProject("letters")
    return text
