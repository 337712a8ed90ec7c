"""How a person finds a resource and names it: words, a few digits, a file; and what is shown of it."""

import hashlib
import os

import pytest


@pytest.fixture
def settings(library):
    return {**library.environment, "MUHR_API": library.url}


@pytest.fixture
def shelf(library, muhr, settings, tmp_path):
    """Return three files that are registered, the first of which has a title of its own."""
    files = [tmp_path / f"volume {number}.txt" for number in range(3)]
    for file in files:
        file.write_bytes(os.urandom(20))
    title = "Qo‘shiqlar " + os.urandom(4).hex()
    license_name = ("--license", "CC-BY-4.0")
    assert muhr(settings, "register", files[0], *license_name, "--title", title).status == 0
    assert muhr(settings, "register", *files[1:], *license_name).status == 0
    library.anchored()
    return files, title


def digest_of(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_words_find_a_title_however_it_is_typed(muhr, settings, shelf):
    files, title = shelf
    [found] = muhr(settings, "find", "QO'SHIQLAR", title.split()[1], "--json").json
    assert found["digest"] == digest_of(files[0])
    assert title in muhr(settings, "find", title).out


def test_a_corrected_record_is_found_by_its_old_words_and_its_new_ones(muhr, settings, shelf):
    files, title = shelf
    corrected = "Corrected " + os.urandom(4).hex()
    assert muhr(settings, "describe", files[0], "--title", corrected).status == 0
    for words in (title, corrected):
        [found] = muhr(settings, "find", words, "--json").json
        assert (found["digest"], found["title"]) == (digest_of(files[0]), corrected)
    told = muhr(settings, "find", corrected, "--format", "csv").out.splitlines()
    assert told[0].startswith("digest,state,title,")
    assert told[1].startswith(f"{digest_of(files[0])},registered,{corrected},")


def test_what_nobody_registered_is_not_found(muhr, settings, shelf):
    answer = muhr(settings, "find", "nobody wrote this")
    assert (answer.status, answer.out) == (1, "")
    assert "Try fewer or other words." in answer.err


def test_a_list_ends_at_its_limit_and_says_so(muhr, settings, shelf):
    answer = muhr(settings, "list", "--limit", 2)
    assert len(answer.out.splitlines()) == 2
    assert "--limit" in answer.err


def test_a_digest_is_named_by_its_first_digits_or_by_a_file(muhr, settings, shelf):
    digest = digest_of(shelf[0][0])
    for name in (digest[:16], digest[:15].upper(), digest.upper(), shelf[0][0]):
        shown = muhr(settings, "show", name, "--json")
        assert (shown.status, shown.json["registrations"][0]["digest"]) == (0, digest)
        assert muhr(settings, "receipt", name).status == 0


def test_digits_that_begin_several_digests_name_none(muhr, settings, library, tmp_path):
    begun: dict[str, bytes] = {}
    while True:
        data = os.urandom(16)
        other = begun.setdefault(hashlib.sha256(data).hexdigest()[:4], data)
        if other != data:
            break
    digests = [library.register(item)["digest"] for item in (data, other)]
    answer = muhr(settings, "withdraw", digests[0][:4], "--reason", "error")
    assert answer.status == 2
    assert all(digest in answer.err for digest in digests)


def test_digits_that_begin_no_digest_and_digits_that_name_a_file_too_are_told(
    muhr, settings, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "abcdef").write_bytes(b"a file")
    assert muhr(settings, "show", "abcdef").status == 2
    assert "./abcdef" in muhr(settings, "show", "abcdef").err
    (tmp_path / "abcdef").unlink()
    assert muhr(settings, "show", "0123456789abcdef0123").status == 1


def test_all_of_a_resource_is_shown_in_words(library, muhr, settings, shelf):
    (old, new, copy), title = shelf
    assert muhr(settings, "rendition", copy, "--of", new).status == 0
    assert muhr(settings, "supersede", old, "--by", new, "--as", "correction").status == 0
    library.anchored()
    shown = muhr(settings, "show", old)
    assert shown.status == 0
    for words in (f"title       {title}", "CC-BY-4.0", " UTC (", "transaction ", "volume 1.txt"):
        assert words in shown.out
    assert digest_of(new)[:16] in shown.out
    assert "volume 1.txt" in muhr(settings, "show", copy).out
    assert muhr(settings, "withdraw", old, "--reason", "legal").status == 0
    withdrawn = muhr(settings, "show", old)
    assert withdrawn.status == 1
    assert "legal" in withdrawn.out
