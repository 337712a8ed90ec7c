#!/usr/bin/env bash
# pypdf 7.1.1 and pikepdf 10.18.0: merging a PDF into another leaves its attached files behind, without a word.
#
# Seen on 2026-11-29: PdfWriter.append of pypdf and pages.extend of pikepdf copy the pages of a PDF with one attached
# file, and the result has no attached file; neither warns. PdfWriter(clone_from=…) and a plain save keep it. A PDF
# that carries evidence as an attachment loses it when it is bound together with others: merge first, attach last.
#
# Needs Python 3.11 or newer. Fails if one of them no longer does so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q --disable-pip-version-check pypdf==7.1.1 pikepdf==10.18.0

cat > "$folder/merge.py" <<'PY'
import io
import warnings

import pikepdf
import pypdf

warnings.simplefilter("error")


def made():
    """Return a PDF of one page with one attached file."""
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["a.json"] = pikepdf.AttachedFileSpec(pdf, b"{}", filename="a.json")
        pdf.save(file)
    return file.getvalue()


def by_pypdf(take):
    file = io.BytesIO()
    take().write(file)
    return file.getvalue()


def appended():
    writer = pypdf.PdfWriter()
    writer.append(io.BytesIO(made()))
    return writer


def extended():
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(made())) as source, pikepdf.new() as pdf:
        pdf.pages.extend(source.pages)
        pdf.save(file)
    return file.getvalue()


def count(data):
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages), len(pdf.attachments)


seen = {
    "as made": count(made()),
    "pypdf, clone_from": count(by_pypdf(lambda: pypdf.PdfWriter(clone_from=io.BytesIO(made())))),
    "pypdf, append": count(by_pypdf(appended)),
    "pikepdf, pages.extend": count(extended()),
}
for name, (pages, files) in seen.items():
    print(f"{name}: {pages} page, {files} attached")
assert list(seen.values()) == [(1, 1), (1, 1), (1, 0), (1, 0)]
PY
"$folder/env/bin/python" "$folder/merge.py"
