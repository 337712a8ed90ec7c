"""A paper as one HTML file that is read anywhere, without a network and without scripts."""

from __future__ import annotations

from html import escape

from reading_room.together.output.html import write_html
from reading_room.together.output.paper_text import Paper

MEDIA_TYPE = "text/html; charset=utf-8"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Of the file itself, which stands alone: its few rules of style are in it, and nothing else is."""
STYLE = """body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.6 serif; }
table { border-collapse: collapse; } th, td { border: 1px solid; padding: 0.2em 0.5em; }
.right { text-align: end; } .center { text-align: center; } pre { overflow: auto; }
"""


def make_page(paper: Paper) -> bytes:
    """Return the file; raise PaperTooLarge."""
    written = write_html(paper.text, paper.works)
    authors = "".join(f'<meta name="author" content="{escape(name)}">\n' for name in paper.authors)
    by = f"<p>{escape(', '.join(paper.authors))}</p>\n" if paper.authors else ""
    title = escape(paper.title)
    return f"""<!doctype html>
<html lang="{escape(paper.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title>{title}</title>
{authors}<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{by}{written.body}</main>
</body>
</html>
""".encode()
