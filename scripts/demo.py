"""The main job, shown: a library is set up, a folder registered, and the three stories walked through.

Everything runs through the same `muhr` command and HTTP API that people use. Keeps serving at the end;
Ctrl-C ends all that it started. Run again, it finds its data and registers nothing twice.

    MUHR_HOME=build/demo python -m scripts.demo [FOLDER] [--once]

With --once it ends after the stories.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from click import echo, progressbar, style

from ledger_service import config as configuration
from ledger_service import messages
from ledger_service.adapters.remote import RemoteService
from ledger_service.domain.errors import LedgerError, ServiceUnavailable
from ledger_service.web.static_files import STATIC
from scripts.harness.processes import NotServed, muhr_command, muhr_serve

DAY_SECONDS = 86_400
SETTLED_SECONDS = 600
LARGE_FILE_BYTES = 25 * 1024 * 1024
LICENSE = "reading-room"
VOLUMES = 10_000
EXAMPLE = STATIC / "examples" / "genuine.txt"  # with which the first page lets people try

UZBEK_TEXT = """O‘zbek tilidagi namuna

Kitob — bilim manbai. Kutubxona har bir kitobning asl nusxasini muhrlaydi: fayl o‘zgarsa, uning
muhri ham o‘zgaradi, va buni har bir talaba o‘zi tekshira oladi. Ўқиган — ўзар, ўқимаган — тўзар.
"""


def main() -> int:
    """Run the demo; return the exit status."""
    config = configuration.load()
    once = "--once" in sys.argv
    paths = [Path(argument) for argument in sys.argv[1:] if argument != "--once"]
    given = paths[0] if paths else None
    if given is not None and not given.exists():
        echo(f"There is no {given}; give a file or a folder: make demo FILES=path", err=True)
        return 2
    started = time.monotonic()
    if not config.own_deployment.exists():
        heading("Setting up a consortium with one accredited library")
        origin = f"127.0.0.1:{config.port}/demo"
        name = ["--name", "Demo library", "--uri", "https://library.example.uz"]
        subprocess.run(muhr_command("init", *name, "--origin", origin, "--yes"), check=True)
    source = given or make_files(config.home / "files")
    own = {name: value for name, value in os.environ.items() if name.startswith("MUHR_")}
    where = {"MUHR_HOME": str(config.home.resolve()), "MUHR_PORT": str(config.port)}
    service = muhr_serve({**own, **where}, output=None)
    try:
        service.wait_until_it_answers()
        stories(config, source)
        if once:
            return 0
        heading("Serving")
        echo(f"Done in {time.monotonic() - started:.0f} seconds. Muhr serves on; Ctrl-C ends it.")
        what_next(config, source)
        return service.process.wait()
    except KeyboardInterrupt:
        return 0
    except NotServed as exc:
        echo(exc, err=True)
        return 1
    except LedgerError as exc:
        echo(f"{messages.title(exc)}: {messages.detail(exc)}", err=True)
        return 1
    finally:
        with suppress(KeyboardInterrupt):  # it was interrupted too, and ends
            service.stop()


def stories(config: configuration.Config, source: Path) -> None:
    """Walk through the librarian's, the student's, the reader's and the auditor's story."""
    service = RemoteService(config.api)
    registrar = RemoteService(config.api, token_of(config, "registrar"))
    registrar.post(
        "/licenses",
        {
            "name": LICENSE,
            "rights": "InC",
            "seats": 1,
            "longest_loan_seconds": 14 * DAY_SECONDS,
            "self_service": False,
        },
    )
    heading(f"A librarian registers {source}")
    muhr("register", str(source), "--license", LICENSE)
    wait_until_anchored(service)
    heading(f"… and has the service import a catalog of {VOLUMES:,} more, under one anchor")
    catalog, volume = make_catalog(config.home)
    report = str(config.home / "report.jsonl")
    how = ("--license", "CC-BY-4.0", "--report", report, "--api", config.api)
    muhr("import", str(catalog), *how)
    heading("A student verifies one of these")
    muhr("verify", str(volume))

    files = [path for path in sorted(source.rglob("*")) if path.is_file()] or [source]
    genuine = next(path for path in files if path.stat().st_size and not hidden(path, source))
    heading("A student verifies a genuine file")
    muhr("verify", str(genuine))
    heading("… a copy with one byte changed")
    changed = config.home / ("changed-" + genuine.name)
    data = bytearray(genuine.read_bytes())
    data[len(data) // 2] ^= 1
    changed.write_bytes(data)
    muhr("verify", str(changed), expect=1)
    heading("… and a file that was never registered")
    never = config.home / "never-registered.txt"
    never.write_text(f"Nobody registered this. {time.time_ns()}\n")
    muhr("verify", str(never), expect=1)

    digest = hashlib.sha256(genuine.read_bytes()).hexdigest()
    heading("A reader opens it under a grant")
    first, second = reader(config, registrar, 1), reader(config, registrar, 2)
    if not any(row["state"] == "issued" for row in grants_of(registrar, first, digest)):
        muhr("grant", digest, "--reader", first, "--days", "7")
    opened = str(config.home / ("opened-" + genuine.name))
    muhr("open", digest, "-o", opened, "--token-file", str(token_file(config, 1)))
    heading("… and a second reader, without a grant, is refused")
    muhr("open", digest, "-o", opened, "--token-file", str(token_file(config, 2)), expect=1)
    heading("… nor can a second grant be issued: the license has one seat")
    muhr("grant", digest, "--reader", second, "--days", "7", expect=1)

    heading("An auditor recomputes everything")
    wait_until_anchored(service)
    muhr("audit")


def make_catalog(folder: Path) -> tuple[Path, Path]:
    """Return a manifest of volumes whose bytes are elsewhere, and the one of them that is here."""
    catalog, volume = folder / "catalog.jsonl", folder / "volume-00777.txt"
    with catalog.open("w") as file:
        for number in range(VOLUMES):
            data = f"Volume {number} of the demo's catalog.\n".encode()
            if number == 777:
                volume.write_bytes(data)
            row = {
                "digest": hashlib.sha256(data).hexdigest(),
                "size_bytes": len(data),
                "title": f"Volume {number}",
                "media_type": "text/plain",
            }
            file.write(json.dumps(row) + "\n")
    return catalog, volume


def what_next(config: configuration.Config, source: Path) -> None:
    """Say what to try now."""
    home = f"MUHR_HOME={os.path.relpath(config.home)}"
    command = os.path.relpath(Path(sys.executable).with_name("muhr"))
    echo(
        f"""
Try, in a browser:
  {config.public_url}         verify a file, find a work, read it, keep its proof
  {config.public_url}/desk    work as a librarian or an auditor, with the token that lies
                                in {os.path.relpath(config.home / "tokens")}/registrar or …/auditor
  {config.public_url}/me      see loans and ask for books as a reader, with …/reader1

Try, in another terminal:
  {home} {command} status
  {home} {command} verify {source}
  {home} {command} register FILE --license CC-BY-4.0 --title "…"
  {home} {command} audit
API and its docs: {config.public_url}/api/v1/docs
Your own folder:  make demo FILES=path
"""
    )


def muhr(*arguments: str, expect: int = 0) -> None:
    """Run a command as a person would type it, and hold it to its exit status."""
    echo(style("$ muhr " + " ".join(arguments), dim=True))
    status = subprocess.run(muhr_command(*arguments), check=False).returncode
    if status != expect:
        raise ServiceUnavailable("command", command=arguments[0], status=status, expected=expect)


def wait_until_anchored(service: RemoteService) -> None:
    """Wait, with a progress bar, until every entry is under an anchored checkpoint."""
    deadline = time.monotonic() + SETTLED_SECONDS
    size = service.get("/status")["ledger_size"]
    with progressbar(length=size, label="anchoring the ledger    ", file=sys.stderr) as bar:
        shown = 0
        while time.monotonic() < deadline:
            found: dict[str, Any] = service.get("/status")
            if found["anchored_size"] > shown:
                bar.update(min(found["anchored_size"], size) - shown)
                shown = min(found["anchored_size"], size)
            busy = found["jobs"].get("queued", 0) + found["jobs"].get("submitted", 0)
            if found["anchored_size"] == found["ledger_size"] and not busy:
                return
            time.sleep(0.1)
    raise ServiceUnavailable("not-anchored")


def reader(config: configuration.Config, registrar: RemoteService, number: int) -> str:
    """Return the name of a demo reader, enrolled once."""
    path = token_file(config, number)
    name = path.with_suffix(".name")
    if not path.exists():
        enrolled = registrar.post("/readers")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(enrolled["token"])
        name.write_text(enrolled["reader"])
    return name.read_text()


def grants_of(registrar: RemoteService, reader: str, digest: str) -> list[dict[str, Any]]:
    """Return the grants of a reader for a digest that have not ended."""
    return [
        row
        for row in registrar.pages("/grants")
        if (row["reader"], row["digest"]) == (reader, digest) and row["until"] > time.time()
    ]


def token_of(config: configuration.Config, role: str) -> str:
    """Return this machine's token for a role."""
    return (config.home / "tokens" / role).read_text().strip()


def token_file(config: configuration.Config, number: int) -> Path:
    """Return where a demo reader's token is kept."""
    return config.home / "tokens" / f"reader{number}"


def hidden(path: Path, source: Path) -> bool:
    """Return whether a file or a folder on the way to it is hidden, so that it is left out."""
    return any(part.startswith(".") for part in path.relative_to(source).parts)


def make_files(folder: Path) -> Path:
    """Return a folder with a small set of files, made here: Uzbek text, a PDF, 25 MiB of data."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "namuna.txt").write_text(UZBEK_TEXT, "utf-8")
    (folder / EXAMPLE.name).write_bytes(EXAMPLE.read_bytes())
    (folder / "page.pdf").write_bytes(small_pdf("Muhr: a page to verify"))
    large = folder / "recording.bin"
    if not large.exists() or large.stat().st_size != LARGE_FILE_BYTES:
        with large.open("wb") as file:
            for number in range(LARGE_FILE_BYTES // 32):
                file.write(hashlib.sha256(number.to_bytes(8, "big")).digest())
    return folder


def small_pdf(text: str) -> bytes:
    """Return a PDF of one page with one line."""
    stream = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    data = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, item in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        data += b"%010d 00000 n \n" % offset
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    data += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(data)


def heading(text: str) -> None:
    """Print a heading."""
    echo("\n" + style(text, bold=True))


if __name__ == "__main__":
    sys.exit(main())
