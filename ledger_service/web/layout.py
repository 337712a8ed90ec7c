"""The layout that every page has: one frame, one set of headers, no script that the page does not name.

A room beside the ledger shows its own templates within it: they extend base.html.
"""

from __future__ import annotations

import gzip
from pathlib import Path

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from ledger_service import messages
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.instant import instant
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, holds
from ledger_service.domain.printable_text import isolated
from ledger_service.messages import formats
from ledger_service.services.library import Library
from ledger_service.services.people.begin_session import Session
from ledger_service.web.cookies import SYSTEM, THEME, THEMES, keep_cookie, keep_theme, theme_of
from ledger_service.web.language import (
    address_with,
    choices,
    label,
    language_name,
    language_of,
    role_name,
    say,
    words,
)
from ledger_service.web.media_facts import (
    clock,
    made_files,
    media_facts,
    near_works,
    reviews_of,
    signed_by,
)
from ledger_service.web.modules.import_map import ImportMap, imports_of_editor
from ledger_service.web.modules.import_map import let_import as _let_import
from ledger_service.web.own_pages import OwnLink, count_news, own_links
from ledger_service.web.sign_in.file_form import InPieces, Part, read_parts
from ledger_service.web.sign_in.flow_cookie import carried, let_carry, put_down
from ledger_service.web.sign_in.form_fields import Fields, read_body, read_fields
from ledger_service.web.signed_in import (
    PRIVATE_HEADERS,
    address_of,
    attempts_of,
    check_own_site,
    forget,
    let_in,
    origin_of,
    own_path,
    session_of,
    signed_in,
    visitor,
)
from ledger_service.web.static_files import service_worker, static

__all__ = [
    "HEADERS",
    "OWN_TEMPLATES",
    "POLICY",
    "PRIVATE_HEADERS",
    "Fields",
    "ImportMap",
    "InPieces",
    "Layout",
    "OwnLink",
    "Part",
    "Session",
    "address_of",
    "attempts_of",
    "carried",
    "check_own_site",
    "compressed",
    "editor_imports",
    "forget",
    "keep_cookie",
    "language_of",
    "let_ask",
    "let_carry",
    "let_import",
    "let_in",
    "library_of",
    "made_files",
    "origin_of",
    "own_path",
    "put_down",
    "read_body",
    "read_fields",
    "read_parts",
    "service_worker",
    "session_of",
    "signed_in",
    "visitor",
]

OWN_TEMPLATES = Path(__file__).with_name("templates")
POLICY = "default-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
HEADERS = {"Content-Security-Policy": POLICY}


class Layout:
    """Pages of one folder of templates within the frame; links in its footer lead to the rooms' pages."""

    def __init__(self, folder: Path = OWN_TEMPLATES) -> None:
        self._templates = Jinja2Templates([folder, OWN_TEMPLATES])
        self._templates.env.auto_reload = False  # files of an installed program do not change
        self._templates.env.globals.update(
            because=lambda finding: isolated(messages.because(finding)),
            text=lambda reason: isolated(messages.text(reason)),
            title=messages.title,
            headline=messages.headline,
            next_step=messages.next_step,
            static=static,
            clock=clock,
            media_facts=media_facts,
            near_works=near_works,
            reviews_of=reviews_of,
            signed_by=signed_by,
            say=say,
            language_name=language_name,
            role_name=role_name,
            words=words,
            date=formats.date,
            moment=formats.moment,
            instant=instant,
            number=formats.number,
            size=formats.size,
        )

    def page(
        self, request: Request, template: str, status: int = 200, **values: object
    ) -> HTMLResponse:
        """Return the page that a template makes of these values, which it escapes, in its language."""
        language = language_of(request)
        who = visitor(request)
        themes = [(name, address_with(request, THEME, name)) for name in (*THEMES, SYSTEM)]
        frame = {"languages": choices(request), "theme": theme_of(request), "themes": themes}
        given = {**values, **frame, "language": language, "who": who}
        with messages.speaking(language):
            page = self._templates.TemplateResponse(
                request, template, given, status_code=status, headers=HEADERS
            )
        label(request, page)
        keep_theme(request, page)
        if who.roles:
            page.headers.update(PRIVATE_HEADERS)
        return page

    def own_page(
        self,
        request: Request,
        template: str,
        caller: Caller,
        status: int = 200,
        refusal: LedgerError | None = None,
        **values: object,
    ) -> HTMLResponse:
        """Return a page of what is the caller's own; its template extends `me_base.html`.

        refusal: why what was asked is not done, told at the page's top.
        """
        told = {
            "caller": caller,
            "own_links": own_links(request, caller),
            "news": count_news(request, caller),
            "refusal": refusal,
        }
        page = self.page(request, template, status, **told, **values)
        page.headers.update(PRIVATE_HEADERS)
        return page

    def desk_page(
        self,
        request: Request,
        template: str,
        caller: Caller | None,
        status: int = 200,
        refusal: LedgerError | None = None,
        **values: object,
    ) -> HTMLResponse:
        """Return a page of the desk; its template may ask `may("permission")` of the caller.

        refusal: why what was asked is not done, told at the page's top.
        """

        def may(permission: str) -> bool:
            return caller is not None and holds(caller, Permission(permission))

        page = self.page(request, template, status, may=may, refusal=refusal, **values)
        page.headers.update(PRIVATE_HEADERS)
        return page


def library_of(request: Request) -> Library:
    """Return the library whose pages these are."""
    library: Library = request.app.state.library
    return library


def hand_out(data: bytes, name: str) -> Response:
    """Return bytes that somebody else gave as a file to keep: no browser shows or guesses what they are.

    name: of the file, without quotation marks.
    """
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, headers=headers, media_type="application/octet-stream")


def let_ask(page: HTMLResponse, origin: str) -> HTMLResponse:
    """Return a page whose scripts may also ask one other origin, as browsers write it; "": none."""
    if origin:
        page.headers["Content-Security-Policy"] = f"{POLICY}; connect-src 'self' {origin}"
    return page


def editor_imports(request: Request) -> ImportMap | None:
    """Return what a page loads that has the editor of papers; None if that is not installed."""
    return imports_of_editor(request.app.state.libraries)


def let_import(page: HTMLResponse, imports: ImportMap, nonce: str) -> HTMLResponse:
    """Return a page whose scripts load by this map, and may write styles that have the nonce."""
    _let_import(page, POLICY, imports, nonce)
    return page


def compressed(request: Request, page: HTMLResponse) -> HTMLResponse:
    """Return a page that holds no secret, compressed if the browser takes it so.

    A page with a secret must not come here: how well it compresses would tell of what it holds.
    """
    page.headers.add_vary_header("Accept-Encoding")
    if "gzip" in request.headers.get("accept-encoding", ""):
        page.body = gzip.compress(bytes(page.body), mtime=0)
        page.headers["Content-Encoding"] = "gzip"
        page.headers["Content-Length"] = str(len(page.body))
    return page
