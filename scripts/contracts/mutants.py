"""Makes mutants of Solidity sources: each differs from its source by one small fault.

Works on lines of the formatted source, since prettier gives each statement its own; knows no grammar.
What does not compile is left out later. Does not touch imports, comments, events and type hashes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# operator → what stands in its place; source: the operators of slither-mutate and Gambit.
SWAPS = {
    " == ": (" != ",),
    " != ": (" == ",),
    " < ": (" <= ", " >= "),
    " <= ": (" < ", " > "),
    " > ": (" >= ", " <= "),
    " >= ": (" > ", " < "),
    " && ": (" || ",),
    " || ": (" && ",),
    " + ": (" - ",),
    " - ": (" + ",),
    " & ": (" | ",),
    " | ": (" & ",),
    " >> ": (" << ",),
    " << ": (" >> ",),
    ">>= 1": (">>= 2",),
    "++": ("--",),
    "if (!": ("if (",),
    "true": ("false",),
    "false": ("true",),
    " onlyRole(DEFAULT_ADMIN_ROLE)": ("",),
}
NUMBER = re.compile(r"(?<![\w.])(\d+)(?![\w.])")
CONDITION = re.compile(r"if \((.*)\) \{$")
STATEMENT = re.compile(
    r"^\s+(?!return|revert|if|for|while|do|using|import|mapping|error|event|\}).*;$"
)
DECLARATION = re.compile(
    r"^\s*(bytes\d*|uint\d*|address|bool|string|I?[A-Z]\w+)( memory| storage| calldata)? \w+ = "
    r"|constant|immutable|public"
)
LEFT_OUT = re.compile(r"^\s*(//|/\*|\*|import|pragma|using|error|event|\")|TYPEHASH")
ARGUMENTS = re.compile(r"\b(\w+), (\w+)\)")


class Mutant(NamedTuple):
    """A source file with one fault. The key names it: file, line, what stood there and what stands now."""

    file: str
    key: str
    text: str


def mutants_of(file: str, text: str) -> Iterator[Mutant]:
    """Yield each mutant of a source once."""
    lines = text.splitlines(keepends=True)
    seen = set()
    for number, line in enumerate(lines):
        if LEFT_OUT.search(line):
            continue
        for changed in _changes(line.rstrip("\n")):
            mutated = "".join([*lines[:number], changed + "\n", *lines[number + 1 :]])
            if mutated not in seen and mutated != text:
                seen.add(mutated)
                key = f"{file}:{number + 1} {line.strip()} → {changed.strip() or 'nothing'}"
                yield Mutant(file=file, key=key, text=mutated)


def _changes(line: str) -> Iterator[str]:
    for old, replacements in SWAPS.items():
        for found in re.finditer(re.escape(old), line):
            for new in replacements:
                yield line[: found.start()] + new + line[found.end() :]
    for found in NUMBER.finditer(line):
        yield line[: found.start()] + str(int(found[1]) + 1) + line[found.end() :]
    for found in ARGUMENTS.finditer(line):
        yield line[: found.start()] + f"{found[2]}, {found[1]})" + line[found.end() :]
    condition = CONDITION.search(line)
    if condition:
        for constant in ("true", "false"):
            yield line[: condition.start(1)] + constant + line[condition.end(1) :]
    if STATEMENT.match(line) and not DECLARATION.search(line):
        yield ""
