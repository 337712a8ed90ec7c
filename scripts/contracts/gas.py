"""Measures what the contracts cost, and writes docs/gas.md: every function, and a comparison.

    python -m scripts.contracts.gas            write the report
    python -m scripts.contracts.gas --check    exit 1 if the committed one is stale

Gas is exact: the same contracts give the same figures on every machine. The peer is the Ethereum
Attestation Service, compiled here with the same compiler and settings.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scripts.contracts.contract_bench import ContractBench
from scripts.contracts.gas_functions import measure_functions
from scripts.contracts.gas_peers import Row, measure_peers
from scripts.contracts.metered_library import FunctionCosts

REPORT = Path(__file__).resolve().parents[2] / "docs" / "gas.md"
HEAD = """\
# Gas

Made by `make gas`, which runs the contracts on Hardhat's EVM (Shanghai) with the compiler and settings
of `make compile` (solc 0.8.30, optimizer 200 runs). The figures are exact and the same on every
machine; CI fails if this page is stale. Words in calldata have no zero byte, which is the dearest case.

A transaction's figure is all that its sender pays for, the 21,000 of the transaction included. A view's
figure is what another contract pays for asking it. Where a target is missed, a rule makes it
unreachable, and the rule is kept: `docs/adr/0023-what-the-rules-cost.md`.
"""


def report() -> str:
    """Return the text of docs/gas.md."""
    with ContractBench({"ProofMeter": "contracts/test/ProofMeter.sol"}) as bench:
        costs = measure_functions(bench)
    with ContractBench({"ProofMeter": "contracts/test/ProofMeter.sol"}) as bench:
        rows = measure_peers(bench, costs)
    return "\n".join([HEAD, *_targets(rows), *_functions(costs)]) + "\n"


def _targets(rows: list[Row]) -> list[str]:
    lines = []
    for table in dict.fromkeys(row.table for row in rows):
        lines += [
            f"## {table}",
            "",
            "| what | Muhr | peer | ratio | target |",
            "|---|---:|---:|---:|---|",
        ]
        for row in rows:
            if row.table == table:
                lines.append(row.format())
        lines.append("")
    return lines


def _functions(costs: FunctionCosts) -> list[str]:
    lines = ["## Every function", ""]
    for contract, measured in costs.transactions.items():
        lines += [f"### {contract}", "", "| transaction | gas |", "|---|---:|"]
        lines += [f"| {name} | {gas:,} |" for name, gas in measured.items()]
        lines += ["", "| view | gas |", "|---|---:|"]
        lines += [f"| {name} | {gas:,} |" for name, gas in sorted(costs.views[contract].items())]
        lines.append("")
    return lines[:-1]


def main() -> int:
    """Return the exit status: 0 done or fresh, 1 stale."""
    parser = argparse.ArgumentParser(description="Measure what the contracts cost.")
    parser.add_argument("--check", action="store_true", help="exit 1 if docs/gas.md is stale")
    check = parser.parse_args().check
    fresh = report()
    if not check:
        REPORT.write_text(fresh, encoding="utf-8")
        return 0
    if not REPORT.exists() or REPORT.read_text(encoding="utf-8") != fresh:
        print("gas: docs/gas.md is stale: run `make gas`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
