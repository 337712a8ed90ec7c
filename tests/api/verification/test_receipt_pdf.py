"""The printed receipt: one page, plain words, and a code that a phone's reader turns into evidence."""

import io
import os
import subprocess

import httpx
import pikepdf
import pypdf
import pypdfium2
import pytest
import zxingcpp

from ledger_service.adapters.signer import check_ed25519
from ledger_service.cli.verification.verify import read_evidence
from ledger_service.domain.errors import InvalidReceipt
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.verification.compact_receipt import expand
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.web.static_files import static
from scripts.harness.processes import muhr_command
from tests.mutations import NODE
from tests.unit.test_house_rules import PROJECT

VERIFIER = PROJECT / "ledger_service/web/static/verifier/muhr-verify.mjs"

BOOK = b"a book with a printed receipt"
TITLE = "<b>Xamsa</b> & O‘zbek kitobi: Ўқиган — ўзар"


@pytest.fixture(scope="module")
def registration(library):
    found = library.register(BOOK, license="CC0-1.0", title=TITLE, creator="Alisher Navoiy")
    library.anchored()
    return found


@pytest.fixture(scope="module")
def page(site, registration):
    answer = site.get(f"/resources/{registration['digest']}/receipt.pdf")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    assert len(document) == 1
    return document[0]


@pytest.fixture(scope="module")
def file(site, registration):
    return site.get(f"/resources/{registration['digest']}/receipt.pdf").content


def test_the_receipt_is_attached_as_viewers_find_it_and_as_verifiers_do(file, registration):
    document = pypdfium2.PdfDocument(file)
    assert document.count_attachments() == 1
    attached = document.get_attachment(0)
    assert attached.get_name() == f"muhr-receipt-{registration['digest'][:16]}.json"
    receipt = Receipt.parse(file)
    assert Receipt.parse(bytes(attached.get_data())) == receipt
    assert receipt.state is not None
    assert receipt.anchor is not None
    assert registration["digest"].encode() in receipt.entry


def test_it_is_a_legal_pdf_that_says_what_is_attached(file):
    with pikepdf.open(io.BytesIO(file)) as document:
        assert document.check_pdf_syntax() == []
        [attached] = document.attachments.values()
        assert attached.get_file().mime_type == "application/json"
        assert attached.relationship == pikepdf.Name.Data
        with document.open_metadata() as told:
            assert told.pdfa_status == "3A"
            assert told["pdfuaid:part"] == "1"


WORDS = {
    "en": ("Receipt of a registered file", "In the ledger", "UTC; what changed later"),
    "ru": ("Подтверждение регистрации файла", "В реестре", "UTC; того, что изменилось позже"),
    "uz": ("Fayl roʻyxatga olingani haqida", "Reyestrda", "UTC; keyingi oʻzgarishlar"),
    "uz-Cyrl": ("Файл рўйхатга олингани ҳақида", "Реестрда", "UTC; кейинги ўзгаришлар"),
}


@pytest.mark.parametrize("language", WORDS)
def test_it_is_printed_in_the_language_that_is_asked_for(library, registration, language):
    address = f"{library.url}/resources/{registration['digest']}/receipt.pdf"
    answer = httpx.get(address, params={"lang": language}, trust_env=False, timeout=60)
    assert answer.headers["content-language"] == language
    document = pypdfium2.PdfDocument(answer.content)
    assert len(document) == 1
    text = " ".join(document[0].get_textpage().get_text_range().split())
    assert [words for words in WORDS[language] if words not in text] == []
    with pikepdf.open(io.BytesIO(answer.content)) as opened:
        assert str(opened.Root.Lang).partition("-")[0] == language.partition("-")[0]


def _by_pikepdf(**how):
    def save(file):
        saved = io.BytesIO()
        with pikepdf.open(io.BytesIO(file)) as document:
            document.save(saved, **how)
        return saved.getvalue()

    return save


def _by_pypdf(file):
    saved = io.BytesIO()
    pypdf.PdfWriter(clone_from=io.BytesIO(file)).write(saved)
    return saved.getvalue()


def _among_others(file):
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(file)) as document:
        note = pikepdf.AttachedFileSpec(document, b"{}", filename="a note.json")
        document.attachments["a note.json"] = note
        document.save(saved)
    return saved.getvalue()


def _merged_first_and_attached_last(file):
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(file)) as receipt, pikepdf.new() as document:
        document.pages.extend(receipt.pages)
        [content] = [one.get_file().read_bytes() for one in receipt.attachments.values()]
        document.attachments["r"] = pikepdf.AttachedFileSpec(document, content, filename="r")
        document.save(saved)
    return saved.getvalue()


RESAVED = {
    "as it is": _by_pikepdf(),
    "in object streams": _by_pikepdf(object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "linearized": _by_pikepdf(linearize=True),
    "uncompressed": _by_pikepdf(
        compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized
    ),
    "compressed again": _by_pikepdf(recompress_flate=True),
    "by pypdf": _by_pypdf,
    "with another attachment": _among_others,
    "merged first and attached last": _merged_first_and_attached_last,
}
ENCRYPTED = _by_pikepdf(encryption=pikepdf.Encryption(owner="x", user=""))


@pytest.mark.parametrize("save", RESAVED.values(), ids=RESAVED.keys())
def test_a_copy_that_another_program_saved_is_read(file, save):
    receipt = Receipt.parse(file)
    assert read_evidence(save(file)) == receipt
    assert Receipt.parse(save(file)) == receipt


def test_an_encrypted_copy_that_opens_without_a_password_is_read_by_the_command(file):
    assert read_evidence(ENCRYPTED(file)) == Receipt.parse(file)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (_by_pikepdf(encryption=pikepdf.Encryption(owner="x", user="y")), "pdf-unreadable"),
        (lambda file: file[:2000], "pdf-unreadable"),
        (lambda file: b"%PDF-1.7\n", "pdf-unreadable"),
        (lambda file: file + b" " * 2**22, "pdf-too-long"),
    ],
)
def test_a_pdf_that_cannot_be_read_says_so(file, broken, reason):
    with pytest.raises(InvalidReceipt) as refused:
        read_evidence(broken(file))
    assert refused.value.reason.name == f"invalid-receipt.{reason}"


def test_the_verifiers_take_the_pdf(file, library, tmp_path):
    contents = {"book": BOOK, "receipt.pdf": file}
    contents["deployment.json"] = library.opened.deployment.format().encode()
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    state = Receipt.parse(file).state
    pinned = ["--deployment", tmp_path / "deployment.json", "--block-hash", state.block_hash.hex()]
    command = [tmp_path / "book", "--receipt", tmp_path / "receipt.pdf", *pinned, "--json"]
    for verifier in ([NODE, VERIFIER], muhr_command("verify")):
        done = subprocess.run(
            [*verifier, *command], capture_output=True, check=False, timeout=60, cwd=tmp_path,
            env={**os.environ, "MUHR_API": "http://127.0.0.1:9", "MUHR_HOME": str(tmp_path)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


def test_it_says_what_was_registered_in_plain_words(page, registration):
    text = " ".join(page.get_textpage().get_text_range().split())
    digest = registration["digest"]
    for part in (TITLE, "Alisher Navoiy", "Test library", "Registered by", digest[:8], digest[-8:]):
        assert part in text, part
    assert "creativecommons.org/publicdomain/zero" in text


def test_it_says_so_if_its_code_leads_to_the_librarys_own_machine_only(page, library):
    text = " ".join(page.get_textpage().get_text_range().split())
    assert f"The code leads to {library.url}, which only the library" in text


@pytest.mark.parametrize("scale", [1.5, 3])
def test_its_code_holds_evidence_that_is_checked_without_the_service(
    page, library, registration, scale
):
    [code] = zxingcpp.read_barcodes(page.render(scale=scale).to_pil())
    address, _, fragment = code.text.partition("#receipt=")
    assert address == f"{library.app.state.public_url}/verify"
    key = VerifierKey.parse(library.opened.deployment.key)
    entry, _ = expand(fragment).check(key, check_ed25519)
    assert entry.text("digest") == registration["digest"]


def test_the_address_of_the_code_shows_the_page_that_checks_it(site):
    page = site.get("/verify")
    assert page.status_code == 200
    assert f'src="{static("verify.js")}"' in page.text
    assert 'import("./receipt.js")' in site.get(static("verify.js")).text
    for name in (
        "receipt.js",
        "verifier/verifier.js",
        "verifier/verification/compact.js",
        "verifier/bytes.js",
    ):
        answer = site.get(f"/static/{name}")
        assert answer.status_code == 200
        assert "javascript" in answer.headers["content-type"]


def test_there_is_no_page_for_what_is_not_registered(site):
    assert site.get(f"/resources/{'12' * 32}/receipt.pdf").status_code == 404
    assert site.get("/resources/12/receipt.pdf").status_code == 422


def test_a_verdict_offers_the_page(site, registration):
    shown = site.get("/verify", params={"digest": registration["digest"]}).text
    assert f'href="/resources/{registration["digest"]}/receipt.pdf' in shown


@pytest.mark.parametrize(
    ("path", "body", "word", "headline"),
    [
        ("withdrawal", {"reason": "retracted"}, "WITHDRAWN", "but withdrawn by the library"),
        ("supersession", {"relation": "version"}, "SUPERSEDED", "there is a newer version"),
    ],
)
def test_what_the_library_no_longer_stands_for_is_printed_with_a_word_across_it(
    library, site, registrar, wait, path, body, word, headline
):
    digest = library.register(f"printed before its {path}".encode())["digest"]
    library.anchored()
    before = _text(site.get(f"/resources/{digest}/receipt.pdf").content)
    assert word not in before
    assert "Issued" in before
    if path == "supersession":
        body = {**body, "successor": library.register(b"a newer version of it")["digest"]}
        library.anchored()
    assert registrar.post(f"/resources/{digest}/{path}", json=body).status_code == 202
    ended = {"withdrawn", "superseded"}
    wait(
        lambda: site.get(f"/api/v1/resources/{digest}").json()[0]["state"] in ended,
        "it is not changed",
    )
    printed = site.get(f"/resources/{digest}/receipt.pdf").content
    assert word in _text(printed)
    assert headline in _text(printed)
    with pikepdf.open(io.BytesIO(printed)) as document:
        assert document.check_pdf_syntax() == []
    shown = site.get("/verify", params={"digest": digest}).text
    assert headline in shown


def test_the_page_of_an_original_names_its_translation_and_has_no_word_across_it(
    library, site, registrar, wait
):
    digest = library.register(b"an original to be translated")["digest"]
    translation = library.register(b"its translation")["digest"]
    library.anchored()
    body = {"successor": translation, "relation": "translation"}
    assert registrar.post(f"/resources/{digest}/supersession", json=body).status_code == 202
    path = f"/resources/{digest}/receipt.pdf"
    wait(lambda: translation in _text(site.get(path).content), "the translation is not told")
    printed = _text(site.get(path).content)
    assert f"Translated as {translation}" in printed
    assert "SUPERSEDED" not in printed


def _text(file):
    text = pypdfium2.PdfDocument(file)[0].get_textpage().get_text_range()
    return " ".join(text.split())
