"""What is true of what people do at the desk."""

from __future__ import annotations

import re


def title_of(file_name: str) -> str:
    """Return the title that a file's name suggests: without folders, ending, and lines for blanks."""
    name = re.split(r"[/\\]", file_name)[-1]
    stem = name.rpartition(".")[0] or name
    return " ".join(re.sub(r"_+", " ", stem).split())
