"""Checkpoints and signed notes as C2SP writes them, and every way in which they can be wrong."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.adapters.signer import Ed25519Signer, check_ed25519
from ledger_service.domain.errors import InvalidCheckpoint, InvalidCheckpointSignature
from ledger_service.domain.ledger.checkpoint import (
    Checkpoint,
    VerifierKey,
    open_checkpoint,
    open_note,
    sign_note,
)
from ledger_service.domain.ledger.merkle import EMPTY_ROOT

NewSigner = Callable[..., Ed25519Signer]
ROOT = bytes(range(32))
# From the C2SP signed-note specification.
PUBLISHED_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
DASH = "\u2014"


def note_of(signer: Ed25519Signer, checkpoint: Checkpoint | None = None) -> str:
    text = (checkpoint or Checkpoint(signer.key.name, 7, ROOT)).format()
    return sign_note(text, signer.key, signer.sign)


def opened(note: str, signer: Ed25519Signer) -> Checkpoint:
    return open_checkpoint(note, signer.key, check_ed25519)


def test_the_published_verifier_key_parses_and_formats() -> None:
    key = VerifierKey.parse(PUBLISHED_KEY)
    assert key.name == "example.com/foo"
    assert key.key_id.hex() == "530d903a"
    assert key.format() == PUBLISHED_KEY
    assert VerifierKey.parse(f" {PUBLISHED_KEY}\n") == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/foo",
        "example.com/foo+530d903a",
        PUBLISHED_KEY.replace("530d903a", "530d903b"),
        PUBLISHED_KEY.replace("530d903a", "530D903A"),
        PUBLISHED_KEY.replace("foo", "bar"),
        PUBLISHED_KEY.replace("+Ae", "+Be"),  # another signature type
        PUBLISHED_KEY[:-4],
        PUBLISHED_KEY + "=",
        PUBLISHED_KEY.replace("example.com/foo", "example com"),
        PUBLISHED_KEY.replace("example.com/foo", ""),
        PUBLISHED_KEY.replace("example.com/foo", "\udcff"),
        PUBLISHED_KEY[:-1] + "é",
        PUBLISHED_KEY[:-1] + "l",  # the same bytes, spelled another way
    ],
)
def test_a_malformed_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidCheckpoint):
        VerifierKey.parse(text)


@given(st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_parsing_undoes_formatting(size: int, root: bytes) -> None:
    checkpoint = Checkpoint("ledger.example.uz/main", size, root)
    assert Checkpoint.parse(checkpoint.format()) == checkpoint


def test_a_checkpoint_is_three_lines() -> None:
    text = Checkpoint("a/b", 0, EMPTY_ROOT).format()
    assert text == "a/b\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    assert Checkpoint.parse(text + "an extension\n") == Checkpoint("a/b", 0, EMPTY_ROOT)


@pytest.mark.parametrize(
    "size",
    ["007", "00", "01", "0x7", "+7", "-7", "7 ", " 7", "", "7.0", "٧", "0a", "1" * 20, str(2**63)],
)
def test_a_size_that_is_no_plain_number_is_refused(size: str) -> None:
    with pytest.raises(InvalidCheckpoint):
        Checkpoint.parse(f"a/b\n{size}\n{base64.b64encode(ROOT).decode()}\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a/b\n7\n",
        "a/b\n7\nAAAA\n",
        "a/b\n7\nnot base64!\n",
        "a/b\n7\n" + base64.b64encode(ROOT).decode(),
        "\n7\n" + base64.b64encode(ROOT).decode() + "\n",
        "a/b\n7\n" + base64.b64encode(ROOT).decode() + "\n\nmore\n",
        "a/b\n7\n" + base64.b64encode(ROOT).decode()[:-1] + "\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(InvalidCheckpoint):
        Checkpoint.parse(text)


def test_a_note_signed_is_a_note_opened(signer: Ed25519Signer) -> None:
    checkpoint = Checkpoint(signer.key.name, 7, ROOT)
    note = note_of(signer)
    assert note.startswith(checkpoint.format() + f"\n{DASH} {signer.key.name} ")
    assert opened(note, signer) == checkpoint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"\n{DASH} ", "\n- "),
        (f"\n{DASH} ", "\n\u2013 "),
        (f"\n{DASH} ", f"\n{DASH}"),
        ("\n", "\r\n"),
        ("\n7\n", "\n7\t\n"),
        ("\n7\n", "\n7\x00\n"),
        ("\n7\n", "\n07\n"),
        ("\n\n", "\n"),
    ],
)
def test_a_note_of_another_shape_is_refused(signer: Ed25519Signer, old: str, new: str) -> None:
    note = note_of(signer)
    assert old in note
    with pytest.raises((InvalidCheckpoint, InvalidCheckpointSignature)):
        opened(note.replace(old, new), signer)


@pytest.mark.parametrize("cut", [1, 5, 60])
def test_a_note_cut_short_is_refused(signer: Ed25519Signer, cut: int) -> None:
    with pytest.raises(InvalidCheckpoint):
        opened(note_of(signer)[:-cut], signer)


@pytest.mark.parametrize("note", ["", "\n\n", "text\n", "text\n\n", f"\n\n{DASH} name\n"])
def test_a_text_without_a_signature_is_no_note(signer: Ed25519Signer, note: str) -> None:
    with pytest.raises(InvalidCheckpoint):
        opened(note, signer)


def test_a_changed_size_is_not_what_was_signed(signer: Ed25519Signer) -> None:
    with pytest.raises(InvalidCheckpointSignature):
        opened(note_of(signer).replace("\n7\n", "\n8\n"), signer)


def test_a_known_key_with_a_bad_signature_refuses_the_note_even_beside_a_good_one(
    signer: Ed25519Signer,
) -> None:
    note = note_of(signer)
    bad = base64.b64encode(signer.key.key_id + bytes(64)).decode()
    with pytest.raises(InvalidCheckpointSignature):
        opened(note + f"{DASH} {signer.key.name} {bad}\n", signer)


@pytest.mark.parametrize("length", [1, 63, 65])
def test_a_signature_of_another_length_does_not_hold(signer: Ed25519Signer, length: int) -> None:
    bad = base64.b64encode(signer.key.key_id + bytes(length)).decode()
    text = Checkpoint(signer.key.name, 7, ROOT).format()
    with pytest.raises(InvalidCheckpointSignature):
        opened(f"{text}\n{DASH} {signer.key.name} {bad}\n", signer)


def test_signatures_by_unknown_keys_are_ignored(
    signer: Ed25519Signer, new_signer: NewSigner
) -> None:
    witness = new_signer("witness.example.org", "another")
    same_name = new_signer(signer.key.name, "a third")
    note = note_of(signer)
    for other in (witness, same_name):
        extra = base64.b64encode(other.key.key_id + bytes(64)).decode()
        note += f"{DASH} {other.key.name} {extra}\n"
    assert opened(note, signer).size == 7


def test_a_note_signed_by_others_only_is_not_ours(
    signer: Ed25519Signer, new_signer: NewSigner
) -> None:
    stranger = new_signer(signer.key.name, "a thief of the name")
    with pytest.raises(
        InvalidCheckpointSignature, match=r"invalid-checkpoint-signature.not-signed"
    ):
        opened(note_of(stranger), signer)


def test_a_checkpoint_of_another_origin_is_refused_though_we_signed_it(
    signer: Ed25519Signer,
) -> None:
    note = note_of(signer, Checkpoint("elsewhere.example/other", 7, ROOT))
    with pytest.raises(InvalidCheckpoint, match=r"invalid-checkpoint.other-origin"):
        opened(note, signer)


@pytest.mark.parametrize(
    "line",
    [
        f"{DASH} name",
        f"{DASH} name AAAA",
        f"{DASH} na+me AAAAAAAA",
        f"{DASH}  AAAAAAAA",
        f"{DASH} name AAAAAAA",
        f"{DASH} name AAAAAAAA more",
        "name AAAAAAAA",
    ],
)
def test_a_malformed_signature_line_refuses_the_note(signer: Ed25519Signer, line: str) -> None:
    with pytest.raises(InvalidCheckpoint):
        opened(note_of(signer) + line + "\n", signer)


def test_a_note_has_bounds(signer: Ed25519Signer) -> None:
    line = f"{DASH} name {base64.b64encode(bytes(20)).decode()}\n"
    assert open_note(note_of(signer) + line * 63, signer.key, check_ed25519)
    with pytest.raises(InvalidCheckpoint, match=r"invalid-checkpoint.too-many-signatures"):
        open_note(note_of(signer) + line * 64, signer.key, check_ed25519)
    with pytest.raises(InvalidCheckpoint, match=r"invalid-checkpoint.note-too-long"):
        open_note(note_of(signer) + "x" * 17_000, signer.key, check_ed25519)


def test_extension_lines_are_signed_and_ignored(signer: Ed25519Signer) -> None:
    text = Checkpoint(signer.key.name, 7, ROOT).format() + "extension\n"
    assert opened(sign_note(text, signer.key, signer.sign), signer).size == 7


def test_an_empty_ledger_has_one_root() -> None:
    assert Checkpoint.parse(Checkpoint("name", 0, EMPTY_ROOT).format()).root == EMPTY_ROOT
    with pytest.raises(InvalidCheckpoint, match=r"invalid-checkpoint.root"):
        Checkpoint.parse(Checkpoint("name", 0, ROOT).format())


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(33)])
def test_a_verifier_key_is_32_bytes(key: bytes) -> None:
    with pytest.raises(InvalidCheckpoint):
        VerifierKey("name", key)
