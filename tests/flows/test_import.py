"""`muhr import` on a running library: killed in the middle, run again, reported, kept or not."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.harness.processes import environment_of, muhr_command
from scripts.harness.running_library import RunningLibrary
from tests.unit.imports.harvests.oai_service import answering
from tests.unit.imports.harvests.test_import_fetching import ORE, Repository

pytestmark = pytest.mark.slow

FILES = 3000


def command(library: RunningLibrary, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        muhr_command("import", *words),
        env=environment_of(library.environment),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_killed_import_is_run_again_and_takes_every_item_once(
    library: RunningLibrary, tmp_path: Path
) -> None:
    folder, report = tmp_path / "books", tmp_path / "report.jsonl"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number:05}.txt").write_text(f"book {number} of {folder}")
    (folder / "zz-empty.txt").touch()
    arguments = (str(folder), "--license", "CC-BY-4.0", "--report", str(report), "--json")
    killed = command(library, *arguments)
    deadline = time.monotonic() + 60
    while killed.poll() is None and time.monotonic() < deadline:
        if library.config.home.joinpath("imports.journal.db").exists():
            break
        time.sleep(0.01)
    time.sleep(0.3)
    killed.kill()
    killed.communicate()
    again = command(library, *arguments)
    told, said = again.communicate(timeout=300)
    assert again.returncode == 1, said  # one item is refused
    assert "zz-empty.txt: The item has no bytes" in said
    counts = json.loads(told)
    assert counts["items"] == FILES + 1
    assert counts.get("registered", 0) + counts.get("duplicate", 0) == FILES
    assert counts["refused"] == 1
    assert counts["anchored_in_block"] > 0
    assert counts["kept"] is False
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert len({line["index"] for line in lines if line["index"] is not None}) == FILES
    third = command(library, *arguments)
    assert json.loads(third.communicate(timeout=300)[0])["duplicate"] == FILES
    _check_not_lent(library, lines[0]["digest"])


def _check_not_lent(library: RunningLibrary, digest: str) -> None:
    """What was imported by reference is authentic; nobody is granted what this library cannot give."""
    assert library.client().get(f"/resources/{digest}/verdict").json()["authentic"]
    wanted = {"digest": digest, "reader": library.readers[0], "until": int(time.time()) + 3600}
    answer = library.registrar.post("/grants", json=wanted)
    assert answer.status_code == 404
    assert answer.json()["reason"] == "content-not-found.kept-elsewhere"


def test_kept_content_can_be_opened(library: RunningLibrary, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text(f"kept in {tmp_path}")
    (tmp_path / "m.csv").write_text("path,title\nkept.txt,A kept book\n")
    process = command(
        library, str(tmp_path / "m.csv"), "--license", "CC-BY-4.0", "--keep", "--json"
    )
    told, said = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert (json.loads(told)["registered"], json.loads(told)["kept"]) == (1, True)
    digest = hashlib.sha256((tmp_path / "kept.txt").read_bytes()).hexdigest()
    library.grant(digest)
    answer = library.client("reader").post("/openings", json={"digest": digest})
    assert answer.status_code == 201, answer.text


def test_a_manifest_is_sent_to_a_service_and_its_report_fetched(
    library: RunningLibrary, tmp_path: Path, muhr: Callable[..., Any]
) -> None:
    rows = [
        {"digest": hashlib.sha256(f"{tmp_path} {n}".encode()).hexdigest(), "size_bytes": 1}
        for n in range(30)
    ]
    rows[7] = {"path": "book.txt"}
    manifest, report = tmp_path / "catalog.jsonl", tmp_path / "report.csv"
    manifest.write_text("".join(json.dumps({**row, "title": "Book"}) + "\n" for row in rows))
    words = ("import", manifest, "--license", "CC-BY-4.0", "--api", library.url)
    anyone = {"MUHR_HOME": str(tmp_path / "no-library-here")}
    registrar = {**anyone, "MUHR_TOKEN": library.token("registrar")}
    assert muhr(anyone, *words).status == 1
    sent = muhr(registrar, *words, "--report", report)
    assert sent.status == 1, sent.err  # one item is refused
    assert sent.out.startswith("1 refused, 29 registered\nanchored in block ")
    assert "✗ manifest.jsonl:8: Files cannot be named here" in sent.err
    told = list(csv.DictReader(report.read_text().splitlines()))
    assert [line["digest"] for line in told] == [row.get("digest", "") for row in rows]
    rows.pop(7)
    manifest.write_text("".join(json.dumps({**row, "title": "Book"}) + "\n" for row in rows))
    again = muhr(registrar, *words, "--json")
    assert (again.status, again.json["duplicate"]) == (0, 29)
    left = muhr(registrar, *words, "--no-wait")
    assert (left.status, left.out.split()[-1]) == (0, "queued")
    folder = muhr(registrar, "import", tmp_path, "--license", "CC-BY-4.0", "--api", library.url)
    assert folder.status == 2
    unknown = muhr(registrar, *words, "--license", "none")
    assert unknown.status == 2
    assert "License is not defined here" in unknown.err


def test_a_person_is_told_what_is_kept_elsewhere(library: RunningLibrary, tmp_path: Path) -> None:
    (tmp_path / "left.txt").write_text(f"left in {tmp_path}")
    (tmp_path / "m.csv").write_text("path,title\nleft.txt,A book that stays there\n")
    arguments = (str(tmp_path / "m.csv"), "--license", "CC-BY-4.0")
    for more, is_told in ((["--dry-run"], True), (["--no-wait"], True), (["--no-wait"], False)):
        process = command(library, *arguments, *more)
        told, said = process.communicate(timeout=300)
        assert process.returncode == 0, said
        assert ("kept elsewhere" in told) is is_told, more
    digest = hashlib.sha256((tmp_path / "left.txt").read_bytes()).hexdigest()
    assert library.client().get(f"/resources/{digest}").json()[0]["kept"] is False


def test_a_harvest_fetches_files_and_keeps_the_records_that_they_were_made_of(
    library: RunningLibrary, tmp_path: Path
) -> None:
    repository, files = Repository(), tmp_path / "files"
    files.mkdir()
    repository.formats["ore"] = ORE.format
    repository.said = "<subject>poems</subject>"
    with answering(repository.answer) as repository.url:
        wanted = ("--license", "CC-BY-4.0", "--files", str(files), "--fetch", "--no-wait", "--yes")
        done = command(library, repository.url, *wanted)
        told, said = done.communicate(timeout=120)
    assert (done.returncode, said) == (0, "")
    assert "1 registered, 1 skipped" in told  # its subject is part of the record
    digest = hashlib.sha256(b"abc").hexdigest()
    subprocess.run(
        muhr_command("records", digest, "--out", str(tmp_path / "kept")),
        env=environment_of(library.environment),
        check=True,
    )
    (kept,) = (path for path in (tmp_path / "kept").iterdir() if "head" not in path.name)
    data = kept.read_bytes()
    assert data.startswith(b"<record>")
    assert b"poems" in data
    assert kept.stem == hashlib.sha256(data).hexdigest()
