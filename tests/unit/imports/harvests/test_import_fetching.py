"""Files of harvested records are fetched as their service links them, within bounds, and from nobody else."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ledger_service.adapters.http_client import HttpClient
from ledger_service.adapters.imports.sources.fetching.fetcher import Bounds, as_url
from ledger_service.adapters.imports.sources.fetching.hosts import Hosts, check_public
from ledger_service.adapters.imports.sources.fetching.kept import LONGEST_NAME, safe_name
from ledger_service.adapters.imports.sources.kinds import read_source
from ledger_service.adapters.imports.sources.records.oai import Fetch
from ledger_service.adapters.publication.no_answer import NoAnswer
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.prepared_claim import REFUSED
from ledger_service.domain.reasons import Reason
from tests.unit.imports.harvests.oai_service import ERROR, Query, Sent, answering
from tests.unit.imports.harvests.repository import PDF, Repository, names

ORE = """<entry xmlns="http://www.w3.org/2005/Atom">
<link rel="http://www.openarchives.org/ore/terms/aggregates" href="{0}/bitstream/1/a.pdf" title="Xamsa 1.pdf"
 type="application/pdf" length="3"/>
<link rel="alternate" href="{0}/handle/1"/>
<link rel="http://www.openarchives.org/ore/terms/aggregates" href="{0}/bitstream/1/license.txt"/>
<t:triples xmlns:t="http://www.openarchives.org/ore/atom/" xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:d="http://purl.org/dc/terms/"><r:Description r:about="{0}/bitstream/1/license.txt">
<d:description>LICENSE</d:description></r:Description></t:triples></entry>"""
METS = """<mets xmlns="http://www.loc.gov/METS/" xmlns:x="http://www.w3.org/1999/xlink"><fileSec>
<fileGrp USE="ORIGINAL"><file MIMETYPE="application/pdf" SIZE="3" CHECKSUMTYPE="MD5" CHECKSUM="{1}">
<FLocat LOCTYPE="URL" x:href="{0}/bitstream/1/a.pdf"/></file></fileGrp>
<fileGrp USE="TEXT"><file><FLocat x:href="{0}/bitstream/1/a.pdf.txt"/></file></fileGrp></fileSec></mets>"""
OPENAIRE = """<resource xmlns="http://namespace.openaire.eu/schema/oaire/">
<file accessRightsURI="{1}" mimeType="application/pdf">{0}/bitstream/1/a.pdf</file></resource>"""


def test_files_that_ore_aggregates_are_fetched_and_what_is_no_work_is_told(
    repository: Repository, tmp_path: Path
) -> None:
    repository.formats["ore"] = ORE.format
    items = repository.read(tmp_path)
    assert names(items) == ["Xamsa 1.pdf", "skipped.file-not-the-work"]
    item = items[0]
    assert (item.title, item.media_type, item.size_bytes) == ("Xamsa", "application/pdf", 3)
    assert Path(item.path).read_bytes() == b"abc"
    assert Path(item.path).is_relative_to(tmp_path.resolve())


def test_files_of_mets_come_with_their_checksums(repository: Repository, tmp_path: Path) -> None:
    digest = hashlib.md5(b"abc", usedforsecurity=False).hexdigest()
    repository.formats["mets"] = lambda base: METS.format(base, digest.upper())
    items = repository.read(tmp_path)
    assert names(items) == ["a.pdf", "skipped.file-not-the-work"]
    assert items[0].checksums == f"md5:{digest}"


def test_rights_that_another_format_tells_hold_and_nothing_is_fetched_against_them(
    repository: Repository, tmp_path: Path
) -> None:
    embargoed = "http://purl.org/coar/access_right/c_f1cf"
    repository.formats["oai_openaire"] = lambda base: OPENAIRE.format(base, embargoed)
    assert names(repository.read(tmp_path)) == ["embargo-without-end"]
    assert repository.asked == []
    repository.formats["oai_openaire"] = lambda base: OPENAIRE.format(base, "")
    assert names(repository.read(tmp_path)) == ["a.pdf"]


@pytest.mark.parametrize(
    "page",
    [
        Sent("", headers={"Content-Type": "text/html", "Link": '</x>; rel="author", '
             '</bitstream/1/a.pdf>; rel="item"; type="application/pdf"'}),
        Sent('<head><link rel="item" type="application/pdf" href="../bitstream/1/a.pdf">',
             headers={"Content-Type": "text/html; charset=utf-8"}),
        Sent('<head><meta name="citation_pdf_url" content="/bitstream/1/a.pdf"/><body><a href="/b.pdf">',
             headers={"Content-Type": "application/xhtml+xml"}),
        PDF,
    ],
)  # fmt: skip
def test_files_that_the_page_about_a_work_links_are_fetched(
    repository: Repository, tmp_path: Path, page: Sent
) -> None:
    repository.said = (
        "<identifier>ISBN 1</identifier><identifier>https://other.example/1</identifier>"
        "<relation>BASE/related</relation><identifier>BASE/handle/a.pdf</identifier>"
    )
    repository.at["/handle/a.pdf"] = page
    items = repository.read(tmp_path)
    assert names(items) == ["a.pdf", "skipped.link-not-followed"]
    assert Reason.parse(items[1].reason).values == {"host": "other.example", "count": 1}
    assert "/related" not in repository.asked


def test_several_files_of_one_record_are_items_of_their_own(
    repository: Repository, tmp_path: Path
) -> None:
    links = "</1.pdf>; rel=item, </2.pdf>; rel=item, </gone.pdf>; rel=item"
    page = Sent("", headers={"Content-Type": "text/html", "Link": links})
    repository.at = {"/handle/1": page, "/1.pdf": PDF, "/2.pdf": PDF}
    repository.said = "<identifier>BASE/handle/1</identifier>"
    items = repository.read(tmp_path)
    assert names(items) == ["1.pdf", "2.pdf", "fetch-status"]
    assert [item.title for item in items[:2]] == ["Xamsa: 1.pdf", "Xamsa: 2.pdf"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Sent("<p>Log in", headers={"Content-Type": "text/html"}), "fetched-a-page"),
        (Sent("", 403), "fetch-status"),
        (Sent("a" * 101), "fetch-too-large"),
        (Sent("", 302, {"Location": "http://localhost/x"}), "host-not-allowed"),
        (Sent("", 302, {"Location": "/bitstream/1/a.pdf"}), "service-unavailable.not-now"),
        (Sent("ab", headers={"Content-Encoding": "gzip"}), "service-unavailable.address"),
    ],
)
def test_what_is_not_the_file_is_refused(
    repository: Repository, tmp_path: Path, answer: Sent, reason: str
) -> None:
    repository.formats["ore"] = ORE.format
    repository.at["/bitstream/1/a.pdf"] = answer
    items = repository.read(tmp_path, largest=100)
    assert names(items)[0] == reason
    assert items[0].outcome == REFUSED
    assert not list(tmp_path.rglob("*.pdf"))


def test_no_more_is_fetched_than_was_allowed(repository: Repository, tmp_path: Path) -> None:
    repository.formats["ore"] = ORE.format
    assert names(repository.read(tmp_path, most=2))[0] == "fetch-no-more"


def test_other_hosts_are_asked_if_a_person_names_them(
    repository: Repository, tmp_path: Path
) -> None:
    repository.formats["ore"] = lambda base: ORE.format(base.replace("127.0.0.1", "localhost"))
    assert (
        names(repository.read(tmp_path, "*"))[0] == "host-not-allowed"
    )  # its port is no usual one
    assert repository.asked == []
    repository.stamp = "2026-01-02"
    with answering(repository.answer) as repository.url:
        port = repository.url.split(":")[2].split("/")[0]
        fetch = Fetch((f"Localhost:{port}",), Bounds(9, 9))
        pieces = read_source(repository.url, "L", tmp_path, fetch=fetch)
        assert names([item for item in pieces if isinstance(item, ImportItem)])[0] == "Xamsa 1.pdf"


def test_a_file_is_fetched_once_until_its_record_changes(
    repository: Repository, tmp_path: Path
) -> None:
    repository.said = "<identifier>BASE/bitstream/1/a.pdf</identifier>"
    with answering(repository.answer) as repository.url:
        paths = []
        for stamp in ("2026-01-01", "2026-01-01", "2026-02-02"):
            repository.stamp = stamp
            fetch = Fetch((), Bounds(9, 9))
            (item,) = read_source(repository.url, "L", tmp_path, fetch=fetch)
            assert isinstance(item, ImportItem)
            paths.append(item.path)
    assert repository.asked == ["/bitstream/1/a.pdf"] * 2
    assert paths[0] == paths[1] != paths[2]
    assert Path(paths[0]).is_file()


def test_a_record_without_files_is_refused_whatever_its_service_answers(
    repository: Repository, tmp_path: Path
) -> None:
    assert names(repository.read(tmp_path)) == ["fetch-no-file"]
    repository.formats["ore"] = lambda _: ERROR.format("cannotDisseminateFormat")
    repository.said = "<identifier>BASE/gone</identifier>"
    assert names(repository.read(tmp_path)) == ["fetch-status"]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1",
     "64:ff9b:1::a00:1", "::7f00:1", "192.0.0.192", "::ffff:192.0.0.192", "fec0::1", "3fff::1", "5f00::1"],
)  # fmt: skip
def test_a_host_that_nobody_named_is_not_asked_at_an_address_of_ones_own_network(
    address: str,
) -> None:
    with pytest.raises(NoAnswer):
        check_public(address)
    check_public("193.0.6.139")
    check_public("2001:67c:2e8:22::c100:68b")


def test_nothing_is_asked_before_the_address_was_checked() -> None:
    asked: list[Query] = []
    with answering(lambda *_: "", asked) as url:
        client = HttpClient(url, check_address=check_public)
        for _ in range(2):
            with pytest.raises(NoAnswer), client.request("GET", ""):
                pass
    assert asked == []


def test_hosts_are_allowed_by_name_and_port() -> None:
    hosts = Hosts({"L.example", "f.example:8080"})
    allowed = ["http://l.example/", "https://L.EXAMPLE.:443/a", "http://f.example:8080/"]
    refused = [
        "http://l.example:22/",
        "http://f.example/",
        "ftp://l.example/",
        "http://x.l.example/",
    ]
    refused += [
        "file:///etc/passwd",
        "http://l.example@x.example/",
        "http://[/",
        "http://l.example:x/",
    ]
    assert all(map(hosts.permit, allowed))
    assert not any(map(hosts.permit, refused))
    assert Hosts({"*"}).permit("https://x.example/")
    assert not Hosts({"*"}).permit("https://x.example:8545/")


def test_names_of_fetched_files_are_names() -> None:
    assert safe_name("../../etc/passwd") == "_.._etc_passwd"
    assert safe_name("\x00..") == "_"
    assert safe_name("fetched.json") == "_fetched.json"
    assert safe_name("Й" * 300 + ".pdf").endswith(".pdf")
    assert len(safe_name("Й" * 300 + ".pdf").encode()) <= LONGEST_NAME
    assert as_url("10.5281/zenodo.1") == "https://doi.org/10.5281/zenodo.1"
    assert as_url("hdl:123/4") == "https://hdl.handle.net/123/4"
