"""The reasons that the sources give, and the values of each, as the compiler of Python sees them.

A reason is given by a leaf of the error tree, called with a part and the values by name; by a member of an
enumeration of reasons, as first argument of a call or with `.of(…)`; or by `Reason("name", {…})`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

from ledger_service.adapters.evm.abi import CONTRACTS, COUNCIL, artifact
from ledger_service.adapters.publication.no_answer import Silence
from ledger_service.domain.chain.telling import TELLINGS
from ledger_service.domain.chain_errors import error_types
from ledger_service.domain.consortium.act import FORMS, RIGHTS_IN_WORDS
from ledger_service.domain.consortium.alarm import VALUES
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.reasons import TOLD
from ledger_service.domain.verification.because import Because, WithdrawalWord
from ledger_service.services.audit.faults import Fault

PROJECT = Path(__file__).resolve().parents[1]
SOURCES = ("ledger_service", "reading_room", "verifier", "scripts")
JAVASCRIPT = PROJECT / "ledger_service" / "web" / "static"
ENUMERATIONS: dict[str, type[StrEnum]] = {
    kind.__name__: kind for kind in (Because, WithdrawalWord, Fault, Silence)
}
FROM_CONTRACTS = "on-chain"
"""The part of a reason that a contract gives by its twin, with whatever values the error has."""

Given = tuple[str, frozenset[str]]


@cache
def reasons_in_python() -> dict[str, set[str]]:
    """Return the names of the values that each reason is given with; every place must give the same."""
    found: dict[str, set[str]] = {}
    for name, values in given():
        if found.setdefault(name, set(values)) != values:
            raise ValueError(f"{name} is given {sorted(values)} here, {sorted(found[name])} there")
    return found


def given() -> Iterator[Given]:
    """Yield every reason that the sources give, as often as they do."""
    leaves = {kind.__name__: kind for kind in error_types().values()}
    for top in SOURCES:
        for path in sorted((PROJECT / top).rglob("*.py")):
            yield from _given_in(ast.parse(path.read_text("utf-8")), leaves)
    yield TOLD, frozenset({"text"})
    for denial in Denial:
        yield denial.reason.name, frozenset()
    for telling in TELLINGS.values():
        if telling.missing:
            yield telling.missing, frozenset({"subject"})
    for form in FORMS.values():
        name, values = f"council-{form.name}", frozenset(form.arguments) - {"role"}
        yield name, values
        if "role" in form.arguments:
            yield from ((f"{name}.{right}", values) for right in RIGHTS_IN_WORDS)
    for kind, names in VALUES.items():
        yield f"alarm.{kind}", frozenset(names)
        yield f"alarm-advice.{kind}", frozenset()
    in_contracts = {
        item.name for name in (*CONTRACTS, COUNCIL) for item in artifact(name).errors.values()
    }
    for name in sorted(in_contracts & leaves.keys()):
        yield f"{leaves[name].slug()}.{FROM_CONTRACTS}", frozenset({"values"})


def _given_in(tree: ast.Module, leaves: dict[str, type[LedgerError]]) -> Iterator[Given]:
    taken: set[ast.expr] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        named = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if named in leaves:
            yield from _of_leaf(node, leaves[named].slug())
        if named == "Reason" and node.args and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value), _values(node)
        of = node.func.value if isinstance(node.func, ast.Attribute) and named == "of" else None
        for argument in [*node.args, of]:
            if argument is not None and (reason := _member(argument)) is not None:
                taken.add(argument)
                yield reason, _values(node)
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and node not in taken:
            reason = _member(node)
            if reason is not None:
                yield reason, frozenset()


def _of_leaf(call: ast.Call, slug: str) -> Iterator[Given]:
    part = call.args[0] if call.args else ast.Constant("")
    is_spread = any(word.arg is None for word in call.keywords)
    if isinstance(part, ast.Constant) and not is_spread and " " not in str(part.value):
        yield (f"{slug}.{part.value}" if part.value else slug), _values(call)


def _values(call: ast.Call) -> frozenset[str]:
    names = {word.arg for word in call.keywords if word.arg is not None}
    for argument in call.args[1:]:
        if isinstance(argument, ast.Dict):
            names |= {str(key.value) for key in argument.keys if isinstance(key, ast.Constant)}
    return frozenset(names)


def _member(node: ast.expr) -> str | None:
    """Return the reason that a member of an enumeration of reasons is, written as KIND.MEMBER."""
    if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
        return None
    kind = ENUMERATIONS.get(node.value.id)
    return None if kind is None or node.attr not in kind.__members__ else kind[node.attr].value


def reasons_in_javascript() -> set[str]:
    """Return what the verifier in JavaScript may name: words in quotes, and each slug with each part."""
    sources = [*JAVASCRIPT.glob("*.js"), *JAVASCRIPT.glob("verifier/**/*.*js")]
    text = "".join(path.read_text("utf-8") for path in sources if path.parent.name != "messages")
    words = set(re.findall(r'"([a-z][a-z0-9.-]*)"', text))
    slugs = set(re.findall(r'["`](invalid-[a-z-]+)', text))
    parts = words | set(re.findall(r"\$\{slug\}\.([a-z-]+)`", text))
    return words | {f"{slug}.{part}" for slug in slugs for part in parts} | {"not-checked"}
