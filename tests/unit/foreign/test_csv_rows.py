"""CSV that we write holds no formula, and reads back as what it was."""

from __future__ import annotations

import csv
import io

import pytest

from ledger_service.domain.csv_rows import format_rows
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.import_report import report_lines
from ledger_service.domain.imports.prepared_claim import ImportResult, reason_of
from ledger_service.messages.import_report import shown_rows

FORMULAS = ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text(text: str) -> None:
    [row] = csv.reader(io.StringIO(format_rows([[text, "x"]]), newline=""))
    assert row == ["'" + text, "x"]


@pytest.mark.parametrize("value", ["plain", "a=b", "1-2", "O'zbek", "", 7, -7, None])
def test_other_values_stay(value: object) -> None:
    [row] = csv.reader(io.StringIO(format_rows([[value, "x"]]), newline=""))
    assert row == ["" if value is None else str(value), "x"]


@pytest.mark.parametrize("name", ["=HYPERLINK(1).txt", "-x.pdf"])
def test_a_report_of_an_import_runs_nothing(name: str) -> None:
    refused = reason_of(InvalidManifest("named-twice", file=name))
    told = shown_rows(report_lines([ImportResult(name, bytes(32), None, "refused", refused)]))
    [row] = csv.reader(io.StringIO(told, newline=""))
    assert row[0] == "'" + name
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
