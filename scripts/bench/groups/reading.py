"""Records of catalogs: MARC, OAI-PMH and CSV, read until items or claims are made of them."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import Figures

PROJECT = Path(__file__).resolve().parents[3]
HERE, OTHER = "here", "other"
ROUNDS = 3
MARC_RECORDS, OAI_RECORDS, ROWS = 20_000, 5_000, 100_000
RECORDS_A_PAGE = 100
FEW, MANY = 100_000, 1_000_000  # records, whose memory is compared
TITLES = ("A history of the book, volume {}", "Ўзбекистон тарихи, {}-жилд", "Oʻzbek adabiyoti, {}")
UNITS = {"rate": "", "rate_of_processor": " of processor time"}
TARGETS = {"MARC 21": 1.5, "OAI-PMH": 1.0, "CSV": 3.0}
PAGE = """<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{}
<resumptionToken>{}</resumptionToken></ListRecords></OAI-PMH>"""
RECORD = """<record><header><identifier>oai:l:{0}</identifier></header><metadata>
<dc xmlns="http://purl.org/dc/elements/1.1/"><title>{1}</title><creator>Author {0}</creator>
<identifier>https://l.example/files/{0}.txt</identifier><language>uz</language>
<format>text/plain</format></dc></metadata></record>"""
Reading = dict[str, float]
"""What scripts/bench/sides/read_records.py tells."""


def run() -> Section:
    """Return rates of reading, beside another checkout if OTHER names one, and memory."""
    sides = {HERE: PROJECT}
    if os.environ.get("OTHER"):
        sides[OTHER] = Path(os.environ["OTHER"]).resolve()
    section = Section("reading", "Reading the records of catalogs")
    section.lines = [
        f"{MARC_RECORDS:,} records of MARC 21 in UTF-8 and {OAI_RECORDS:,} of OAI-PMH from loopback, until "
        f"items are made; {ROWS:,} rows of CSV with digests, until claims are. No file is hashed. *other* is "
        "the checkout that `OTHER` names, by its own code, in turn with this one. Memory is the sum of the "
        "peaks of the process and of the largest that it started. On a machine with other work, read the "
        "rates of processor time, which leave out what two processes gain on two free cores.",
    ]
    with tempfile.TemporaryDirectory() as name, _service() as url:
        folder = Path(name)
        _write(folder)
        sources = {
            "MARC 21": str(folder / "records.mrc"),
            "OAI-PMH": url,
            "CSV": str(folder / "rows.csv"),
        }
        for what, source in sources.items():
            found = _in_turn(sides, source, folder)
            for key, of in UNITS.items():
                rates = {side: Figures([item[key] for item in found[side]]) for side in sides}
                if OTHER in rates:
                    ratio = rates[HERE].median / rates[OTHER].median
                    named = f"{what}: records a second{of} / the other build's"
                    section.ratios.append(Ratio(named, ratio, TARGETS[what]))
                for side, figures in rates.items():
                    section.figure(f"{what}, {side}", figures, f"records a second{of}")
        few = _write_many(folder, FEW), f"{url}?count={FEW}"
        found = [_read(PROJECT, source, folder) for source in (*few, str(folder / "rows.csv"))]
        _write_rows(folder / "many.csv", MANY)
        many = _write_many(folder, MANY), f"{url}?count={MANY}"
        for what, before, source in zip(
            sources, found, (*many, str(folder / "many.csv")), strict=True
        ):
            peak = _read(PROJECT, source, folder)["peak_bytes"]
            told = f"{what}: peak memory at {MANY:,} records / at {FEW:,}"
            section.ratios.append(Ratio(told, peak / before["peak_bytes"], 1.1, at_least=False))
            section.figure(f"{what}, memory", Figures([peak / 2**20]), "MiB")
    return section


def _in_turn(sides: dict[str, Path], source: str, folder: Path) -> dict[str, list[Reading]]:
    found: dict[str, list[Reading]] = {side: [] for side in sides}
    for _ in range(ROUNDS):
        for side, checkout in sides.items():
            found[side].append(_read(checkout, source, folder))
    return found


def _read(checkout: Path, source: str, folder: Path) -> Reading:
    program = str(PROJECT / "scripts" / "bench" / "sides" / "read_records.py")
    done = subprocess.run(
        [str(checkout / ".venv" / "bin" / "python"), program, source, str(folder)],
        check=True,
        stdout=subprocess.PIPE,
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
    )
    found: Reading = json.loads(done.stdout)
    sys.stderr.write(f"  {checkout.name}, {source}: {found}\n")
    return found


def _title(number: int) -> str:
    return TITLES[number % len(TITLES)].format(number)


def _write(folder: Path) -> None:
    """Write the sources, and the files that records name."""
    for number in range(OAI_RECORDS):
        (folder / f"{number}.txt").write_bytes(b"x")
    with (folder / "records.mrc").open("wb") as file:
        file.writelines(map(_marc, range(MARC_RECORDS)))
    _write_rows(folder / "rows.csv", ROWS)


def _write_many(folder: Path, count: int) -> str:
    """Return the path of so many records of MARC; those of OAI-PMH have files of their own."""
    for number in range(count):
        (folder / f"{number}.txt").touch()
    path = folder / f"{count}.mrc"
    with path.open("wb") as file:
        file.writelines(map(_marc, range(count)))
    return str(path)


def _marc(number: int) -> bytes:
    fields = [
        ("008", b"260101s2026    uz            000 0 uzb d"),
        ("100", b"1 \x1faAuthor %d" % number),
        ("245", b"10\x1fa" + _title(number).encode()),
        ("300", b"  \x1fa120 p."),
        ("650", b" 0\x1faHistory\x1fxSources"),
        ("856", b"40\x1fu%d.txt" % (number % OAI_RECORDS)),
    ]
    directory = body = b""
    for tag, data in fields:
        directory += tag.encode() + b"%04d%05d" % (len(data) + 1, len(body))
        body += data + b"\x1e"
    start = 24 + len(directory) + 1
    leader = b"%05dcam a22%05d a 4500" % (start + len(body) + 1, start)
    return leader + directory + b"\x1e" + body + b"\x1d"


def _write_rows(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("digest,size_bytes,title,creator,language,media_type\n")
        for number in range(count):
            digest = hashlib.sha256(b"%d" % number).hexdigest()
            title = f'"{_title(number)}"'
            file.write(f"{digest},{number + 1},{title},Author {number},uz,application/pdf\n")


@contextmanager
def _service() -> Iterator[str]:
    """Yield the URL of an OAI-PMH service of OAI_RECORDS, or of the `count` that each request has.

    The pages of OAI_RECORDS are made before anybody asks.
    """
    pages = {start: _page(start, OAI_RECORDS) for start in range(0, OAI_RECORDS, RECORDS_A_PAGE)}

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body leave together, so that none waits for an acknowledgment

        def do_GET(self) -> None:
            query = dict(parse_qsl(urlsplit(self.path).query))
            start = int(query.get("resumptionToken", 0))
            body = _page(start, int(query["count"])) if "count" in query else pages[start]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: it would be among the figures."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/oai"
        server.shutdown()


def _page(start: int, count: int) -> bytes:
    end = start + RECORDS_A_PAGE
    records = "".join(RECORD.format(number, _title(number)) for number in range(start, end))
    return PAGE.format(records, "" if end >= count else end).encode()
