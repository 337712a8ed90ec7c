"""The stories of librarian, student, reader and auditor, by the `muhr` command over HTTP."""

import csv
import hashlib
import io
import json

import pytest

from ledger_service.cli import COMMANDS
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.verification.receipt import Receipt

DAY = 86_400


@pytest.fixture(scope="module")
def book(library, tmp_path_factory, fresh_bytes):
    """Return a file of two blocks that nobody knows yet."""
    path = tmp_path_factory.mktemp("shelf") / "book.pdf"
    path.write_bytes(fresh_bytes(1_500_000))
    return path


@pytest.fixture(scope="module")
def digest(book):
    return hashlib.sha256(book.read_bytes()).hexdigest()


@pytest.fixture
def operator(library):
    """Return the settings of the library's own machine."""
    return {**library.environment, "MUHR_API": library.url}


@pytest.fixture
def stranger(library, tmp_path):
    """Return the settings of a machine that has nothing but the service's address."""
    return {"MUHR_HOME": str(tmp_path / "nowhere"), "MUHR_API": library.url}


@pytest.fixture
def student(library, stranger):
    """Return the settings of one who pinned the deployment and chose a chain node."""
    return {
        **stranger,
        "MUHR_DEPLOYMENT": str(library.home / "deployment.json"),
        "MUHR_RPC": library.chain.url,
    }


def test_a_librarian_registers_a_file_and_sees_it(muhr, operator, book, digest):
    registered = muhr(operator, "register", book, "--license", "CC-BY-4.0", "--json")
    assert registered.status == 0
    [found] = registered.json
    assert (found["digest"], found["state"]) == (digest, "registered")
    assert (found["title"], found["media_type"]) == ("book.pdf", "application/pdf")
    shown = muhr(operator, "show", digest)
    assert "book.pdf" in shown.out
    assert "kept here" in shown.out
    assert muhr(operator, "show", digest, "--json").json["registrations"][0]["digest"] == digest


def test_a_librarian_registers_a_folder_in_one_command(muhr, operator, tmp_path, fresh_bytes):
    for name in ("a.txt", "b.txt", "sub/c.txt", ".hidden"):
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(fresh_bytes())
    answer = muhr(operator, "register", tmp_path / "folder", "--license", "CC0-1.0")
    assert answer.status == 0
    assert answer.out.count("registered") == 3
    assert ".hidden" not in answer.out


def test_a_refused_file_does_not_stop_the_others(muhr, operator, tmp_path, fresh_bytes):
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "good.txt").write_bytes(fresh_bytes())
    answer = muhr(operator, "register", tmp_path, "--license", "CC0-1.0", "--json")
    assert answer.status == 1
    states = {item["file"].rsplit("/", 1)[1]: item["state"] for item in answer.json}
    assert states == {"empty.txt": "refused", "good.txt": "registered"}


class TestStudent:
    def test_a_pinned_key_and_a_chain_make_a_wholly_positive_verdict(
        self, muhr, library, operator, student, book, digest
    ):
        muhr(operator, "register", book, "--license", "CC-BY-4.0")
        library.anchored()
        answer = muhr(student, "verify", book)
        assert answer.status == 0
        assert "Authentic, unchanged since" in answer.out
        assert answer.out.count("✓") == 7
        [verdict] = muhr(student, "verify", book, "--json").json
        assert (verdict["verdict"], verdict["digest"]) == ("authentic", digest)
        assert muhr(student, "verify", book, "--complete").status == 0

    def test_without_a_pinned_key_it_is_incomplete(self, muhr, library, stranger, book):
        assert muhr(stranger, "verify", book, "--rpc", library.chain.url).status == 3

    def test_without_a_chain_node_it_is_incomplete(self, muhr, library, stranger, book):
        deployment = library.home / "deployment.json"
        answer = muhr(stranger, "verify", book, "--deployment", deployment)
        assert answer.status == 3
        assert "its status today is unknown" in answer.out

    def test_a_changed_file_is_not_registered(self, muhr, student, book, tmp_path):
        changed = tmp_path / "changed.pdf"
        data = book.read_bytes()
        changed.write_bytes(bytes([data[0] ^ 1]) + data[1:])
        answer = muhr(student, "verify", changed)
        assert answer.status == 1
        assert "has not registered this exact file" in answer.out
        assert "others are asked with --complete" in answer.out
        complete = muhr(student, "verify", changed, "--complete")
        assert complete.status == 1
        assert "none among all registrations on chain" in complete.out

    def test_a_receipt_is_checked_without_the_service(
        self, muhr, operator, student, book, digest, tmp_path
    ):
        kept = tmp_path / "receipt.json.gz"
        page = tmp_path / "receipt.pdf"
        assert muhr(operator, "receipt", digest, "-o", kept, "--pdf", page).status == 0
        assert page.read_bytes().startswith(b"%PDF")
        alone = {**student, "MUHR_API": "http://127.0.0.1:9"}
        assert muhr(alone, "verify", book, "--receipt", kept).status == 0
        del alone["MUHR_RPC"]
        offline = muhr(alone, "verify", book, "--receipt", kept, "--json")
        assert offline.status == 3
        outcomes = {axis["axis"]: axis["outcome"] for axis in offline.json[0]["axes"]}
        assert (outcomes["bytes"], outcomes["ledger"]) == ("pass", "pass")
        assert outcomes["anchor"] == outcomes["steward"] == "not checked"

    def test_a_receipt_and_the_hash_of_its_block_need_no_network(
        self, muhr, operator, student, book, digest, tmp_path
    ):
        kept = tmp_path / "receipt.json"
        muhr(operator, "receipt", digest, "-o", kept)
        state = Receipt.parse(kept.read_bytes()).state
        assert state is not None
        block_hash = "0x" + keccak256(state.header).hex()
        alone = {**student, "MUHR_API": "http://127.0.0.1:9"}
        alone.pop("MUHR_RPC", None)
        known = muhr(alone, "verify", book, "--receipt", kept, "--block-hash", block_hash)
        assert known.status == 0
        other = muhr(alone, "verify", book, "--receipt", kept, "--block-hash", "00" * 32)
        assert other.status == 3  # its block may have been replaced: this proof judges nothing
        nothing = {**alone, "MUHR_DEPLOYMENT": str(tmp_path / "none.json")}
        assert muhr(nothing, "verify", book, "--receipt", kept).status == 3

    def test_a_receipt_and_a_chain_node_that_is_away_are_incomplete(
        self, muhr, operator, student, book, digest, tmp_path
    ):
        kept = tmp_path / "receipt.json"
        muhr(operator, "receipt", digest, "-o", kept)
        answer = muhr(student, "verify", book, "--receipt", kept, "--rpc", "http://127.0.0.1:9")
        assert answer.status == 3

    def test_a_receipt_of_another_file_or_index_is_negative(
        self, muhr, operator, student, book, digest, tmp_path
    ):
        kept, other = tmp_path / "receipt.json", tmp_path / "other.pdf"
        muhr(operator, "receipt", digest, "-o", kept)
        other.write_bytes(b"another file")
        assert muhr(student, "verify", other, "--receipt", kept).status == 1
        index = Receipt.parse(kept.read_bytes()).index
        text = kept.read_text().replace(f'"index":{index},', f'"index":{index - 1},')
        kept.write_text(text)
        assert muhr(student, "verify", book, "--receipt", kept).status == 1

    def test_what_is_no_receipt_is_misuse(self, muhr, student, book, tmp_path):
        for number, data in enumerate([b"", b"{}", b"[]", b'{"format": "x"}', b"\xff" * 9]):
            path = tmp_path / f"{number}.json"
            path.write_bytes(data)
            answer = muhr(student, "verify", book, "--receipt", path)
            assert answer.status == 2
            assert answer.err.startswith("muhr: ")


class TestReader:
    def test_a_granted_reader_opens_and_a_revoked_one_does_not(
        self, muhr, library, operator, stranger, book, digest, tmp_path
    ):
        muhr(operator, "register", book, "--license", "CC-BY-4.0")
        made = muhr(operator, "token", "--role", "reader", "--json").json
        reader = {**stranger, "MUHR_TOKEN": made["token"]}
        target = tmp_path / "mine.pdf"
        denied = muhr(reader, "open", digest, "-o", target)
        assert denied.status == 1
        assert "No live grant" in denied.err
        openly = muhr(stranger, "open", digest, "-o", target)  # as everybody may, by its license
        assert (openly.status, target.read_bytes()) == (0, book.read_bytes())
        granted = muhr(
            operator, "grant", digest, "--reader", made["subject"], "--days", "1", "--json"
        )
        assert (granted.status, granted.json["state"]) == (0, "issued")
        opened = muhr(reader, "open", digest, "-o", target, "--json")
        assert (opened.status, opened.json["file"]) == (0, str(target))
        assert target.read_bytes() == book.read_bytes()
        revoked = muhr(operator, "revoke", granted.json["grant"])
        assert revoked.status == 0
        assert "revoked" in revoked.out
        assert muhr(reader, "open", digest, "-o", tmp_path / "again.pdf").status == 1
        assert not (tmp_path / "again.pdf").exists()

    def test_a_librarian_learns_why_a_grant_is_refused(self, muhr, operator, digest):
        long = muhr(operator, "grant", digest, "--reader", "nobody", "--days", "1")
        assert (long.status, "not a reader" in long.err) == (2, True)
        answer = muhr(operator, "grant", "xyz", "--reader", "nobody", "--days", "1", "--json")
        assert (answer.status, answer.json["error"]) == (2, "invalid-digest")


class TestColleagues:
    def test_a_token_of_staff_names_who_holds_it(self, muhr, operator, stranger):
        for role in ("registrar", "auditor"):
            made = muhr(operator, "token", "--role", role, "--holder", "dilnoza", "--json").json
            assert (made["role"], made["subject"]) == (role, "dilnoza")

    def test_a_token_without_its_holder_is_misuse(self, muhr, operator):
        for wrong in (
            ("registrar",),
            ("auditor", "--holder", ""),
            ("auditor", "--holder", "unnamed"),
            ("registrar", "--reader", "x", "--holder", "dilnoza"),
            ("reader", "--holder", "dilnoza"),
        ):
            assert muhr(operator, "token", "--role", *wrong).status == 2, wrong


class TestAuditor:
    def test_an_audit_of_all_that_happened_is_clean(self, muhr, library, operator, student):
        library.anchored()
        answer = muhr(operator, "audit", "--rpc", library.chain.url)
        assert (answer.status, "clean" in answer.out) == (0, True)
        found = muhr(operator, "audit", "--rpc", library.chain.url, "--json").json
        assert found["clean"]
        assert found["pinned"]
        assert found["decisions"]["openings"] > 0
        assert found["decisions"]["denials"] > 0

    def test_an_audit_tells_who_opened_what_and_why_others_were_refused(
        self, muhr, library, operator, digest
    ):
        def history(*asked):
            return muhr(operator, "audit", "--rpc", library.chain.url, "--history", *asked)

        found = history("--resource", digest, "--json")
        rows = found.json["history"]
        assert (found.status, {row["kind"] for row in rows}) == (0, {"opened", "denied"})
        assert {row["digest"] for row in rows} == {digest}
        assert not {row["reader"] for row in rows} & set(library.readers)
        assert "denied" not in {row["kind"] for row in rows if row["reason"] is None}
        assert history("--until", "2020-01-01", "--format", "json").json["history"] == []
        table = history("--resource", digest[:12])
        assert len(table.out.splitlines()) == len(rows)
        assert all(row["date"] in table.out for row in rows)
        assert "clean" in table.err
        written = list(csv.DictReader(io.StringIO(history("--format", "csv").out)))
        assert [int(row["entry"]) for row in rows] == [
            int(row["entry"]) for row in written if row["digest"] == digest
        ]

    def test_what_narrows_a_history_needs_one(self, muhr, operator):
        for wrong in (
            ("--resource", "12" * 32),
            ("--from", "2026-01-01"),
            ("--format", "csv"),
            ("--history", "--public"),
            ("--history", "--json", "--format", "csv"),
        ):
            assert muhr(operator, "audit", *wrong).status == 2, wrong

    def test_a_public_audit_needs_no_token_and_is_incomplete(self, muhr, student):
        answer = muhr(student, "audit", "--public", "--json")
        assert answer.status == 3
        assert answer.json["clean"]
        assert any("--public" in gap for gap in answer.json["unasked"])
        told = muhr(student, "audit", "--public").out
        assert "Not answered: whether each opening and denial was decided rightly" in told
        assert "--token-file" in told

    def test_an_audit_needs_its_token_and_a_chain(self, muhr, stranger, student):
        assert muhr(student, "audit").status == 1
        assert muhr(stranger, "audit", "--public").status == 2


def test_the_status_is_positive_once_all_is_anchored(muhr, library, operator, wait):
    wait(lambda: muhr(operator, "status").status == 0, "the library does not come to rest")
    assert muhr(operator, "status", "--json").json["origin"] == "library.example/muhr"


def test_licenses_are_listed_and_defined(muhr, operator):
    defined = muhr(
        operator, "license", "define", "by-command", "--rights", "InC-OW-EU", "--days", "2"
    )
    assert defined.status == 0
    listed = muhr(operator, "license", "list", "--json").json
    assert {"by-command", "CC-BY-4.0"} <= {row["name"] for row in listed}


def test_a_service_that_is_away_is_unavailable(muhr, tmp_path, book):
    away = {"MUHR_HOME": str(tmp_path), "MUHR_API": "http://127.0.0.1:9"}
    for command in (["status"], ["verify", book], ["show", "0" * 64], ["license", "list"]):
        answer = muhr(away, *command)
        assert answer.status == 4, command
        assert "does not answer" in answer.err
        assert "Traceback" not in answer.err


def test_every_command_explains_itself(muhr):
    shown = muhr({}, "--help")
    assert shown.status == 0
    for command in COMMANDS:
        assert command in shown.out
        assert muhr({}, command, "--help").out.count("\n") > 5


def test_misuse_is_told_apart(muhr, operator, tmp_path):
    assert muhr(operator, "verify", tmp_path / "nowhere.pdf").status == 2
    assert muhr(operator, "nonsense").status == 2
    assert muhr(operator, "show", "xyz").status == 2
    assert muhr({**operator, "MUHR_PORT": "http"}, "status").status == 2
    assert muhr(operator, "show", "0" * 64).status == 1


def test_the_command_runs_as_a_process_of_its_own(muhr_process, student, stranger, book, library):
    library.anchored()
    assert muhr_process(student, "verify", book).status == 0
    away = muhr_process({**stranger, "MUHR_API": "http://127.0.0.1:9"}, "status")
    assert (away.status, away.out) == (4, "")


def test_a_student_keeps_evidence_that_a_file_is_not_registered(
    muhr, student, library, tmp_path, fresh_bytes
):
    file, other, kept = tmp_path / "unknown.pdf", tmp_path / "other.pdf", tmp_path / "absence.json"
    file.write_bytes(fresh_bytes(1000))
    other.write_bytes(fresh_bytes(1000))
    library.anchored()
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert muhr(student, "absence", digest, "-o", kept).status == 0
    online = muhr(student, "verify", file)
    assert (online.status, "this ledger had accepted" in online.out) == (1, True)
    offline = {**student, "MUHR_API": "http://127.0.0.1:9"}
    del offline["MUHR_RPC"]
    proved = muhr(offline, "verify", file, "--receipt", kept)
    assert (proved.status, "has not registered" in proved.out) == (1, True)
    assert muhr(offline, "verify", other, "--receipt", kept).status == 3
    spoiled = json.loads(kept.read_text())
    spoiled["map"]["siblings"].append("11" * 32)
    kept.write_text(json.dumps(spoiled))
    assert muhr(offline, "verify", file, "--receipt", kept).status == 3
