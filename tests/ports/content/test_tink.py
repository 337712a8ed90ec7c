"""Tink, which is not ours, reads what we seal, and we read what it seals: AES256_GCM_HKDF_1MB."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest

from ipfs.block_store import FileBlockStore
from ledger_service.adapters.content.blocks import IpfsContent
from ledger_service.adapters.content.sealing import SealedFile, SealingStream
from ledger_service.domain.content.sealing import HEADER_BYTES, SEGMENT_BYTES, segment_count
from ledger_service.ports.content import Seal
from ledger_service.services.content.seal_content import new_seal
from tests.ports.content.listed import data_of

MIB = 2**20
FIRST, NEXT = MIB - 56, MIB - 16
SIZES = [0, 1, FIRST - 1, FIRST, FIRST + 1, FIRST + NEXT - 1, FIRST + NEXT, FIRST + NEXT + 1]
SIZES += [10 * MIB]
PARAMS = b"\x08\x80\x80\x40\x10\x20\x18\x03"  # 1 MiB, 32 bytes, SHA256
TYPE = "type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey"


def tinks(seal: Seal) -> Any:
    """Return Tink's primitive with the key of a seal, as its template AES256_GCM_HKDF_1MB has it."""
    from tink import json_proto_keyset_format, secret_key_access, streaming_aead

    streaming_aead.register()
    # Protocol buffers: 2 (params) {1: segment bytes, 2: bytes of derived keys, 3: SHA256}, 3 (key).
    key = b"\x12" + bytes([len(PARAMS)]) + PARAMS + b"\x1a" + bytes([len(seal.key)]) + seal.key
    keyset = {
        "primaryKeyId": 1,
        "key": [
            {
                "keyData": {
                    "typeUrl": TYPE,
                    "keyMaterialType": "SYMMETRIC",
                    "value": base64.b64encode(key).decode(),
                },
                "outputPrefixType": "RAW",
                "keyId": 1,
                "status": "ENABLED",
            }
        ],
    }
    handle = json_proto_keyset_format.parse(json.dumps(keyset), secret_key_access.TOKEN)
    return handle.primitive(streaming_aead.StreamingAead)


def test_the_key_is_of_the_template_that_tink_names() -> None:
    from tink import streaming_aead

    template = streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB
    assert template.type_url == TYPE
    assert PARAMS in template.value


class NotClosed(io.BytesIO):
    """Bytes that stay readable when Tink closes what it wrote to."""

    def close(self) -> None:
        pass


@pytest.mark.parametrize("size", SIZES)
def test_tink_reads_what_lies_in_the_store(tmp_path: Path, size: int) -> None:
    content, data, seal = (
        IpfsContent(FileBlockStore.create(tmp_path / "b")),
        data_of(size),
        new_seal("x"),
    )
    with content.upload(seal) as upload:
        upload.write(data)
        upload.finish()
        stored = upload.stored()
        upload.commit()
    sealed = b"".join(content.read(stored, 0, content.size(stored)))
    with tinks(seal).new_decrypting_stream(io.BytesIO(sealed), seal.bound_to) as stream:
        assert stream.read() == data


@pytest.mark.parametrize("size", SIZES)
def test_we_read_what_tink_sealed(size: int) -> None:
    data, seal, sealed = data_of(size), new_seal("x"), NotClosed()
    with tinks(seal).new_encrypting_stream(sealed, seal.bound_to) as stream:
        stream.write(data)
    whole = sealed.getvalue()
    segments = [whole[at : at + SEGMENT_BYTES] for at in range(0, len(whole), SEGMENT_BYTES)]
    assert len(segments) == segment_count(size)
    file = SealedFile(seal, whole[:HEADER_BYTES], size)
    assert b"".join(file.open(number, block) for number, block in enumerate(segments)) == data


@pytest.mark.parametrize("piece", [1000, MIB - 1, MIB, 5 * MIB])
def test_the_pieces_that_bytes_come_in_change_nothing(piece: int) -> None:
    data, seal, sealed = data_of(3 * MIB + 5), new_seal("x"), bytearray()
    stream = SealingStream(seal, sealed.extend)
    for at in range(0, len(data), piece):
        stream.write(data[at : at + piece])
    stream.finish()
    with tinks(seal).new_decrypting_stream(io.BytesIO(sealed), seal.bound_to) as opened:
        assert opened.read() == data
