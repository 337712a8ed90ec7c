"""Writes the templates of entries for the JavaScript verifier from the domain's, so that a kind stands once.

python -m scripts.vectors.templates [--check]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from ledger_service.domain.ledger import entry
from ledger_service.domain.ledger.entry import PRIVATE_KINDS, TEMPLATES

PROJECT = Path(__file__).parents[2]
PATH = PROJECT / "ledger_service" / "web" / "static" / "verifier" / "ledger" / "templates.js"
WIDTH = 100  # as prettier breaks lines
HEAD = """\
// The facts that an entry of each kind has (docs/formats.md §1): a pattern of its text, or null for a whole
// number. Written by scripts/vectors/templates.py from domain/ledger/entry.py.
"""


def templates() -> str:
    """Return the file."""
    used = {pattern for facts in TEMPLATES.values() for pattern in facts.values() if pattern}
    named = {value: name.lstrip("_") for name, value in vars(entry).items() if _is_one(value, used)}
    parts = [HEAD, *(_constant(name, _javascript(value)) for value, name in named.items())]
    parts += ["export const TEMPLATES = {"]
    for kind, facts in TEMPLATES.items():
        members = [f"{name}: {named[each] if each else 'null'}" for name, each in facts.items()]
        parts += _object(kind if kind.isidentifier() else f'"{kind}"', members)
    parts += ["};", "/** Kinds whose time is truncated to the hour. */"]
    private = ", ".join(f'"{kind}"' for kind in sorted(PRIVATE_KINDS))
    return "\n".join([*parts, f"export const PRIVATE_KINDS = [{private}];", ""])


def _is_one(value: object, used: set[re.Pattern[str]]) -> bool:
    return isinstance(value, re.Pattern) and value in used


def _javascript(pattern: re.Pattern[str]) -> str:
    return "^" + pattern.pattern.replace(r"\Z", "$")


def _constant(name: str, pattern: str) -> str:
    line = f"const {name} = /{pattern}/;"
    return line if len(line) <= WIDTH else f"const {name} =\n  /{pattern}/;"


def _object(name: str, members: list[str]) -> list[str]:
    line = f"  {name}: {{ {', '.join(members)} }},"
    if len(line) <= WIDTH:
        return [line]
    return [f"  {name}: {{", *(f"    {member}," for member in members), "  },"]


def main() -> int:
    """Write or check the file; return the exit status."""
    made = templates()
    if "--check" in sys.argv:
        if PATH.read_text("utf-8") == made:
            return 0
        print(f"{PATH.relative_to(PROJECT)} is stale: run scripts.vectors.templates")
        return 1
    PATH.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
