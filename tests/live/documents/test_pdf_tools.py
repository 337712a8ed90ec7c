"""Printed receipts in programs that are not ours: legal, and readable after they saved a copy."""

import shutil
import subprocess
from pathlib import Path

import pytest

from ledger_service.cli.verification.verify import read_evidence
from ledger_service.domain.verification.receipt import Receipt
from tests.api.verification.test_receipt_letters import RECEIPT, printed
from tests.live.conftest import INSTALL

TITLE = "تاریخ راقمی, Ўзбекистон тарихи"
RESAVE = {
    "qpdf": ["qpdf", "{from}", "{to}"],
    "qpdf, linearized": ["qpdf", "--linearize", "{from}", "{to}"],
    "qpdf, object streams": ["qpdf", "--object-streams=generate", "{from}", "{to}"],
    "qpdf, uncompressed": ["qpdf", "--stream-data=uncompress", "{from}", "{to}"],
    "Ghostscript": ["gs", "-q", "-o", "{to}", "-sDEVICE=pdfwrite", "{from}"],
    "MuPDF": ["mutool", "clean", "{from}", "{to}"],
    "MuPDF, compact": ["mutool", "clean", "-gggg", "-z", "{from}", "{to}"],
}


@pytest.fixture(scope="module")
def receipt_pdf(tmp_path_factory) -> Path:
    for program in ("qpdf", "pdfdetach", "mutool", "gs"):
        assert shutil.which(program), f"{program} is missing: {INSTALL}"
    file = tmp_path_factory.mktemp("pdf") / "receipt.pdf"
    file.write_bytes(printed(TITLE))
    return file


def run(*command: object) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_qpdf_finds_no_fault(receipt_pdf):
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", receipt_pdf)


def test_poppler_takes_the_receipt_out_without_a_word(receipt_pdf, tmp_path):
    assert run("pdfdetach", "-save", "1", "-o", tmp_path / "receipt.json", receipt_pdf) == ""
    assert Receipt.parse((tmp_path / "receipt.json").read_bytes()) == RECEIPT


def test_poppler_reads_the_title(receipt_pdf, tmp_path):
    run("pdftotext", receipt_pdf, tmp_path / "text")
    assert "Ўзбекистон тарихи" in (tmp_path / "text").read_text("utf-8")


@pytest.mark.parametrize("command", RESAVE.values(), ids=RESAVE.keys())
def test_a_copy_is_read_by_all_verifiers(receipt_pdf, tmp_path, command):
    places = {"from": receipt_pdf, "to": tmp_path / "saved.pdf"}
    run(*(part.format_map(places) for part in command))
    saved = (tmp_path / "saved.pdf").read_bytes()
    assert read_evidence(saved) == RECEIPT
    assert Receipt.parse(saved) == RECEIPT
