"""The platforms' published vectors, and what must not get through."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.crypto import Forged, Sealer, aes_key, check_signature, signature
from bot.channels.xmlio import read

VECTORS = json.loads((Path(__file__).parent / "wechat_vectors.json").read_text(encoding="utf-8"))
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SEALER = Sealer.of("spamtest", KEY, "wx2c2769f8efd9abc2")


def opened(vector: dict[str, str], **changed: str) -> bytes:
    v = {**vector, **changed}
    sealer = Sealer.of(v["token"], v["encoding_aes_key"], v["receive_id"])
    return sealer.open(v["msg_signature"], v["timestamp"], v["nonce"], v["encrypt"])


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_a_published_vector_is_opened(vector):
    plain = opened(vector)
    assert plain
    assert plain.decode("utf-8")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
@pytest.mark.parametrize("field", ["timestamp", "nonce", "token", "msg_signature"])
def test_a_published_vector_with_one_part_changed_is_refused(vector, field):
    with pytest.raises(Forged):
        opened(vector, **{field: vector[field] + "1"})


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_a_message_for_another_app_is_refused(vector):
    with pytest.raises(Forged):
        opened(vector, receive_id=vector["receive_id"] + "x")


def test_the_official_demo_says_what_its_page_says():
    fields = read(opened(VECTORS[0]))
    assert (fields["ToUserName"], fields["CreateTime"], fields["MsgType"]) == ("gh_10f6c3c3ac5a", "1409735668", "text")


@given(st.binary(max_size=200), st.text("0123456789", min_size=1, max_size=10))
def test_what_is_sealed_is_opened_again(message, nonce):
    text, signed = SEALER.seal(message, "1409735669", nonce)
    assert SEALER.open(signed, "1409735669", nonce, text) == message


def test_two_seals_of_one_message_differ():
    assert SEALER.seal(b"x", "1", "2")[0] != SEALER.seal(b"x", "1", "2")[0]


@pytest.mark.parametrize("length", range(64))
def test_every_length_of_padding_is_opened(length):
    text, signed = SEALER.seal(b"a" * length, "1", "2")
    assert SEALER.open(signed, "1", "2", text) == b"a" * length


def sealed_raw(plain: bytes) -> str:
    key = aes_key(KEY)
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(cipher.update(plain) + cipher.finalize()).decode()


@pytest.mark.parametrize(
    "plain",
    [
        b"\x00" * 32,  # padding 0
        b"a" * 31 + b"\x21",  # padding 33
        b"a" * 30 + b"\x01\x02",  # padding that is not the same byte
        (b"r" * 16 + b"\xff\xff\xff\xff" + b"x" * 11) + b"\x01",  # a length beyond the end
        b"\x20" * 32,  # nothing but padding
    ],
    ids=["zero", "too long", "uneven", "length", "empty"],
)
def test_rubbish_under_a_right_signature_is_refused(plain):
    text = sealed_raw(plain)
    with pytest.raises(Forged):
        SEALER.open(signature("spamtest", "1", "2", text), "1", "2", text)


@pytest.mark.parametrize("text", ["", "====", "汉字", "QUJD", "QUJD" * 3, "a b"])
def test_what_is_no_cipher_text_is_refused(text):
    with pytest.raises(Forged):
        SEALER.open(signature("spamtest", "1", "2", text), "1", "2", text)


def test_a_bad_signature_is_refused_before_anything_is_decrypted(monkeypatch):
    monkeypatch.setattr(Sealer, "_decrypt", lambda *_: pytest.fail("decrypted"))
    with pytest.raises(Forged):
        SEALER.open("0" * 40, "1", "2", "QUJD")


def test_a_signature_with_other_characters_is_refused_and_not_an_error():
    with pytest.raises(Forged):
        check_signature("汉字", "token", "1", "2")


@pytest.mark.parametrize("key", ["", "short", "a" * 44, "!" * 43])
def test_a_key_that_is_none_is_refused(key):
    with pytest.raises(ValueError, match="EncodingAESKey"):
        aes_key(key)


def test_secrets_are_not_printed():
    assert "spamtest" not in repr(SEALER)
    assert repr(SEALER.key) not in repr(SEALER)
