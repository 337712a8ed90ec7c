#!/usr/bin/env bash
# reportlab 5.1.0: PDFName does not escape a slash, and escapes the "#" of a name that is escaped already.
#
# Seen on 2026-11-29: PDFName("application/json") is written as "/application/json", which readers of PDF take for
# two names (ISO 32000-1 §7.3.5: a slash in a name is "#2F"), so that a dictionary with it as a value is
# malformed: pikepdf 10.18.0 warns of the whole file. PDFName("application#2Fjson") is written as
# "/application#232Fjson", which is the name "application#2Fjson" and no media type. The Subtype of an attached file
# is a media type, so every attachment meets this. A name written past PDFName, as ready text, is read right.
#
# Needs Python 3.11 or newer. Fails if reportlab no longer does so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q --disable-pip-version-check reportlab==5.1.0 pikepdf==10.18.0

cat > "$folder/attach.py" <<'PY'
import io

import pikepdf
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas


def attached(subtype):
    """Return what pikepdf warns of, and the Subtype that it reads, of a PDF with one attached file."""
    file = io.BytesIO()
    canvas = Canvas(file, invariant=True)
    document = canvas._doc
    kind = pdfdoc.PDFDictionary({"Type": pdfdoc.PDFName("EmbeddedFile"), "Subtype": subtype})
    stream = document.Reference(pdfdoc.PDFStream(kind, b"{}"))
    told = {"Type": pdfdoc.PDFName("Filespec"), "F": pdfdoc.PDFString("a.json")}
    told["EF"] = pdfdoc.PDFDictionary({"F": stream})
    spec = document.Reference(pdfdoc.PDFDictionary(told))
    names = pdfdoc.PDFDictionary({"Names": pdfdoc.PDFArray([pdfdoc.PDFString("a.json"), spec])})
    document.Catalog.Names = pdfdoc.PDFDictionary({"EmbeddedFiles": names})
    canvas.drawString(72, 720, "a page")
    canvas.save()
    with pikepdf.open(io.BytesIO(file.getvalue()), suppress_warnings=True) as pdf:
        found = pdf.Root.Names.EmbeddedFiles.Names[1].EF.F.get("/Subtype")
        return bool(pdf.get_warnings()), str(found)


names = {
    "a slash": pdfdoc.PDFName("application/json"),
    "a slash escaped": pdfdoc.PDFName("application#2Fjson"),
    "ready text": "/application#2Fjson",
}
seen = {name: attached(value) for name, value in names.items()}
for name, (warns, subtype) in seen.items():
    print(f"{name}: {'malformed' if warns else 'legal'}, Subtype {subtype}")
assert seen["a slash"][0], "the file is legal now"
assert seen["a slash escaped"] == (False, "/application#2Fjson"), seen
assert seen["ready text"] == (False, "/application/json"), seen
PY
"$folder/env/bin/python" "$folder/attach.py"
